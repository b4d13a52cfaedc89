#include "app/explorer/run_names.hpp"

#include "app/run_directory.hpp"
#include "app/type_names_file.hpp"

namespace mixvae::app {

analysis::TypeNames RunNames::read() { return read_type_names(run_, types_); }

report::explorer::NameKeeper::Changed RunNames::change(
    const std::function<void(analysis::TypeNames&)>& change) {
  const FileLock lock = lock_run_directory(run_);
  const analysis::TypeNames before = read_type_names(run_, types_);
  analysis::TypeNames after = before;
  change(after);
  write_type_names(run_, after);
  return {before, after};
}

}  // namespace mixvae::app
