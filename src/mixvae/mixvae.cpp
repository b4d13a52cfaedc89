#include "mixvae/mixvae.hpp"

#include <filesystem>
#include <utility>

#include "analysis/assignment.hpp"
#include "analysis/evaluation.hpp"
#include "data/label_column.hpp"
#include "fit/fit.hpp"
#include "nn/device.hpp"

namespace mixvae {
namespace {

fit::FitOptions options_of(const FitRequest& request) {
  const auto text = [&request](const std::string& name, const std::string& otherwise) {
    const auto found = request.options.find(name);
    return found == request.options.end() ? otherwise : found->second;
  };
  const fit::FitSettings usual;
  fit::FitOptions chosen =
      fit::fit_options(text("model", usual.model), text("preset", usual.preset));
  const Options table = fit::options(chosen);
  for (const auto& [name, value] : request.options) {
    if (name != "model" && name != "preset") {
      set_option(find_option(table, name), value);
    }
  }
  fit::require_effective(chosen);
  return chosen;
}

torch::Device device_of(const FitRequest& request) {
  if (request.device != "cpu" && request.device != "cuda" && request.device != "auto") {
    throw UsageError({.what = "there is no such device",
                      .found = request.device,
                      .expected = "cpu, cuda or auto"});
  }
  return nn::device_named(request.device);
}

}  // namespace

struct Model::Inside {
  fit::TrainedModel trained;
};

Model::Model(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Model::Model(Model&& other) noexcept = default;
Model& Model::operator=(Model&& other) noexcept = default;
Model::~Model() = default;

Model Model::load(const std::string& path) {
  const bool is_run = std::filesystem::is_directory(path);
  return Model(
      std::make_unique<Inside>(fit::load_model(is_run ? path + "/model.safetensors" : path)));
}

void Model::save(const std::string& path) const { fit::save_model(path, inside_->trained); }

std::vector<std::string> Model::type_names() const { return inside_->trained.type_names(); }

Assignment Model::assign(const Dataset& cells) const {
  analysis::Assignment found = analysis::assign(inside_->trained, cells);
  return {.type_names = std::move(found.type_names),
          .types = std::move(found.types),
          .type_probabilities = std::move(found.type_probs),
          .confidence = std::move(found.confidence),
          .novelty = std::move(found.novelty),
          .consensus = std::move(found.consensus),
          .states = std::move(found.state),
          .latent = std::move(found.latent)};
}

Scores Model::evaluate(const Dataset& cells, const std::string& labels) const {
  const Categorical known = label_column(cells.cells, labels, cells.source.path);
  const analysis::Evaluation scores =
      analysis::evaluate(analysis::assign(inside_->trained, cells), known);
  return {.accuracy = scores.accuracy,
          .nmi = scores.nmi,
          .ari = scores.ari,
          .f1 = scores.f_matched,
          .cells = scores.cells};
}

Model Model::fit(Dataset cells, const FitRequest& request) {
  const fit::FitOptions options = options_of(request);
  fit::FitSurroundings surroundings;
  surroundings.device = device_of(request);
  surroundings.say = request.say;
  fit::require_possible(options, surroundings.device);
  fit::FitResult result = fit::fit(std::move(cells), options, request.seed, surroundings);
  return Model(std::make_unique<Inside>(std::move(result.trained)));
}

}  // namespace mixvae
