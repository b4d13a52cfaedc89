#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/dataset.hpp"

namespace mixvae {

/// What the values of a matrix look like, judged on at most 2,000 cells.
enum class ValueKind {
  counts,  // (almost) all whole numbers; negative ones among them are refused later, by name
  fractional_counts,  // counts that are not whole: corrected, shared out, or scaled (SoupX,
                      // CellBender, alevin, RSEM, CPM)
  linear,             // non-negative, linear scale, no counts (TPM, intensities)
  log_normalised,     // a logarithm of expression
  scaled,             // negative values present, or everything within [0, 1]
  transformed,        // channels of a cytometer after arcsinh, a logarithm or a biexponential scale
  image,              // grey values of pixels
};

/// "counts", "fractional counts", "log-normalised values", "scaled values", ...
std::string describe(ValueKind kind);

/// A kind with what speaks for it.
struct ValueJudgement {
  ValueKind kind = ValueKind::counts;
  std::string reason;  // "97 % of the small values lie near multiples of one unit"
  bool sure = true;    // false: nothing but the range of the values speaks for it
};

/// Judges the scale of the values by the share of whole numbers, of small values near the multiples
/// of a unit (as they are and after undoing logarithms), the spread of the cells' sums, the
/// relation of zeros to these sums, sign and range. Values that are not finite are left out. Throws
/// InputError for an empty matrix.
ValueJudgement judge_matrix(const Matrix& matrix);

/// The kind alone.
ValueKind judge_values(const Matrix& matrix);

/// How raw values become the model's input. "auto" fields are rules over the data, stated in the
/// help.
struct PreprocessingOptions {
  std::string normalise = "auto";  // auto|library-log|library|log|log2|arcsinh|none
  std::optional<double> library_size =
      1e4;  // target sum per cell of library-log and library; empty: auto
  std::optional<double> cofactor = {};  // arcsinh(x / cofactor); empty: auto
  std::string select = "variance";  // variance|dispersion|peak: how `features` of them are chosen
  std::string features = "auto";    // a number, "all", "auto", names or glob patterns with commas
                                    // between them, or a file with one name per line
  std::vector<std::string> exclude = {};  // glob patterns of feature names left out
  double min_cells = 0;                   // features expressed in fewer cells are dropped
  double low_quantile = 0;     // features not above this quantile of sums or variances are dropped
  double min_features = 0;     // cells with fewer expressed features are dropped
  std::string scale = "none";  // none|unit|half|common: to [0, 1] by the training range, of the
                               // feature or of all together, or divided by sqrt(s.d.)
  bool trust_values = false;   // new data are not refused for their kind of values
  bool images = false;         // the cells are images whatever their values look like; no option of
                               // its own (--image-width)
};

Options options(PreprocessingOptions& preprocessing);

/// A fitted preprocessing: stored with the model, reapplied by feature name to new data.
struct Preprocessing {
  std::string normalise;  // library-log|library|log|log2|arcsinh|none: resolved, never "auto"
  double library_size = 1e4;
  double cofactor = 5;
  double min_features = 0;
  std::vector<std::string> features;  // [D] names in the model's order
  std::vector<Index> positions;       // [D] column of each feature in the training data
  Index source_features = 0;          // number of columns of the training data
  bool features_unnamed = false;      // the training data had no feature names
  std::string scale = "none";  // none|unit|half|common: x <- (x - minimum) / range, kept within [0,
                               // 1] for unit and common
  std::vector<float> minimum;  // [D] or empty
  std::vector<float> range;    // [D] or empty
  ValueKind expected = ValueKind::counts;
  std::vector<std::string> types;    // [G] feature types with a library size each; empty: one
                                     // library size for all features
  std::vector<double> type_library;  // [G] target sum per cell of each type
  std::string layer = "X";           // the matrix of the training data's file (Source::layer)
  std::string modality;              // of that file (Source::modality)
  std::string feature_names;         // annotation that named its features (Source::feature_names)
  std::optional<bool> compensated;   // whether the training data were (Source::compensated)
  bool trust_values = false;         // new data are not refused for their kind of values
  std::vector<std::string> notes;    // what fitting noticed or decided, one sentence each
};

/// Data ready for a model: rows are the kept cells.
struct Prepared {
  Matrix x;                         // [N, D] the model's input
  std::optional<CsrMatrix> counts;  // [N, D] raw counts of the same features (for thinning), where
                                    // the input was counts and they were asked for
  std::vector<float> library;  // [N] sum of all raw values of each cell, before feature selection;
                               // empty for non-counts
  std::vector<std::string> features;  // [D]
  std::vector<Index> kept_cells;      // [N] rows of the original data set
  std::vector<std::string> notes;     // what was noticed or decided, one sentence each

  Index cell_count() const { return row_count(x); }
  Index feature_count() const { return column_count(x); }
};

/// Learns the preprocessing from training data. Where features are channels of a cytometer
/// (data/io/channel_kinds.hpp), only markers are judged and chosen from, unless `features` is "all"
/// or names others; linear values are transformed by arcsinh. An explicit `normalise` is done
/// whatever the values look like, which `notes` says. Refuses (InputError) NaN/Inf among the values
/// that are used, naming cell and feature, values that the normalisation cannot take, all-zero
/// cells unless filtered, fewer than 2 cells or features, and generated cells that are normalised
/// in that way already.
Preprocessing fit_preprocessing(const Dataset& dataset, const PreprocessingOptions& options);

/// How a data set is prepared besides what the preprocessing says.
struct ApplyOptions {
  double minimum_found = 0.8;  // least share of the model's features that the data set has
  bool trust_values = false;   // the values' kind is not judged
  bool keep_counts = false;    // fills Prepared::counts, a second matrix
};

/// Applies it to any data set, aligning features by name (by position where either side's names are
/// made up; the number of columns must then equal that of the training data). Missing features
/// become zeros and are reported; below `minimum_found` the data set is refused. Same refusals as
/// above, except that one cell is enough and all-zero cells are left out, as `notes` says. Also
/// refuses data that were compensated where the training data were not, or the other way round, and
/// unless `trust_values` fluorescence of unknown spillover where the training data were
/// compensated. Cells that a model of this normalisation generated (data/values_mark.hpp) are
/// normalised already: they are aligned by name and scaled.
Prepared apply_preprocessing(const Preprocessing& preprocessing, const Dataset& dataset,
                             const ApplyOptions& options = {});

/// Whether counts of a cell as shares of its library can be normalised: by a library size.
bool normalises_shares(const Preprocessing& preprocessing);

/// Normalises features [N, D] that are shares of a cell's library, in place: share x library size,
/// and the logarithm where there is one; not scaled. A bug unless normalises_shares().
void normalise_shares(const Preprocessing& preprocessing, DenseMatrix& shares);

/// Takes the scaling of prepared values [N, D] back, in place.
void unscale(const Preprocessing& preprocessing, DenseMatrix& values);

/// As text (JSON) for the model file, and back. Reading throws InputError for anything malformed.
std::string to_json(const Preprocessing& preprocessing);
Preprocessing preprocessing_from_json(const std::string& text);

}  // namespace mixvae
