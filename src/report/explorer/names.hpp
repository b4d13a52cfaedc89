#pragma once

#include <functional>
#include <vector>

#include "analysis/type_names.hpp"

namespace mixvae::report::explorer {

/// Where the names of a run's types are kept.
class NameKeeper {
 public:
  virtual ~NameKeeper() = default;
  /// Those that are kept now.
  virtual analysis::TypeNames read() = 0;
  /// Reads the names, has them changed and keeps what came out, with nobody else between; returns
  /// both. Throws what `change` throws, and then keeps what was there.
  struct Changed {
    analysis::TypeNames before;
    analysis::TypeNames after;
  };
  virtual Changed change(const std::function<void(analysis::TypeNames&)>& change) = 0;
};

/// The changes of names in one session of the explorer, which can be taken back one by one.
class NameHistory {
 public:
  explicit NameHistory(NameKeeper& keeper) : keeper_(keeper), now_(keeper.read()) {}

  const analysis::TypeNames& now() const { return now_; }
  /// Reads them anew: where another program changed them, changes here cannot be taken back any
  /// more.
  void look_again();
  bool can_undo() const { return !changes_.empty(); }
  void change(const std::function<void(analysis::TypeNames&)>& change);
  /// Takes the latest change back. Throws UsageError when there is none, or when the names were
  /// changed by another program since.
  void undo();

 private:
  NameKeeper& keeper_;
  analysis::TypeNames now_;
  std::vector<NameKeeper::Changed> changes_;
};

}  // namespace mixvae::report::explorer
