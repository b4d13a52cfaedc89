#pragma once

namespace mixvae::nn {

/// Sets the number of threads of our parallel loops, of libtorch and of its BLAS alike; below 1
/// means all cores.
void set_threads(int threads);

/// Fewer threads for a while: at most `most` from construction on, the former number afterwards.
/// Steps of small networks are faster on one thread than on many that wait for each other, much
/// more so on a machine with other work.
class ThreadLimit {
 public:
  explicit ThreadLimit(int most);
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;
  ~ThreadLimit();

 private:
  int before_;
};

/// For a program that is not ours: gives the numbers of threads of OpenMP and libtorch, and the
/// treatment of denormal numbers, back as they were at construction.
class ThreadSettings {
 public:
  ThreadSettings();
  ThreadSettings(const ThreadSettings&) = delete;
  ThreadSettings& operator=(const ThreadSettings&) = delete;
  ~ThreadSettings();

 private:
  int openmp_;
  int libtorch_;
};

}  // namespace mixvae::nn
