#pragma once

namespace mixvae::nn {

/// Sets the number of threads of our parallel loops, of libtorch and of its BLAS alike; below 1
/// means all cores.
void set_threads(int threads);

}  // namespace mixvae::nn
