#include "nn/threads.hpp"

#include "base/parallel.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

void set_threads(int threads) {
  set_thread_count(threads);
  at::set_num_threads(thread_count());
}

}  // namespace mixvae::nn
