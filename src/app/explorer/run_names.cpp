#include "app/explorer/run_names.hpp"

#include "app/run_directory.hpp"
#include "app/type_names_file.hpp"
#include "base/error.hpp"

namespace mixvae::app {

ModelFile model_file(const std::string& run) {
  require_finished_run(run);
  const std::filesystem::path path = std::filesystem::path(run) / kModelName;
  return {.bytes = std::filesystem::file_size(path),
          .written = std::filesystem::last_write_time(path)};
}

analysis::TypeNames RunNames::read() { return read_type_names(run_, types_); }

report::explorer::NameKeeper::Changed RunNames::change(
    const std::function<void(analysis::TypeNames&)>& change) {
  require_finished_run(run_);  // the lock would make the folder of a run that is gone
  const FileLock lock = lock_run_directory(run_);
  if (model_file(run_) != model_) {
    throw UsageError({.what = "the run has another model now than when the explorer began",
                      .where = run_,
                      .hint = "end the explorer and start it again"});
  }
  const analysis::TypeNames before = read_type_names(run_, types_);
  analysis::TypeNames after = before;
  change(after);
  write_type_names(run_, after);
  return {before, after};
}

}  // namespace mixvae::app
