#include "data/values_mark.hpp"

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

}  // namespace

std::string generated_mark(const Preprocessing& preprocessing) {
  return "normalised: " + normalisation(preprocessing);
}

bool is_normalised_already(const Preprocessing& preprocessing, const Dataset& dataset) {
  const Column* column = dataset.cells.find(kValuesMark);
  if (column == nullptr || dataset.source.layer != "X") {
    return false;
  }
  const Categorical marks = as_labels(*column);
  const std::string own = generated_mark(preprocessing);
  Index marked = 0;
  for (Index cell = 0; cell < dataset.cell_count(); ++cell) {
    marked += marks.label(cell) == own ? 1 : 0;
  }
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
