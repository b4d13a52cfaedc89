#include "base/processor.hpp"

namespace mixvae {

#if defined(__x86_64__)

bool has_avx512() {
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
         __builtin_cpu_supports("avx512cd") != 0;
}

std::vector<std::string> processor_features() {
  std::vector<std::string> features;
  if (__builtin_cpu_supports("avx2") != 0) {
    features.emplace_back("AVX2");
  }
  if (__builtin_cpu_supports("fma") != 0) {
    features.emplace_back("FMA");
  }
  if (has_avx512()) {
    features.emplace_back("AVX-512");
  }
  return features;
}

#else

bool has_avx512() { return false; }

std::vector<std::string> processor_features() { return {}; }

#endif

}  // namespace mixvae
