#include "nn/blas_check.hpp"

#include <algorithm>
#include <array>
#include <dlfcn.h>
#include <filesystem>

namespace mixvae::nn {

std::string loaded_blas() {
  void* routine = dlsym(RTLD_DEFAULT, "sgemm_");
  Dl_info info{};
  if (routine == nullptr || dladdr(routine, &info) == 0 || info.dli_fname == nullptr) {
    return {};
  }
  std::error_code failure;
  const std::filesystem::path real = std::filesystem::canonical(info.dli_fname, failure);
  return failure ? std::string(info.dli_fname) : real.string();
}

std::string blas_description() {
  using Text = const char* (*)();
  const auto config = reinterpret_cast<Text>(dlsym(RTLD_DEFAULT, "openblas_get_config"));
  const auto core = reinterpret_cast<Text>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  if (config == nullptr || core == nullptr) {
    return {};
  }
  const std::string words = config();  // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
  const std::size_t end = words.find(' ', words.find(' ') + 1);
  return words.substr(0, end) + " for " + core();
}

bool is_reference_blas(std::string_view file) {
  constexpr std::array<std::string_view, 6> kFast = {"openblas", "mkl",  "blis",
                                                     "atlas",    "nvpl", "armpl"};
  const std::string_view name = file.substr(file.rfind('/') + 1);
  const auto in_path = [file](std::string_view word) { return file.find(word) != file.npos; };
  return name.starts_with("libblas") && std::ranges::none_of(kFast, in_path);
}

}  // namespace mixvae::nn
