#include "base/parallel.hpp"

#include <algorithm>
#include <exception>
#include <omp.h>
#include <vector>

#include "base/interrupt.hpp"

namespace mixvae {
namespace {

int requested_threads = 0;

void rethrow_first(const std::vector<std::exception_ptr>& failures) {
  for (const auto& failure : failures) {
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
}

/// OpenMP's loops of other libraries, BLAS among them, run on one thread for a while.
class OneThread {
 public:
  OneThread() { omp_set_num_threads(1); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread() { omp_set_num_threads(before_); }

 private:
  int before_ = omp_get_max_threads();
};

}  // namespace

int thread_count() { return requested_threads > 0 ? requested_threads : omp_get_num_procs(); }

void set_thread_count(int threads) {
  requested_threads = std::max(threads, 0);
  omp_set_num_threads(thread_count());
}

void parallel_for(std::int64_t count, std::int64_t grain,
                  const std::function<void(std::int64_t, std::int64_t)>& body) {
  if (count <= 0) {
    return;
  }
  if (omp_in_parallel() == 0) {
    throw_if_call_ends();
  }
  const std::int64_t ranges = std::clamp<std::int64_t>(count / std::max<std::int64_t>(grain, 1), 1,
                                                       static_cast<std::int64_t>(thread_count()));
  if (ranges == 1 || omp_in_parallel() != 0) {
    body(0, count);
    return;
  }
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(ranges));
#pragma omp parallel for schedule(static, 1) num_threads(static_cast <int>(ranges))
  for (std::int64_t range = 0; range < ranges; ++range) {
    try {
      body(count * range / ranges, count * (range + 1) / ranges);
    } catch (...) {
      failures[static_cast<std::size_t>(range)] = std::current_exception();
    }
  }
  rethrow_first(failures);
}

void parallel_tasks(std::int64_t count, const std::function<void(std::int64_t)>& body) {
  if (count <= 1 || thread_count() == 1 || omp_in_parallel() != 0) {
    const OneThread alone;  // as each task is among many
    for (std::int64_t task = 0; task < count; ++task) {
      throw_if_call_ends();
      body(task);
    }
    return;
  }
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(count));
#pragma omp parallel for schedule(dynamic, 1) num_threads(thread_count())
  for (std::int64_t task = 0; task < count; ++task) {
    try {
      throw_if_call_ends();
      body(task);
    } catch (...) {
      failures[static_cast<std::size_t>(task)] = std::current_exception();
    }
  }
  rethrow_first(failures);
}

}  // namespace mixvae
