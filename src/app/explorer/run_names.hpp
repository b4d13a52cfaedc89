#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "report/explorer/names.hpp"

namespace mixvae::app {

/// By what the file of a run's model is known again: one that was written later differs.
struct ModelFile {
  std::uintmax_t bytes = 0;
  std::filesystem::file_time_type written = {};

  bool operator==(const ModelFile&) const = default;
};

/// That of a run as it is now. Throws InputError unless the folder holds a finished run.
ModelFile model_file(const std::string& run);

/// The names of a run's types, kept as mixvae rename keeps them: in its folder, which is locked
/// while they change.
class RunNames : public report::explorer::NameKeeper {
 public:
  /// `model`: the file that the types are of.
  RunNames(std::string run, std::vector<std::string> types, ModelFile model)
      : run_(std::move(run)), types_(std::move(types)), model_(model) {}

  /// Throws what read_type_names throws.
  analysis::TypeNames read() override;
  /// Besides InputError when the run is gone, UsageError while another program writes it or when
  /// its model was replaced, SystemError when the file cannot be written.
  Changed change(const std::function<void(analysis::TypeNames&)>& change) override;

 private:
  std::string run_;
  std::vector<std::string> types_;
  ModelFile model_;
};

}  // namespace mixvae::app
