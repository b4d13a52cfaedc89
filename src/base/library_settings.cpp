#include "base/library_settings.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <dlfcn.h>
#include <unistd.h>

#include "base/log.hpp"
#include "base/processor.hpp"

namespace mixvae {
namespace {

/// The processor that OpenBLAS has chosen kernels for; empty for another BLAS.
std::string openblas_core() {
  using CoreName = const char* (*)();
  const auto core_name = reinterpret_cast<CoreName>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  return core_name == nullptr ? "" : core_name();
}

bool is_set(const char* name) { return std::getenv(name) != nullptr; }

void set_environment(const std::map<std::string, std::string>& settings) {
  for (const auto& [name, value] : settings) {
    setenv(name.c_str(), value.c_str(), 0);
  }
}

}  // namespace

std::map<std::string, std::string> library_settings(std::string_view core, bool avx512) {
  constexpr std::array<std::string_view, 3> kWide = {"SkylakeX", "Cooperlake", "SapphireRapids"};
  std::map<std::string, std::string> settings;
  if (avx512 && !core.empty() && std::ranges::find(kWide, core) == kWide.end() &&
      !is_set("OPENBLAS_CORETYPE")) {
    settings["OPENBLAS_CORETYPE"] = "SkylakeX";
  }
  if (!is_set("GOMP_SPINCOUNT") && !is_set("OMP_WAIT_POLICY")) {
    settings["GOMP_SPINCOUNT"] = "1000";
  }
  return settings;
}

void set_library_settings() {
  const bool avx512 = has_avx512();
  if (avx512 && !is_set("OPENBLAS_CORETYPE")) {
    dlopen("libblas.so.3", RTLD_LAZY | RTLD_GLOBAL);  // for openblas_core() to find it
  }
  set_environment(library_settings(openblas_core(), avx512));
}

void restart_with_library_settings(char** arguments) {
  const auto settings = library_settings(openblas_core(), has_avx512());
  if (settings.empty()) {
    return;
  }
  set_environment(settings);
  execv("/proc/self/exe", arguments);
  log_warning(
      "the program could not start itself again with settings that make its libraries "
      "faster; it goes on without them");
}

bool use_library_kernels() {
  const auto settings = library_settings(openblas_core(), has_avx512());
  const auto wanted = settings.find("OPENBLAS_CORETYPE");
  if (wanted == settings.end()) {
    return true;
  }
  const auto forget = reinterpret_cast<void (*)()>(dlsym(RTLD_DEFAULT, "gotoblas_dynamic_quit"));
  const auto choose = reinterpret_cast<void (*)()>(dlsym(RTLD_DEFAULT, "gotoblas_dynamic_init"));
  if (forget == nullptr || choose == nullptr) {
    return false;
  }
  setenv(wanted->first.c_str(), wanted->second.c_str(), 0);
  forget();
  choose();
  return openblas_core() == wanted->second;
}

}  // namespace mixvae
