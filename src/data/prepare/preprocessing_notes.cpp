#include "data/prepare/preprocessing_notes.hpp"

#include <cmath>

#include "base/text.hpp"
#include "data/prepare/value_kind.hpp"
#include "data/prepare/value_transform.hpp"

namespace mixvae {
namespace {

/// "2213 per cell", or "2213 (Antibody Capture) and 8000 (Gene Expression) per cell".
std::string library_text(const Preprocessing& fitted) {
  std::vector<std::string> targets;
  for (std::size_t g = 0; g < fitted.types.size(); ++g) {
    targets.push_back(shortest(std::round(fitted.type_library[g])) + " (" + fitted.types[g] + ")");
  }
  return (targets.empty() ? shortest(std::round(fitted.library_size)) : join(targets, " and ")) +
         " per cell";
}

}  // namespace

std::string normalisation_text(const Preprocessing& fitted) {
  if (fitted.normalise == "library-log") {
    return "normalised to " + library_text(fitted) + ", then ln(1 + x)";
  }
  if (fitted.normalise == "arcsinh") {
    return "transformed by arcsinh(x / " + shortest(fitted.cofactor) + ")";
  }
  if (fitted.normalise == "library") {
    return "normalised to " + library_text(fitted);
  }
  return fitted.normalise == "none" ? "used as they are" : "transformed by " + fitted.normalise;
}

std::string normalisation_note(const Preprocessing& fitted, const PreprocessingOptions& wanted,
                               const ValueJudgement& judgement) {
  const std::string done = "the values look like " + describe(judgement.kind) + " (" +
                           judgement.reason + "); " + normalisation_text(fitted);
  if (wanted.normalise == "auto") {
    return done + "; --normalise changes that";
  }
  return done + ", as --normalise " + wanted.normalise + " says" +
         (is_usual(fitted.normalise, judgement.kind) ? "" : ", which is unusual for such values");
}

std::optional<std::string> counts_beside_note(const Dataset& dataset, ValueKind kind) {
  const std::vector<std::string>& layers = dataset.source.count_layers;
  const bool counts = kind == ValueKind::counts || kind == ValueKind::image;
  if (counts || layers.empty()) {
    return std::nullopt;
  }
  return "the file also holds counts: --layer " + layers.front() + " takes " +
         (layers.front() == "raw" ? "them" : "that layer") +
         (layers.size() > 1
              ? " (likewise " +
                    join(std::vector<std::string>(layers.begin() + 1, layers.end()), ", ") + ")"
              : "");
}

std::vector<std::string> unused_option_notes(const Preprocessing& fitted,
                                             const PreprocessingOptions& wanted) {
  std::vector<std::string> notes;
  if (wanted.normalise != "auto") {
    return notes;
  }
  const std::string end = " has no effect: --normalise auto chose " + fitted.normalise;
  if (wanted.library_size && !ValueTransform(fitted).needs_library()) {
    notes.push_back("--library-size " + shortest(*wanted.library_size) + end);
  }
  if (wanted.cofactor && fitted.normalise != "arcsinh") {
    notes.push_back("--cofactor " + shortest(*wanted.cofactor) + end);
  }
  return notes;
}

}  // namespace mixvae
