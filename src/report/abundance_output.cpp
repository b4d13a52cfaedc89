#include "report/abundance_output.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/csv_writer.hpp"

namespace mixvae::report {

std::string abundance_csv(const Categorical& samples, const Categorical& types) {
  MIXVAE_ASSERT(samples.codes.size() == types.codes.size(), "one sample and one type per cell");
  const std::size_t width = types.categories.size();
  std::vector<std::int64_t> counts(samples.categories.size() * width, 0);
  std::vector<std::int64_t> totals(samples.categories.size(), 0);
  for (std::size_t cell = 0; cell < samples.codes.size(); ++cell) {
    if (samples.codes[cell] >= 0 && types.codes[cell] >= 0) {
      const auto sample = static_cast<std::size_t>(samples.codes[cell]);
      ++counts[sample * width + static_cast<std::size_t>(types.codes[cell])];
      ++totals[sample];
    }
  }
  std::string text = "sample,type,cells,fraction\n";
  for (std::size_t s = 0; s < totals.size(); ++s) {
    for (std::size_t t = 0; t < width; ++t) {
      const auto count = counts[s * width + t];
      const double share =
          totals[s] > 0 ? static_cast<double>(count) / static_cast<double>(totals[s]) : 0.0;
      text += csv_field(samples.categories[s]) + "," + csv_field(types.categories[t]) + "," +
              std::to_string(count) + "," + shortest(share) + "\n";
    }
  }
  return text;
}

}  // namespace mixvae::report
