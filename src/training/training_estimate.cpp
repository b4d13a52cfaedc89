#include "training/training_estimate.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "base/error.hpp"
#include "base/progress.hpp"

namespace mixvae::training {
namespace {

/// The kilobytes that a file of /proc states after a word, in bytes; 0 when it does not.
std::int64_t stated_bytes(const char* file, const std::string& wanted) {
  std::ifstream in(file);
  std::string word;
  while (in >> word) {
    std::int64_t kilobytes = 0;
    if (word == wanted && in >> kilobytes) {
      return kilobytes * 1024;
    }
  }
  return 0;
}

}  // namespace

std::string size_text(std::int64_t bytes) {
  char buffer[32];
  const auto value = static_cast<double>(bytes);
  std::snprintf(buffer, sizeof buffer, value < 1e9 ? "%.0f MB" : "%.1f GB",
                value < 1e9 ? value / 1e6 : value / 1e9);
  return buffer;
}

std::string TrainingEstimate::text() const {
  return "about " + duration_text(seconds) + "; " + size_text(new_bytes()) + " of memory besides " +
         size_text(data_bytes) + " of data";
}

TrainingEstimate memory_estimate(models::Model& model, const BatchSource& source,
                                 std::int64_t batch, std::int64_t validation) {
  constexpr std::int64_t kCopiesOfParameters = 8;
  constexpr std::int64_t kWideTensorsOfAStep = 8;
  constexpr std::int64_t kWideTensorsOfAValidation = 4;
  constexpr std::int64_t kTensorsOfPairs = 8;
  TrainingEstimate estimate{.data_bytes = source.bytes()};
  for (const models::NamedTensor& parameter : model.parameters()) {
    estimate.parameter_bytes +=
        kCopiesOfParameters * static_cast<std::int64_t>(parameter.tensor.nbytes());
  }
  const std::int64_t cells =
      std::max(kWideTensorsOfAStep * batch, kWideTensorsOfAValidation * validation);
  const std::int64_t largest = std::max(batch, validation);
  const std::int64_t pairs = source.has_pairs() ? kTensorsOfPairs * largest * largest : 0;
  const std::int64_t values =
      cells * (model.arms() * model.features() + model.values_per_cell() / 2) + pairs;
  estimate.batch_bytes = values * static_cast<std::int64_t>(sizeof(float));
  return estimate;
}

std::int64_t available_memory() { return stated_bytes("/proc/meminfo", "MemAvailable:"); }

std::int64_t peak_memory() { return stated_bytes("/proc/self/status", "VmHWM:"); }

void require_memory(const TrainingEstimate& estimate, std::int64_t available) {
  if (available > 0 && estimate.new_bytes() > available) {
    throw SystemError({.what = "training would not fit into memory",
                       .found = size_text(available) + " available",
                       .expected = size_text(estimate.new_bytes()) +
                                   " for parameters and batches besides the data",
                       .hint = "use a smaller --batch-size or fewer --features or --arms"});
  }
}

}  // namespace mixvae::training
