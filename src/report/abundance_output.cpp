#include "report/abundance_output.hpp"

#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/csv_writer.hpp"

namespace mixvae::report {
namespace {

/// Cells of each type in each sample [S, T], and in each sample [S].
class Abundance {
 public:
  Abundance(const Categorical& samples, const Categorical& types)
      : width_(types.categories.size()),
        counts_(samples.categories.size() * width_, 0),
        totals_(samples.categories.size(), 0) {
    MIXVAE_ASSERT(samples.codes.size() == types.codes.size(), "one sample and one type per cell");
    for (std::size_t cell = 0; cell < samples.codes.size(); ++cell) {
      if (samples.codes[cell] >= 0 && types.codes[cell] >= 0) {
        const auto sample = static_cast<std::size_t>(samples.codes[cell]);
        ++counts_[sample * width_ + static_cast<std::size_t>(types.codes[cell])];
        ++totals_[sample];
      }
    }
  }

  std::string cells(std::size_t sample, std::size_t type) const {
    return std::to_string(counts_[sample * width_ + type]);
  }
  std::string fraction(std::size_t sample, std::size_t type) const {
    const auto count = static_cast<double>(counts_[sample * width_ + type]);
    return shortest(totals_[sample] > 0 ? count / static_cast<double>(totals_[sample]) : 0.0);
  }

 private:
  std::size_t width_;
  std::vector<std::int64_t> counts_;
  std::vector<std::int64_t> totals_;
};

std::string long_csv(const Categorical& samples, const Categorical& types,
                     const Abundance& abundance) {
  std::string text = "sample,type,cells,fraction\n";
  for (std::size_t s = 0; s < samples.categories.size(); ++s) {
    for (std::size_t t = 0; t < types.categories.size(); ++t) {
      text += csv_field(samples.categories[s]) + "," + csv_field(types.categories[t]) + "," +
              abundance.cells(s, t) + "," + abundance.fraction(s, t) + "\n";
    }
  }
  return text;
}

std::string wide_csv(const Categorical& samples, const Categorical& types,
                     const Abundance& abundance, bool fractions) {
  std::string text = "type";
  for (const std::string& sample : samples.categories) {
    text += "," + csv_field(sample);
  }
  text += "\n";
  for (std::size_t t = 0; t < types.categories.size(); ++t) {
    text += csv_field(types.categories[t]);
    for (std::size_t s = 0; s < samples.categories.size(); ++s) {
      text += "," + (fractions ? abundance.fraction(s, t) : abundance.cells(s, t));
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string abundance_csv(const Categorical& samples, const Categorical& types,
                          AbundanceLayout layout) {
  const Abundance abundance(samples, types);
  if (layout == AbundanceLayout::long_rows) {
    return long_csv(samples, types, abundance);
  }
  return wide_csv(samples, types, abundance, layout == AbundanceLayout::wide_fractions);
}

}  // namespace mixvae::report
