#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "fit/trained_model.hpp"

namespace mixvae::analysis {

struct GenerationOptions {
  std::vector<std::string> types = {};  // names ("T1"); empty: all
  std::int64_t number = 1000;           // cells of each type
  double spread = 1;                    // of draws, as a multiple of that in training
  models::GeneratedValues values = models::GeneratedValues::mean;
  models::DrawnCodes codes = models::DrawnCodes::fitted;
  double posterior = 0;  // least probability of its type that a drawn code has
  std::uint64_t seed = 0;
};

Options options(GenerationOptions& generation);

/// Throws SystemError when the cells asked for would take more than `available` bytes (0: not
/// known, not checked): the data set, and three copies of one type's values while they are drawn.
void require_room(const fit::TrainedModel& trained, const GenerationOptions& options,
                  std::int64_t available);

/// New cells, and how many codes of each type were drawn for them.
struct GeneratedCells {
  Dataset cells;
  std::vector<double> draws_per_cell;  // [types], in the order of the cells; empty where the model
                                       // rejects none
};

/// New cells of chosen types, `number` of each, as a data set [types x number, D] with the type in
/// the annotation `type`, and with what the values are under kValuesMark, so that assignment to the
/// same model does not normalise them again. Each is decoded from a code or state drawn from its
/// type's distribution by the arm that is reported; a draw whose type is less probable than
/// options.posterior is rejected. Values are normalised
/// ones, as before the preprocessing's scaling: those of the training data where it used them as
/// they are. Throws UsageError for a type that the model does not have, and for one that is named
/// twice, and for options.posterior and options.codes with a model that does not know them;
/// SystemError for more cells than the memory holds; InputError where hardly a draw is accepted.
GeneratedCells generate(fit::TrainedModel& trained, const GenerationOptions& options);

}  // namespace mixvae::analysis
