#include "fit/preparation_file.hpp"

#include <filesystem>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "base/index.hpp"

namespace mixvae::fit {
namespace {

using training::TensorFile;

constexpr const char* kPreparationFormat = "mixvae preparation";
constexpr const char* kPreparationVersion = "1";

template <class Value>
torch::Tensor tensor_of(std::span<const Value> values, std::vector<std::int64_t> shape) {
  return torch::tensor(at::ArrayRef<Value>(values.data(), values.size()),
                       torch::TensorOptions().dtype(c10::CppTypeToScalarType<Value>::value))
      .view(shape);
}

template <class Value>
std::vector<Value> values_of(const torch::Tensor& tensor) {
  const auto* first = tensor.data_ptr<Value>();
  return {first, first + tensor.numel()};
}

DenseMatrix matrix_of(const torch::Tensor& tensor) {
  DenseMatrix matrix(tensor.size(0), tensor.size(1));
  matrix.values = values_of<float>(tensor);
  return matrix;
}

/// Rows of equal length as one tensor.
template <class Value>
torch::Tensor tensor_of_rows(const std::vector<std::vector<Value>>& rows) {
  std::vector<torch::Tensor> tensors;
  for (const std::vector<Value>& row : rows) {
    tensors.push_back(tensor_of<Value>(row, {std::ssize(row)}));
  }
  return torch::stack(tensors);
}

template <class Value>
std::vector<std::vector<Value>> rows_of(const torch::Tensor& tensor) {
  std::vector<std::vector<Value>> rows;
  for (std::int64_t row = 0; row < tensor.size(0); ++row) {
    rows.push_back(values_of<Value>(tensor[row]));
  }
  return rows;
}

const torch::Tensor* kept_tensor(const TensorFile& content, const std::string& name) {
  const auto found = content.tensors.find(name);
  return found == content.tensors.end() ? nullptr : &found->second;
}

/// Why what the file holds is not used; empty where it is.
std::string preparation_difference(PreparationFile::Facts there, PreparationFile::Facts here) {
  there.erase("checksum");
  here.erase("checksum");
  PreparationFile::Facts all = here;
  all.insert(there.begin(), there.end());
  for (const auto& [name, value] : all) {
    if (!there.contains(name) || !here.contains(name) || there[name] != here[name]) {
      return name + " is another";
    }
  }
  return {};
}

}  // namespace

PreparationFile::PreparationFile(std::string path, const Facts& of,
                                 const std::function<void(const std::string&)>& say)
    : path_(std::move(path)) {
  content_.metadata = of;
  content_.metadata["format"] = kPreparationFormat;
  content_.metadata["version"] = kPreparationVersion;
  if (path_.empty() || !std::filesystem::exists(path_)) {
    return;
  }
  std::string reason;
  try {
    TensorFile file = training::read_safetensors(path_);
    reason = preparation_difference(file.metadata, content_.metadata);
    if (reason.empty()) {
      content_.tensors = std::move(file.tensors);
      say("using what was computed before the interruption, kept in " + path_);
      return;
    }
  } catch (const InputError& error) {
    reason = error.fault().what;
  }
  say("what was computed before, kept in " + path_ + ", is not used but computed anew: " + reason);
}

bool PreparationFile::read(Projection& projection) const {
  const torch::Tensor* components = kept_tensor(content_, "components");
  if (components == nullptr) {
    return false;
  }
  projection = {matrix_of(*components),
                values_of<float>(training::find_tensor(content_, "mean", path_)),
                training::find_tensor(content_, "scale", path_).item<float>()};
  return true;
}

bool PreparationFile::read(const std::string& name, DenseMatrix& matrix) const {
  const torch::Tensor* kept = kept_tensor(content_, name);
  if (kept != nullptr) {
    matrix = matrix_of(*kept);
  }
  return kept != nullptr;
}

bool PreparationFile::read(cluster::Neighbours& graph) const {
  const torch::Tensor* cells = kept_tensor(content_, "neighbours");
  if (cells == nullptr) {
    return false;
  }
  graph = {cells->size(1), values_of<std::int32_t>(*cells),
           values_of<float>(training::find_tensor(content_, "distances", path_))};
  return true;
}

bool PreparationFile::read(StartingTypes& start) const {
  const torch::Tensor* types = kept_tensor(content_, "starting types");
  if (types == nullptr) {
    return false;
  }
  start = {rows_of<std::int32_t>(*types),
           rows_of<float>(training::find_tensor(content_, "starting weights", path_))};
  return true;
}

void PreparationFile::keep(const Projection& projection) {
  if (!path_.empty()) {
    keep("components", projection.components());
    content_.tensors["mean"] = tensor_of<float>(projection.mean(), {std::ssize(projection.mean())});
    content_.tensors["scale"] = torch::full({1}, projection.scale());
  }
}

void PreparationFile::keep(const std::string& name, const DenseMatrix& matrix) {
  if (!path_.empty()) {
    content_.tensors[name] = tensor_of<float>(matrix.values, {matrix.rows, matrix.columns});
  }
}

void PreparationFile::keep(const cluster::Neighbours& graph) {
  if (!path_.empty()) {
    content_.tensors["neighbours"] = tensor_of<std::int32_t>(graph.cells, {-1, graph.k});
    content_.tensors["distances"] = tensor_of<float>(graph.distances, {-1, graph.k});
  }
}

void PreparationFile::keep(const StartingTypes& start) {
  if (!path_.empty()) {
    content_.tensors["starting types"] = tensor_of_rows(start.types);
    content_.tensors["starting weights"] = tensor_of_rows(start.weights);
  }
}

void PreparationFile::save() const {
  if (!path_.empty()) {
    training::write_safetensors(path_, content_);
  }
}

}  // namespace mixvae::fit
