#include "data/prepare/values_mark.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae {
namespace {

std::string normalisation(const Preprocessing& preprocessing) {
  if (preprocessing.normalise == "library-log" || preprocessing.normalise == "library") {
    return preprocessing.normalise + " " + shortest(preprocessing.library_size);
  }
  if (preprocessing.normalise == "arcsinh") {
    return "arcsinh " + shortest(preprocessing.cofactor);
  }
  return preprocessing.normalise;
}

/// Number of cells that have this mark.
Index marked_cells(const Column& column, const std::string& mark) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values)) {
    return std::ranges::count(*texts, mark);
  }
  const auto* labels = std::get_if<Categorical>(&column.values);
  if (labels == nullptr) {  // numbers
    return 0;
  }
  const auto found = std::ranges::find(labels->categories, mark);
  const auto code = static_cast<std::int32_t>(found - labels->categories.begin());
  return found == labels->categories.end() ? 0 : std::ranges::count(labels->codes, code);
}

}  // namespace

std::string generated_mark(const Preprocessing& preprocessing) {
  return "normalised: " + normalisation(preprocessing);
}

bool is_normalised_already(const Preprocessing& preprocessing, const Dataset& dataset) {
  const Column* column = dataset.cells.find(kValuesMark);
  if (column == nullptr || dataset.source.layer != "X") {
    return false;
  }
  const std::string own = generated_mark(preprocessing);
  const Index marked = marked_cells(*column, own);
  if (marked < dataset.cell_count() && (marked == 0 || preprocessing.normalise == "none")) {
    return false;
  }
  if (marked < dataset.cell_count()) {
    throw InputError({.what = "some cells are generated and normalised already, others are not",
                      .where = dataset.source.path + ", annotation " + kValuesMark,
                      .found = with_commas(marked) + " of " + with_commas(dataset.cell_count()) +
                               " cells have '" + own + "'",
                      .expected = "generated cells and measured ones in files of their own",
                      .hint = "leave out the cells of one kind"});
  }
  return true;
}

}  // namespace mixvae
