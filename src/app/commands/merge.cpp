#include "app/commands/all.hpp"
#include "app/named_types.hpp"
#include "app/output.hpp"
#include "app/run_directory.hpp"
#include "app/type_names_file.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

/// Makes types count as one where their names are written and shown.
class MergeCommand : public Command {
 public:
  std::string name() const override { return "merge"; }
  std::string summary() const override {
    return "give several types of a run one name, as if they were one; the model stays as it is";
  }
  Options arguments() override {
    return {{.name = "run",
             .target = &run_,
             .meaning = "folder of a finished run",
             .placeholder = "RUN"},
            {.name = "types",
             .target = &types_,
             .meaning = "two types or more, such as neighbours in the tree of the report",
             .placeholder = "T3 T7 ..."}};
  }
  std::vector<OptionGroup> groups() override {
    return {{"Common options",
             {{.name = "name",
               .target = &name_,
               .meaning = "name of the merged types; without it their names with + between them",
               .placeholder = "NAME"},
              {.name = "undo",
               .target = &undo_,
               .meaning = "take the latest merge back; the types have their former names again"}}}};
  }
  std::vector<std::string> examples() const override {
    return {"mixvae merge run T1 T2 --name \"T cells\"", "mixvae merge run --undo"};
  }

  void run(const GlobalOptions& global) override {
    if (undo_ && (!types_.empty() || !name_.empty())) {
      throw UsageError({.what = "--undo takes the latest merge back, whichever it is",
                        .found = types_.empty() ? "--name " + name_ : join(types_, " "),
                        .expected = "mixvae merge RUN --undo"});
    }
    require_finished_run(run_);
    const std::vector<std::string> types = types_of_run(run_);
    const FileLock lock = lock_run_directory(run_);
    analysis::TypeNames names = read_type_names(run_, types);
    if (undo_) {
      static_cast<void>(analysis::undo_merge(names));
    } else {
      analysis::merge_types(names, {.types = types_, .name = std::string(trimmed(name_))}, types);
    }
    write_type_names(run_, names);
    print_names(names, types, global);
  }

 private:
  std::string run_;
  std::vector<std::string> types_;
  std::string name_;
  bool undo_ = false;
};

}  // namespace

std::unique_ptr<Command> merge_command() { return std::make_unique<MergeCommand>(); }

}  // namespace mixvae::app
