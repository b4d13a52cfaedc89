#include "app/input.hpp"

#include <algorithm>

#include "app/memory_exchange.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"
#include "data/io/store/mudata.hpp"

namespace mixvae::app {
namespace {

Dataset read_memory(const MemoryData& data, const std::string& name, const ReadOptions& read) {
  if (std::ranges::find(data.layers, read.layer) == data.layers.end()) {
    throw InputError({.what = "there is no layer '" + read.layer + "'",
                      .where = name,
                      .found = "layers: " + join(data.layers, ", "),
                      .hint = nearest_hint(read.layer, data.layers, 1)});
  }
  store::require_no_modality(read.modality, name);
  Dataset dataset = data.read(read.layer);
  finish_reading(dataset, read);
  return dataset;
}

}  // namespace

Dataset read_input(const std::string& path, const ReadOptions& read) {
  const MemoryData* memory = MemoryExchange::data_named(path);
  Dataset dataset = memory != nullptr ? read_memory(*memory, path, read) : read_dataset(path, read);
  for (const std::string& warning : dataset.source.warnings) {
    log_warning(warning);
  }
  for (const std::string& note : dataset.source.notes) {
    log_info(note);
  }
  return dataset;
}

std::vector<std::string> layers_of_input(const std::string& path, const std::string& modality) {
  const MemoryData* memory = MemoryExchange::data_named(path);
  return memory != nullptr ? memory->layers : stored_layers(path, modality);
}

std::vector<Modality> modalities_of_input(const std::string& path) {
  return MemoryExchange::data_named(path) != nullptr ? std::vector<Modality>()
                                                     : stored_modalities(path);
}

}  // namespace mixvae::app
