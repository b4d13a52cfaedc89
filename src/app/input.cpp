#include "app/input.hpp"

#include "base/log.hpp"

namespace mixvae::app {

Dataset read_input(const std::string& path, const ReadOptions& read) {
  Dataset dataset = read_dataset(path, read);
  for (const std::string& warning : dataset.source.warnings) {
    log_warning(warning);
  }
  for (const std::string& note : dataset.source.notes) {
    log_info(note);
  }
  return dataset;
}

}  // namespace mixvae::app
