#pragma once

// The stable interface of the library: read data, fit, use the model on data, keep it. It includes
// no header of libtorch, so programs that use it compile in a second. Later versions of the same
// minor version keep it; the headers of the rooms below may change.
//
//   const mixvae::Dataset cells = mixvae::read_dataset("cells.h5ad");
//   mixvae::Model model = mixvae::Model::fit(cells, {.options = {{"types", "12"}}});
//   const mixvae::Assignment found = model.assign(cells);
//
// Faults are thrown as mixvae::Error (base/error.hpp): what() says what is wrong and what to do.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "data/io/read.hpp"

namespace mixvae {

/// What a fit is asked for.
struct FitRequest {
  /// Options by their names on the command line (docs/options.md, mixvae fit), without dashes:
  /// {"model", "moe-sim-vae"}, {"types", "12"}, {"epochs", "50"}. Others have their defaults.
  std::map<std::string, std::string> options = {};
  std::uint64_t seed = 0;      // the same seed and data give the same bits
  std::string device = "cpu";  // "cpu", "cuda", or "auto" for CUDA where there is such a device
  /// Told one line of news at a time; nothing is printed.
  std::function<void(const std::string&)> say = [](const std::string&) {};
};

/// Types and states of every cell of a data set. Letters: N cells, T types, S state dimensions, L
/// latent width. Cells without any value that the model reads have type -1 and NaN elsewhere.
struct Assignment {
  std::vector<std::string> type_names;  // [T] "T1", "T2", ... by falling size in the fit
  std::vector<std::int32_t> types;      // [N] the most probable one, by its place in type_names
  DenseMatrix type_probabilities;       // [N, T] sum to 1
  std::vector<float> confidence;        // [N] how likely an independent fit of another sample gives
                                        // the cell the same type; empty where the model has none
  std::vector<float> novelty;           // [N] above 1: unlike any cell of the fit; or empty
  std::vector<float> consensus;         // [N] share of pairs of arms that agree; empty for one arm
  DenseMatrix states;                   // [N, S] without a unit; S may be 0
  DenseMatrix latent;                   // [N, L] coordinates for maps and neighbours
};

/// How well types agree with known labels of the same cells: 1 is best.
struct Scores {
  double accuracy = 0;     // share of cells whose type is matched with their label, one to one
  double nmi = 0;          // normalised mutual information
  double ari = 0;          // adjusted Rand index
  double f1 = 0;           // mean over labels of F1 under the best matching
  std::int64_t cells = 0;  // that have both
};

/// A trained model with all that it needs to be used on any data.
class Model {
 public:
  /// Finds types and states in the cells; takes minutes. Pass the data with std::move where memory
  /// counts. Throws UsageError for options that there are not or that contradict each other,
  /// InputError for unsuitable data.
  static Model fit(Dataset cells, const FitRequest& request = {});

  /// Reads a model: the file model.safetensors, or the folder of a run, which holds one. Throws
  /// InputError for a file that is no model.
  static Model load(const std::string& path);

  Model(Model&& other) noexcept;
  Model& operator=(Model&& other) noexcept;
  ~Model();

  /// Writes the model to a file, whole or not at all. Throws SystemError.
  void save(const std::string& path) const;

  /// "T1", "T2", ... by falling size in the data of the fit.
  std::vector<std::string> type_names() const;

  /// Types and states of the cells. Features are found by their names. Throws InputError for data
  /// that share too few of them, or whose values are of another kind.
  Assignment assign(const Dataset& cells) const;

  /// Compares the types with an annotation of the cells. Throws InputError when there is none of
  /// this name, or no cell has a type and a label.
  Scores evaluate(const Dataset& cells, const std::string& labels) const;

 private:
  struct Inside;
  explicit Model(std::unique_ptr<Inside> inside);

  std::unique_ptr<Inside> inside_;
};

}  // namespace mixvae
