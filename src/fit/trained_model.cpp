#include "fit/trained_model.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "training/safetensors.hpp"

namespace mixvae::fit {
namespace {

using training::TensorFile;

constexpr const char* kFormatName = "mixvae-model";

/// Written where no batches are told, so that earlier builds read what they understand.
constexpr int kFormatWithoutBatches = 2;

torch::Tensor to_tensor(const DenseMatrix& matrix) {
  return torch::tensor(matrix.values).view({matrix.rows, matrix.columns});
}

std::vector<float> to_vector(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.to(torch::kFloat32).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

DenseMatrix to_matrix(const torch::Tensor& tensor) {
  DenseMatrix matrix(tensor.size(0), tensor.size(1));
  matrix.values = to_vector(tensor);
  return matrix;
}

std::vector<models::NamedTensor> all_tensors(models::Model& model) {
  std::vector<models::NamedTensor> tensors = model.parameters();
  std::ranges::copy(model.buffers(), std::back_inserter(tensors));
  return tensors;
}

std::string options_json(models::ModelOptions options) {
  nlohmann::json json;
  for (const models::PartOptions& part : options.parts()) {
    for (const Option& option : part.options) {
      if (part.of_network) {
        json[option.name] = option_text(option);
      }
    }
  }
  return json.dump();
}

/// A file of version 1 has the options of every model, and not always "state-encoder", which was
/// "shared" before there was a choice.
models::ModelOptions options_from_json(const std::string& model, const std::string& text,
                                       int version) {
  models::ModelOptions options = models::model_spec(model).options;
  const Options table = options.all();
  const auto known = [&table](const std::string& name) {
    return std::ranges::find(table, name, &Option::name) != table.end();
  };
  if (version == 1 && known("state-encoder")) {
    set_option(find_option(table, "state-encoder"), "shared");
  }
  const nlohmann::json values = nlohmann::json::parse(text);
  for (const auto& [name, value] : values.items()) {
    if (version > 1 || known(name)) {
      set_option(find_option(table, name), value.get<std::string>());
    }
  }
  return options;
}

void store_projection(const Projection& projection, TensorFile& file) {
  if (projection.present()) {
    file.tensors["projection.components"] = to_tensor(projection.components());
    file.tensors["projection.mean"] = torch::tensor(projection.mean());
    file.tensors["projection.scale"] = torch::full({1}, projection.scale());
  }
}

Projection stored_projection(const TensorFile& file, const std::string& path) {
  if (!file.tensors.contains("projection.components")) {
    return {};
  }
  return {to_matrix(training::find_tensor(file, "projection.components", path)),
          to_vector(training::find_tensor(file, "projection.mean", path)),
          training::find_tensor(file, "projection.scale", path).item<float>()};
}

void store_batches(const BatchEffects& batches, TensorFile& file) {
  if (batches.present()) {
    file.metadata["batch_key"] = nlohmann::json(batches.key).dump();
    file.metadata["batch_names"] = nlohmann::json(batches.names).dump();
    file.tensors["batches.centres"] = to_tensor(batches.correction.centres);
    file.tensors["batches.shifts"] = to_tensor(batches.correction.shifts);
    file.tensors["batches.width"] = torch::full({1}, batches.correction.width);
  }
}

BatchEffects stored_batches(const TensorFile& file, const std::string& path, Index coordinates) {
  if (!file.tensors.contains("batches.centres")) {
    return {};
  }
  const auto list = [&](const char* name) {
    return nlohmann::json::parse(training::find_fact(file, name, path))
        .get<std::vector<std::string>>();
  };
  const torch::Tensor& centres = training::find_tensor(file, "batches.centres", path);
  const torch::Tensor& shifts = training::find_tensor(file, "batches.shifts", path);
  const torch::Tensor& width = training::find_tensor(file, "batches.width", path);
  BatchEffects batches{list("batch_key"), list("batch_names"), {}};
  const auto count = static_cast<std::int64_t>(batches.names.size());
  if (centres.dim() != 2 || shifts.dim() != 2 || centres.size(0) < 1 ||
      centres.size(1) != coordinates || shifts.size(1) != coordinates || count < 1 ||
      shifts.size(0) != count * centres.size(0) || width.numel() != 1 || batches.key.empty()) {
    throw InputError({.what = "the model file contradicts itself: the effects of batches have the "
                              "wrong shape",
                      .where = path});
  }
  const auto soft = width.item<float>();
  if (!std::isfinite(soft) || soft <= 0) {
    throw InputError(
        {.what = "the model file contradicts itself: clusters of batches without width",
         .where = path,
         .found = shortest(soft)});
  }
  batches.correction = {to_matrix(centres), to_matrix(shifts), soft};
  return batches;
}

struct StoreConfidence {
  TensorFile& file;
  void operator()(const std::string& name, const DenseMatrix& part) const {
    file.tensors["confidence." + name] = to_tensor(part);
  }
  void operator()(const std::string& name, const std::vector<float>& part) const {
    file.tensors["confidence." + name] = torch::tensor(part);
  }
};

struct ReadConfidence {
  const TensorFile& file;
  const std::string& path;
  void operator()(const std::string& name, DenseMatrix& part) const {
    const torch::Tensor& stored = training::find_tensor(file, "confidence." + name, path);
    if (stored.dim() != 2) {
      throw InputError({.what = "the model file contradicts itself: tensor 'confidence." + name +
                                "' has the wrong shape",
                        .where = path});
    }
    part = to_matrix(stored);
  }
  void operator()(const std::string& name, std::vector<float>& part) const {
    part = to_vector(training::find_tensor(file, "confidence." + name, path));
  }
};

void store_confidence(Confidence& confidence, TensorFile& file) {
  if (confidence.present()) {
    confidence.visit(StoreConfidence{file});
  }
}

Confidence stored_confidence(const TensorFile& file, const std::string& path, Index coordinates,
                             Index types) {
  Confidence confidence;
  if (file.tensors.contains("confidence.landmarks")) {
    confidence.visit(ReadConfidence{file, path});
    confidence.require_whole(path, coordinates, types);
  }
  return confidence;
}

int checked_version(const TensorFile& file, const std::string& path) {
  const auto format = file.metadata.find("format");
  if (format == file.metadata.end() || format->second != kFormatName) {
    throw InputError({.what = "this is not a model of mixvae",
                      .where = path,
                      .found = format == file.metadata.end() ? "no format name" : format->second,
                      .expected = std::string("format '") + kFormatName + "'"});
  }
  const int version = std::stoi(training::find_fact(file, "format_version", path));
  if (version > kModelFormatVersion) {
    throw InputError({.what = "this model was written by a later version of mixvae",
                      .where = path,
                      .found = "model format " + std::to_string(version),
                      .expected = "at most " + std::to_string(kModelFormatVersion),
                      .hint = "use the version that wrote it, or a newer one"});
  }
  return version;
}

void load_tensors(models::Model& model, const TensorFile& file, const std::string& path) {
  const torch::NoGradGuard no_grad;
  for (const models::NamedTensor& named : all_tensors(model)) {
    const torch::Tensor& stored = training::find_tensor(file, named.name, path);
    if (stored.sizes() != named.tensor.sizes()) {
      throw InputError({.what = "the model file contradicts itself: tensor '" + named.name +
                                "' has the wrong shape",
                        .where = path});
    }
    named.tensor.detach().copy_(stored);
  }
}

}  // namespace

std::vector<std::string> TrainedModel::type_names() const {
  return numbered_names("T", static_cast<Index>(type_order.size()));
}

Matrix TrainedModel::network_input(const Prepared& prepared, const Table& cells,
                                   std::vector<std::string>& notes) const {
  if (!projection.present()) {
    return prepared.x;
  }
  DenseMatrix components = projection.apply(prepared.x);
  return batches.present() ? batches.remove(components, cells, prepared.kept_cells, notes)
                           : std::move(components);
}

bool TrainedModel::of_counts() const {
  return models::model_spec(model).recipe(options, 1).likelihood->of_counts();
}

DenseMatrix TrainedModel::normalised(DenseMatrix decoded) const {
  if (of_counts()) {
    normalise_shares(preprocessing, decoded);
    return decoded;
  }
  DenseMatrix values = projection.present() ? projection.invert(decoded) : std::move(decoded);
  unscale(preprocessing, values);
  return values;
}

void save_model(const std::string& path, TrainedModel& trained) {
  TensorFile file;
  file.metadata = {
      {"format", kFormatName},
      {"format_version",
       std::to_string(trained.batches.present() ? kModelFormatVersion : kFormatWithoutBatches)},
      {"model", trained.model},
      {"model_options", options_json(trained.options)},
      {"seed", std::to_string(trained.seed)},
      {"features", std::to_string(trained.network->features())},
      {"types", std::to_string(trained.network->types())},
      {"type_order", nlohmann::json(trained.type_order).dump()},
      {"best_arm", std::to_string(trained.best_arm)},
      {"preprocessing", to_json(trained.preprocessing)}};
  for (const models::NamedTensor& named : all_tensors(*trained.network)) {
    file.tensors[named.name] = named.tensor.detach().to(torch::kCPU);
  }
  store_projection(trained.projection, file);
  store_batches(trained.batches, file);
  store_confidence(trained.confidence, file);
  training::write_safetensors(path, file);
}

TrainedModel load_model(const std::string& path) {
  const TensorFile file = training::read_safetensors(path);
  const auto fact = [&](const char* name) { return training::find_fact(file, name, path); };
  TrainedModel trained;
  try {
    const int version = checked_version(file, path);
    trained.model = fact("model");
    trained.options = options_from_json(trained.model, fact("model_options"), version);
    trained.seed = std::stoull(fact("seed"));
    trained.type_order = nlohmann::json::parse(fact("type_order")).get<std::vector<Index>>();
    trained.best_arm = std::stoll(fact("best_arm"));
    trained.preprocessing = preprocessing_from_json(fact("preprocessing"));
    trained.projection = stored_projection(file, path);
    trained.batches = stored_batches(file, path, trained.projection.width());
    trained.confidence = stored_confidence(file, path, trained.projection.width(),
                                           static_cast<Index>(trained.type_order.size()));
    const auto decoded = static_cast<std::int64_t>(trained.preprocessing.features.size());
    trained.network = models::model_spec(trained.model)
                          .make({.features = std::stoll(fact("features")),
                                 .types = std::stoll(fact("types")),
                                 .decoded_features = trained.of_counts() ? decoded : 0},
                                trained.options, trained.seed);
  } catch (const std::logic_error& error) {
    throw InputError({.what = "the facts stored with the model cannot be understood",
                      .where = path,
                      .found = error.what()});
  } catch (const UsageError& error) {
    throw InputError({.what = "the facts stored with the model cannot be understood",
                      .where = path,
                      .found = error.what()});
  } catch (const nlohmann::json::exception& error) {
    throw InputError({.what = "the facts stored with the model cannot be understood",
                      .where = path,
                      .found = error.what()});
  }
  load_tensors(*trained.network, file, path);
  return trained;
}

}  // namespace mixvae::fit
