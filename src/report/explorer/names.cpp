#include "report/explorer/names.hpp"

#include "base/error.hpp"

namespace mixvae::report::explorer {

void NameHistory::change(const std::function<void(analysis::TypeNames&)>& change) {
  changes_.push_back(keeper_.change(change));
  now_ = changes_.back().after;
}

void NameHistory::look_again() {
  analysis::TypeNames kept = keeper_.read();
  if (kept != now_) {
    now_ = std::move(kept);
    changes_.clear();
  }
}

void NameHistory::undo() {
  if (changes_.empty()) {
    throw UsageError({.what = "no name was changed here: there is nothing to undo"});
  }
  const NameKeeper::Changed latest = changes_.back();
  now_ = keeper_
             .change([&latest](analysis::TypeNames& names) {
               if (names != latest.after) {
                 throw UsageError({.what = "the names were changed by another program meanwhile",
                                   .hint = "load the page again to see them"});
               }
               names = latest.before;
             })
             .after;
  changes_.pop_back();
}

}  // namespace mixvae::report::explorer
