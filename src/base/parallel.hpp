#pragma once

#include <cstdint>
#include <functional>

namespace mixvae {

/// Number of threads that parallel loops use; at least 1.
int thread_count();

/// Sets the number of threads for our loops (libtorch's own count is set by the nn room). Values
/// below 1 mean: all cores.
void set_thread_count(int threads);

/// Runs body(begin, end) over contiguous ranges that cover [0, count), one range per thread, fixed
/// by count, grain and the number of threads alone (static ranges: same binary, same thread count,
/// same bits). Ranges are at least `grain` long, so small loops stay on one thread. An exception of
/// the body reaches the caller (the one of the lowest range). Throws Interrupted before it begins
/// where a signal ends the call (base/interrupt.hpp).
void parallel_for(std::int64_t count, std::int64_t grain,
                  const std::function<void(std::int64_t begin, std::int64_t end)>& body);

/// Runs body(task) for every task of [0, count), each on whichever thread is free next, BLAS and
/// all. For tasks that write outputs of their own: the result then does not depend on the number of
/// threads. An exception of the body reaches the caller (the one of the lowest task); Interrupted
/// as above.
void parallel_tasks(std::int64_t count, const std::function<void(std::int64_t task)>& body);

}  // namespace mixvae
