#include "data/prepare/type_libraries.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace mixvae {
namespace {

constexpr auto kGeneExpressionTypes =
    std::to_array<std::string_view>({"gene expression", "gene_expression", "geneexpression", "gene",
                                     "genes", "gex", "rna", "mrna"});
constexpr auto kOtherTypes = std::to_array<std::string_view>({"antibody capture",
                                                              "antibody_capture",
                                                              "antibody",
                                                              "antibodies",
                                                              "adt",
                                                              "protein",
                                                              "proteins",
                                                              "protein expression",
                                                              "prot",
                                                              "peaks",
                                                              "peak",
                                                              "atac",
                                                              "chromatin accessibility",
                                                              "crispr guide capture",
                                                              "crispr",
                                                              "guide capture",
                                                              "sgrna",
                                                              "multiplexing capture",
                                                              "hto",
                                                              "cell hashing",
                                                              "hashtag",
                                                              "custom",
                                                              "antigen capture",
                                                              "vdj",
                                                              "vdj-t",
                                                              "vdj-b",
                                                              "vdj-t-gd",
                                                              "intergenic",
                                                              "spike-in",
                                                              "abseq"});

bool stands_in(auto words, std::string_view word) {
  return std::ranges::find(words, lower(trimmed(word))) != words.end();
}

}  // namespace

bool is_gene_expression(std::string_view type) { return stands_in(kGeneExpressionTypes, type); }

bool is_feature_type(std::string_view word) {
  return is_gene_expression(word) || stands_in(kOtherTypes, word);
}

std::vector<std::string> feature_types(const Dataset& dataset) {
  const Column* column = dataset.features.find(kFeatureTypes);
  if (column == nullptr) {
    return {};
  }
  const Categorical labels = as_labels(*column);
  std::vector<std::string> types;
  for (Index f = 0; f < dataset.feature_count(); ++f) {
    const std::string type(labels.label(f));
    if (std::ranges::find(types, type) == types.end()) {
      types.push_back(type);
    }
  }
  std::ranges::sort(types, natural_less);
  const bool known = std::ranges::any_of(types, is_feature_type);
  return known && types.size() > 1 ? types : std::vector<std::string>{};
}

TypeLibraries type_libraries(const Dataset& dataset) {
  TypeLibraries libraries;
  libraries.types = feature_types(dataset);
  if (!libraries.types.empty()) {
    const Categorical labels = as_labels(*dataset.features.find(kFeatureTypes));
    for (Index f = 0; f < dataset.feature_count(); ++f) {
      const auto found = std::ranges::find(libraries.types, labels.label(f));
      libraries.type_of.push_back(found - libraries.types.begin());
    }
  }
  const Index width = libraries.width();
  libraries.sums.resize(at(dataset.cell_count() * width));
  parallel_for(dataset.cell_count(), 256, [&](Index begin, Index end) {
    std::vector<double> sums(at(width));
    for (Index row = begin; row < end; ++row) {
      std::ranges::fill(sums, 0.0);
      for_each_value(dataset.x, row, [&](Index column, float value) {
        sums[at(libraries.type(column))] += static_cast<double>(value);
      });
      std::ranges::transform(sums, libraries.sums.begin() + row * width,
                             [](double sum) { return static_cast<float>(sum); });
    }
  });
  return libraries;
}

float TypeLibraries::total(Index row) const {
  float sum = 0;
  for (Index type = 0; type < width(); ++type) {
    sum += this->sum(row, type);
  }
  return sum;
}

Divisors::Divisors(TypeLibraries libraries, const Preprocessing& preprocessing)
    : libraries_(std::move(libraries)), shares_(at(libraries_.width()), 1.0F) {
  for (std::size_t g = 0; g < libraries_.types.size(); ++g) {
    const auto found = std::ranges::find(preprocessing.types, libraries_.types[g]);
    if (found != preprocessing.types.end()) {
      const auto place = static_cast<std::size_t>(found - preprocessing.types.begin());
      shares_[g] =
          static_cast<float>(preprocessing.library_size / preprocessing.type_library[place]);
    }
  }
}

void require_types(const Preprocessing& preprocessing, const Dataset& dataset) {
  const std::vector<std::string> there = feature_types(dataset);
  for (const std::string& type : preprocessing.types) {
    if (std::ranges::find(there, type) == there.end()) {
      throw InputError(
          {.what = "a type of features that the fit normalised for itself is not in the data",
           .where = dataset.source.path,
           .found = there.empty() ? "no types of features" : join(there, ", "),
           .expected = join(preprocessing.types, ", ") + ", as in the fit",
           .hint = "choose them with --feature-types '" + join(preprocessing.types, ",") + "'"});
    }
  }
}

}  // namespace mixvae
