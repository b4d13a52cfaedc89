#pragma once

#include <string>
#include <vector>

#include "report/explorer/names.hpp"

namespace mixvae::app {

/// The names of a run's types, kept as mixvae rename keeps them: in its folder, which is locked
/// while they change.
class RunNames : public report::explorer::NameKeeper {
 public:
  RunNames(std::string run, std::vector<std::string> types)
      : run_(std::move(run)), types_(std::move(types)) {}

  /// Throws what read_type_names throws.
  analysis::TypeNames read() override;
  /// Besides UsageError while another program writes the run, SystemError when the file cannot be
  /// written.
  Changed change(const std::function<void(analysis::TypeNames&)>& change) override;

 private:
  std::string run_;
  std::vector<std::string> types_;
};

}  // namespace mixvae::app
