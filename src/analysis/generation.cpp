#include "analysis/generation.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/named_places.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "data/prepare/values_mark.hpp"
#include "training/training_estimate.hpp"

namespace mixvae::analysis {
namespace {

/// Throws UsageError for a threshold or a way of drawing that the model does not know.
void require_such_draws(const fit::TrainedModel& trained, const GenerationOptions& options) {
  if (options.codes == models::DrawnCodes::published && !trained.network->draws_as_published()) {
    throw UsageError({.what = "codes are drawn as published for MoE-Sim-VAE alone",
                      .found = "--codes published with a run of " + trained.model,
                      .hint = "leave --codes out; it is for runs of moe-sim-vae"});
  }
  if (options.posterior > 0 && !trained.network->rejects_draws()) {
    throw UsageError(
        {.what = "draws of this model cannot be rejected by the probability of their "
                 "type",
         .found = "--posterior " + shortest(options.posterior) + " with a run of " + trained.model,
         .hint = "leave --posterior out; it is for runs of vade and of moe-sim-vae"});
  }
}

/// Normalised values [N, D] of one type, and the number of draws that they took.
DenseMatrix drawn_values(fit::TrainedModel& trained, Index type, const GenerationOptions& options,
                         std::int64_t& draws) {
  const torch::Tensor cells = trained.network
                                  ->generate({.arm = trained.best_arm,
                                              .type = type,
                                              .count = options.number,
                                              .spread = options.spread,
                                              .values = options.values,
                                              .codes = options.codes,
                                              .seed = options.seed,
                                              .library = trained.preprocessing.library_size,
                                              .least_posterior = options.posterior,
                                              .draws = &draws})
                                  .to(torch::kCPU, torch::kFloat32)
                                  .contiguous();
  DenseMatrix values(cells.size(0), cells.size(1));
  std::copy_n(cells.data_ptr<float>(), cells.numel(), values.values.begin());
  return trained.normalised(std::move(values));
}

}  // namespace

Options options(GenerationOptions& generation) {
  return {
      {.name = "types",
       .target = &generation.types,
       .meaning = "types of which cells are generated, for example T1,T4; all where left out"},
      {.name = "number",
       .target = &generation.number,
       .meaning = "number of cells of each type",
       .minimum = 1,
       .maximum = 1e9},
      {.name = "spread",
       .target = &generation.spread,
       .meaning = "how much the cells of a type differ from each other, as a multiple of what was "
                  "seen in training: less gives more typical cells, 0 the typical cell alone",
       .minimum = 0,
       .maximum = 100},
      {.name = "values",
       .target = word(generation.values),
       .meaning =
           "values of a cell: what the model expects (mean), or a random draw around it (sample)",
       .choices = {"mean", "sample"}},
      {.name = "codes",
       .target = word(generation.codes),
       .meaning = "with a run of moe-sim-vae: codes are drawn from what the type's codes were in "
                  "training and decoded as that type (fitted), or from a Gaussian of variance 1 "
                  "around its mean and decoded as the type that the model then finds, as the "
                  "authors do (published)",
       .choices = {"fitted", "published"}},
      {.name = "posterior",
       .target = &generation.posterior,
       .meaning = "with a run of vade or moe-sim-vae: draws whose type is less probable than this "
                  "are rejected and drawn anew, which gives clearer cells; 0: none is rejected",
       .minimum = 0,
       .maximum = 0.999999},
  };
}

void require_room(const fit::TrainedModel& trained, const GenerationOptions& options,
                  std::int64_t available) {
  constexpr double kBytesBesideValues = 80;  // name, type, mark
  const auto types = static_cast<double>(
      named_places(trained.type_names(), options.types, "type", "the model").size());
  const auto features = static_cast<double>(trained.preprocessing.features.size());
  const double value_bytes = features * sizeof(float);
  const double bytes_per_cell = types * (value_bytes + kBytesBesideValues) + 3 * value_bytes;
  const double bytes = bytes_per_cell * static_cast<double>(options.number);
  if (available == 0 || bytes <= static_cast<double>(available)) {
    return;
  }
  const auto most = static_cast<long long>(static_cast<double>(available) / bytes_per_cell);
  throw SystemError(
      {.what = "the cells to generate would not fit into memory",
       .found = "--number " + with_commas(options.number) + " of " + shortest(types) +
                " types with " + shortest(features) + " features: about " +
                shortest(std::round(bytes / 1e9)) + " GB, " + training::size_text(available) +
                " available",
       .expected = "at most --number " + std::to_string(most),
       .hint = "generate fewer cells or --types at once; another --seed gives others"});
}

GeneratedCells generate(fit::TrainedModel& trained, const GenerationOptions& options) {
  const std::vector<Index> types =
      named_places(trained.type_names(), options.types, "type", "the model");
  require_room(trained, options, training::available_memory());
  require_such_draws(trained, options);
  const auto features = static_cast<Index>(trained.preprocessing.features.size());
  DenseMatrix x(static_cast<Index>(types.size()) * options.number, features);
  Categorical labels{.categories = trained.type_names(), .codes = {}, .ordered = false};
  GeneratedCells generated;
  auto place = x.values.begin();
  for (const Index type : types) {
    std::int64_t draws = 0;
    const DenseMatrix values = drawn_values(trained, trained.type_order[at(type)], options, draws);
    if (trained.network->rejects_draws()) {
      generated.draws_per_cell.push_back(static_cast<double>(draws) /
                                         static_cast<double>(options.number));
    }
    place = std::ranges::copy(values.values, place).out;
    labels.codes.insert(labels.codes.end(), at(options.number), static_cast<std::int32_t>(type));
  }
  Dataset& dataset = generated.cells;
  dataset.cells.names = numbered_names("G", x.rows);
  dataset.cells.set({"type", std::move(labels)});
  dataset.cells.set({kValuesMark, Categorical{.categories = {generated_mark(trained.preprocessing)},
                                              .codes = std::vector<std::int32_t>(
                                                  static_cast<std::size_t>(x.rows), 0),
                                              .ordered = false}});
  dataset.features.names = trained.preprocessing.features;
  dataset.x = std::move(x);
  dataset.source.format = "generated";
  return generated;
}

}  // namespace mixvae::analysis
