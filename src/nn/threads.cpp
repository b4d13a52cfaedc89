#include "nn/threads.hpp"

#include <algorithm>
#include <omp.h>

#include "base/parallel.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {
namespace {

/// On every worker thread.
void set_flushing(bool flush) {
  at::globalContext().setFlushDenormal(flush);
#pragma omp parallel num_threads(thread_count())
  at::globalContext().setFlushDenormal(flush);
}

}  // namespace

void set_threads(int threads) {
  set_thread_count(threads);
  at::set_num_threads(thread_count());
  // libtorch sets its number once more when a thread first asks for it. That must not come while
  // parallel_tasks runs its libraries on one thread.
  at::get_num_threads();
  set_flushing(true);  // denormals carry nothing here and cost a hundred times as much as others
}

ThreadLimit::ThreadLimit(int most) : before_(thread_count()) {
  set_threads(std::min(most, before_));
}

ThreadLimit::~ThreadLimit() { set_threads(before_); }

ThreadSettings::ThreadSettings()
    : openmp_(omp_get_max_threads()), libtorch_(at::get_num_threads()) {}

ThreadSettings::~ThreadSettings() {
  set_flushing(false);
  set_thread_count(0);
  at::set_num_threads(libtorch_);
  omp_set_num_threads(openmp_);
}

}  // namespace mixvae::nn
