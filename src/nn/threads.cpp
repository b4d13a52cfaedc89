#include "nn/threads.hpp"

#include <algorithm>

#include "base/parallel.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {
namespace {

/// Denormal numbers are read and written as zero on every worker thread: they carry nothing here
/// and cost a hundred times as much as others.
void flush_denormals() {
  at::globalContext().setFlushDenormal(true);
#pragma omp parallel num_threads(thread_count())
  at::globalContext().setFlushDenormal(true);
}

}  // namespace

void set_threads(int threads) {
  set_thread_count(threads);
  at::set_num_threads(thread_count());
  // libtorch sets its number once more when a thread first asks for it. That must not come while
  // parallel_tasks runs its libraries on one thread.
  at::get_num_threads();
  flush_denormals();
}

ThreadLimit::ThreadLimit(int most) : before_(thread_count()) {
  set_threads(std::min(most, before_));
}

ThreadLimit::~ThreadLimit() { set_threads(before_); }

}  // namespace mixvae::nn
