#pragma once

#include <functional>
#include <map>
#include <string>

#include "cluster/knn.hpp"
#include "fit/projection.hpp"
#include "fit/starting_types.hpp"
#include "training/safetensors.hpp"

namespace mixvae::fit {

/// What a fit computed from its data before training, kept so that an interrupted one goes on after
/// the last stage that it finished. Reading gives what was kept, to the bit. Letters: N cells,
/// A arms.
class PreparationFile {
 public:
  using Facts = std::map<std::string, std::string>;

  /// Keeps nothing.
  PreparationFile() = default;
  /// Takes over what the file holds, if it is there and was computed from the same: `of` says from
  /// what (settings, checksums of values). Otherwise it holds nothing, and `say` is told why:
  /// damage, another version, or the first fact that differs. An empty path: keeps nothing.
  PreparationFile(std::string path, const Facts& of,
                  const std::function<void(const std::string&)>& say);

  /// Whether a matrix or tensor of the name is kept.
  bool has(const std::string& name) const { return content_.tensors.contains(name); }
  /// False where it is not kept; the argument then stays as it is.
  bool read(Projection& projection) const;
  bool read(const std::string& name, DenseMatrix& matrix) const;
  bool read(cluster::Neighbours& graph) const;
  bool read(StartingTypes& start) const;

  void keep(const Projection& projection);
  void keep(const std::string& name, const DenseMatrix& matrix);
  void keep(const cluster::Neighbours& graph);
  void keep(const StartingTypes& start);

  /// Writes all that is kept. Throws SystemError when the system refuses.
  void save() const;

 private:
  std::string path_;
  training::TensorFile content_;
};

}  // namespace mixvae::fit
