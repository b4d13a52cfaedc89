#include "data/prepare/preprocessing.hpp"

namespace mixvae {

Options options(PreprocessingOptions& preprocessing) {
  return {
      {.name = "normalise",
       .target = &preprocessing.normalise,
       .meaning = "how raw values are transformed; auto decides by the values: counts, whole or "
                  "not, library-log (to --library-size per cell, then ln(1 + x)); other linear "
                  "values log (ln(1 + x)), or log2 where none is below 1; channels of a cytometer "
                  "arcsinh; values that are transformed already, and images, none. library: to "
                  "--library-size per cell without a logarithm (counts per million). What is asked "
                  "for is done whatever the values look like, unless it is impossible",
       .choices = {"auto", "library-log", "library", "log", "log2", "arcsinh", "none"}},
      {.name = "library-size",
       .target = &preprocessing.library_size,
       .meaning = "sum that the values of each cell are brought to (library-log and library); "
                  "auto: the median sum of the cells, but at most 10,000",
       .minimum = 1e-6,
       .needs = {"normalise=auto|normalise=library-log|normalise=library"}},
      {.name = "cofactor",
       .target = &preprocessing.cofactor,
       .meaning = "divisor c of arcsinh(x / c); auto: 150 for fluorescence channels, else 5, the "
                  "custom of mass cytometry",
       .minimum = 1e-6,
       .needs = {"normalise=auto|normalise=arcsinh"}},
      {.name = "select",
       .target = &preprocessing.select,
       .meaning = "which features are kept when --features is a number: highest variance of the "
                  "normalised values, highest normalised dispersion, or highest peak value",
       .choices = {"variance", "dispersion", "peak"},
       .needs = {"features=auto|features=#"}},
      {.name = "features",
       .target = &preprocessing.features,
       .meaning =
           "which features (genes, markers) are used: a number of them, chosen by --select; all; "
           "names or patterns with commas between them (CD*,HLA-DR); a file with one name per "
           "line; or auto: all when there are at most 2,000, else the best 2,000. In cytometry, "
           "auto and a number choose among the markers: time, scatter, event length, beads, DNA, "
           "barcodes, viability and pulse shapes are left out, which the log says"},
      {.name = "exclude",
       .target = &preprocessing.exclude,
       .meaning = "glob patterns of feature names that are left out, for example mt-*,Rp[sl]*"},
      {.name = "min-cells",
       .target = &preprocessing.min_cells,
       .meaning = "features with a non-zero value in fewer cells than this are left out",
       .minimum = 0},
      {.name = "low-quantile",
       .target = &preprocessing.low_quantile,
       .meaning = "features whose sum or variance of the normalised values is not above this "
                  "quantile of all features' are left out; 0 keeps them",
       .minimum = 0,
       .maximum = 0.99},
      {.name = "min-features",
       .target = &preprocessing.min_features,
       .meaning =
           "cells with fewer non-zero features than this are left out; 1 leaves out empty cells",
       .minimum = 0},
      {.name = "scale",
       .target = &preprocessing.scale,
       .meaning =
           "last step for each feature: none, unit (to [0, 1] by its range in the training "
           "data), half (divided by the square root of its standard deviation), or common (all "
           "features to [0, 1] by the range they have together, as for images)",
       .choices = {"none", "unit", "half", "common"}},
      {.name = "trust-values",
       .target = &preprocessing.trust_values,
       .meaning = "accept new data for this fit even where their values look like another scale"},
  };
}

}  // namespace mixvae
