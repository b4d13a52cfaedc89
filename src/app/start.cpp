#include "app/start.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "nn/blas_check.hpp"
#include "nn/threads.hpp"

namespace mixvae::app {
namespace {

LogLevel level_of(const std::string& word) {
  if (word == "debug") {
    return LogLevel::debug;
  }
  if (word == "warning") {
    return LogLevel::warning;
  }
  return word == "error" ? LogLevel::error : LogLevel::info;
}

}  // namespace

void start(const GlobalOptions& global) {
  const LogLevel level = level_of(global.log_level);
  set_log_level(global.quiet ? std::max(level, LogLevel::warning) : level);
  nn::set_threads(static_cast<int>(global.threads));
  const std::string library = nn::loaded_blas();
  if (nn::is_reference_blas(library)) {
    log_warning(
        "the reference BLAS is loaded (" + library +
        "), 20 to 30 times slower than OpenBLAS; on Debian: apt install libopenblas0-openmp");
  }
}

}  // namespace mixvae::app
