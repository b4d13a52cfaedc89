#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/commands/all.hpp"
#include "app/named_types.hpp"
#include "app/output.hpp"
#include "app/run_directory.hpp"
#include "app/type_names_file.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

/// Gives types names that the other commands show and write.
class RenameCommand : public Command {
 public:
  std::string name() const override { return "rename"; }
  std::string summary() const override {
    return "name the types of a run: assign writes the names, the report shows them";
  }
  Options arguments() override {
    return {{.name = "run",
             .target = &run_,
             .meaning = "folder of a finished run",
             .placeholder = "RUN"},
            {.name = "names",
             .target = &words_,
             .meaning = "type and name, as often as wanted (T3=\"CD4 T cells\"), or one table "
                        "(CSV) with the columns type and name, maybe note; without any, the names "
                        "are printed",
             .placeholder = "T3=NAME|FILE.csv ..."}};
  }
  std::vector<OptionGroup> groups() override {
    return {{"Common options",
             {{.name = "clear",
               .target = &clear_,
               .meaning = "take names and notes of the listed types away (T3 T5), or, where none "
                          "is listed, all and the merges too"}}}};
  }
  std::vector<std::string> examples() const override {
    return {"mixvae rename run T1=\"CD4 T cells\" T2=Monocytes", "mixvae rename run names.csv",
            "mixvae rename run --clear"};
  }

  void run(const GlobalOptions& global) override {
    require_finished_run(run_);
    const std::vector<std::string> types = types_of_run(run_);
    if (words_.empty() && !clear_) {
      print_names(read_type_names(run_, types), types, global);
      return;
    }
    const NamesTable changes = clear_ ? NamesTable{} : changes_of_words();
    const FileLock lock = lock_run_directory(run_);
    const bool all = clear_ && words_.empty();  // whatever the file holds
    analysis::TypeNames names = all ? analysis::TypeNames{} : read_type_names(run_, types);
    if (clear_) {
      require_no_names();
      analysis::clear_names(names, words_, types);
    } else {
      analysis::rename_types(names, changes.rows, types, changes.places);
    }
    write_type_names(run_, names);
    print_names(names, types, global);
  }

 private:
  void require_no_names() const {
    const auto named = std::ranges::find_if(
        words_, [](const std::string& word) { return word.find('=') != std::string::npos; });
    if (named != words_.end()) {
      throw UsageError({.what = "--clear takes names away and gives none",
                        .found = "'" + *named + "'",
                        .expected = "types, such as T3, or nothing"});
    }
  }

  NamesTable changes_of_words() const {
    if (words_.size() == 1 && words_.front().find('=') == std::string::npos) {
      return read_names_table(words_.front());
    }
    NamesTable changes;
    for (const std::string& word : words_) {
      const std::size_t sign = word.find('=');
      if (sign == std::string::npos) {
        throw UsageError({.what = "a type and its name have '=' between them",
                          .found = "'" + word + "'",
                          .expected = "T3=NAME, in quotes where the name holds blanks"});
      }
      changes.rows.push_back(
          {.type = word.substr(0, sign), .name = std::string(trimmed(word.substr(sign + 1)))});
    }
    return changes;
  }

  std::string run_;
  std::vector<std::string> words_;
  bool clear_ = false;
};

}  // namespace

std::unique_ptr<Command> rename_command() { return std::make_unique<RenameCommand>(); }

}  // namespace mixvae::app
