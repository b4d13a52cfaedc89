#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae {

/// Annotation of features that says what was measured ("Gene Expression", "Antibody Capture").
inline constexpr const char* kFeatureTypes = "feature_types";

/// Sums of each cell's raw values: of all features, or of each type of features for itself.
struct TypeLibraries {
  std::vector<std::string> types;  // [G] in natural order; empty: all features together
  std::vector<Index> type_of;      // [D] type of each column of the data set; empty likewise
  std::vector<float> sums;         // [N, max(G, 1)]

  Index width() const { return types.empty() ? 1 : static_cast<Index>(types.size()); }
  Index type(Index column) const { return type_of.empty() ? 0 : type_of[at(column)]; }
  float sum(Index row, Index type) const { return sums[at(row * width() + type)]; }
  /// Sum of all values of a cell.
  float total(Index row) const;
};

/// Whether this is a word for a type of features ("Gene Expression", "Peaks", ...) in whatever
/// case.
bool is_feature_type(std::string_view word);
/// Whether the type is gene expression.
bool is_gene_expression(std::string_view type);

/// The types of a data set whose annotation `feature_types` holds two or more known ones, [G] in
/// natural order; else empty. Features without a type are of type "".
std::vector<std::string> feature_types(const Dataset& dataset);

TypeLibraries type_libraries(const Dataset& dataset);

/// What each value of a data set is divided by, up to the common target: the library size of its
/// cell and type, in the unit that brings the type's own target to Preprocessing::library_size. 1
/// where a cell has nothing of a type.
class Divisors {
 public:
  /// No division: for normalisations that read no library sizes.
  Divisors() = default;
  /// Targets by type (Preprocessing::type_library), or none for one target.
  Divisors(TypeLibraries libraries, const Preprocessing& preprocessing);

  float operator()(Index row, Index column) const {
    if (shares_.empty()) {
      return 0;
    }
    const Index type = libraries_.type(column);
    const float sum = libraries_.sum(row, type);
    return sum == 0 ? 1.0F : sum * shares_[at(type)];
  }

 private:
  TypeLibraries libraries_;
  std::vector<float> shares_;  // [max(G, 1)] common target over the type's
};

/// Throws InputError where types that the preprocessing has a library size for are not in the data.
void require_types(const Preprocessing& preprocessing, const Dataset& dataset);

}  // namespace mixvae
