#include "base/parallel.hpp"

#include <algorithm>
#include <exception>
#include <omp.h>
#include <vector>

namespace mixvae {
namespace {

int requested_threads = 0;

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
  for (const auto& failure : failures) {
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
}

}  // namespace mixvae
