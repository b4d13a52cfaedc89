#include "app/commands/all.hpp"
#include "app/output.hpp"
#include "data/io/read.hpp"
#include "data/summary.hpp"
#include "report/summary_rendering.hpp"

namespace mixvae::app {
namespace {

/// Says what is in a file.
class InspectCommand : public Command {
 public:
  std::string name() const override { return "inspect"; }
  std::string summary() const override {
    return "tell what a data file holds: cells, features or panel, kind of values, annotations";
  }
  Options arguments() override {
    return {{.name = "input",
             .target = &input_,
             .meaning = "the data file or folder",
             .placeholder = "INPUT"}};
  }
  std::vector<OptionGroup> groups() override { return {{"Common options", options(read_)}}; }
  std::vector<std::string> examples() const override {
    return {"mixvae inspect cells.h5ad", "mixvae inspect cells.h5ad --layer raw --json"};
  }
  void run(const GlobalOptions& global) override {
    if (read_.modality.empty()) {
      const std::vector<Modality> modalities = stored_modalities(input_);
      if (modalities.size() > 1) {
        print(global.json ? report::modalities_json(input_, modalities)
                          : report::modalities_text(input_, modalities));
        return;
      }
    }
    const DatasetSummary found = summarise(read_dataset(input_, read_));
    print(global.json ? report::summary_json(found) : report::summary_text(found));
  }

 private:
  std::string input_;
  ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> inspect_command() { return std::make_unique<InspectCommand>(); }

}  // namespace mixvae::app
