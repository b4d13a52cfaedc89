#include "models/model_options.hpp"

#include <algorithm>
#include <iterator>

namespace mixvae::models {

Options ModelOptions::all() {
  Options table;
  for (PartOptions& part : parts()) {
    std::ranges::move(part.options, std::back_inserter(table));
  }
  return table;
}

}  // namespace mixvae::models
