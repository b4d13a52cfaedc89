#include "app/assignment_arrays.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

constexpr AssignmentArrays kNoArrays = {.latent = false, .state = false, .probs = false};

[[noreturn]] void refuse_arrays(const std::vector<std::string>& words, const std::string& what,
                                const std::string& expected) {
  throw UsageError({.what = what, .found = "--arrays " + join(words, ","), .expected = expected});
}

bool writes_fcs(OutputFormat format, bool of_fcs) {
  return format == OutputFormat::fcs || (format == OutputFormat::folder && of_fcs);
}

AssignmentArrays usual_arrays(OutputFormat format, bool of_fcs) {
  AssignmentArrays usual = kNoArrays;
  const bool table = format == OutputFormat::csv || format == OutputFormat::folder;
  const bool whole = format == OutputFormat::h5ad || format == OutputFormat::npz;
  usual.latent = whole || format == OutputFormat::npy;
  usual.state = format != OutputFormat::npy;
  usual.probs = whole || (table && !writes_fcs(format, of_fcs));
  return usual;
}

AssignmentArrays named_arrays(const std::vector<std::string>& words) {
  AssignmentArrays named = kNoArrays;
  for (const std::string& word : words) {
    const bool all = word == "all";
    if (!all && word != "latent" && word != "state" && word != "probs" &&
        (word != "none" || words.size() > 1)) {
      refuse_arrays(words, "these are no arrays of results",
                    "latent, state or probs with commas between them, or one of all, none, auto");
    }
    named.latent = named.latent || all || word == "latent";
    named.state = named.state || all || word == "state";
    named.probs = named.probs || all || word == "probs";
  }
  return named;
}

}  // namespace

AssignmentArrays chosen_arrays(const std::vector<std::string>& words, OutputFormat format,
                               bool of_fcs) {
  if (words == std::vector<std::string>{"auto"}) {
    return usual_arrays(format, of_fcs);
  }
  const AssignmentArrays named = named_arrays(words);
  if (format == OutputFormat::npy && named.latent + named.state + named.probs != 1) {
    refuse_arrays(words, "a .npy file holds one array",
                  "one of latent, state and probs; or a .npz file, which holds several");
  }
  if (writes_fcs(format, of_fcs) && (named.latent || named.probs)) {
    refuse_arrays(words, "of these arrays, FCS files hold states alone, as channels",
                  "state or none; or .h5ad, .npz or .csv, which hold the others");
  }
  return named;
}

}  // namespace mixvae::app
