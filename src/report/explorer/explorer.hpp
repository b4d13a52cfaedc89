#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "report/explorer/decoder.hpp"
#include "report/explorer/exchange.hpp"
#include "report/explorer/names.hpp"
#include "report/run_report.hpp"

namespace mixvae::report::explorer {

/// The one method that a path of the explorer takes, "GET" or "POST"; empty for any other path.
std::string method_of(std::string_view path);

/// What the explorer's page asks, answered from a run and the data it was applied to. Requests that
/// pass gate.hpp come in from any thread; one is answered at a time.
class Explorer {
 public:
  /// `token`: what the page must bring to get its own script; or empty.
  Explorer(RunView view, Decoder decoder, NameKeeper& keeper, std::string token);

  /// Faults of a request are answered (400 with what, found, expected), those of the system too
  /// (500); nothing is thrown for them.
  Answer answer(const Request& request);

 private:
  struct Route;
  friend std::string method_of(std::string_view path);
  static const std::vector<Route>& routes();

  Answer page(const Request& request);
  Answer script(const Request& request);
  Answer style(const Request& request);
  Answer run(const Request& request);
  Answer map(const Request& request);
  Answer color(const Request& request);
  Answer features(const Request& request);
  Answer cell(const Request& request);
  Answer decode(const Request& request);
  /// Without the field "name" the name stays, and without "note" the note of a name that stays.
  Answer rename(const Request& request);
  Answer merge(const Request& request);
  Answer unmerge(const Request& request);
  Answer undo(const Request& request);

  /// Row of the cell at a place on the map. Throws UsageError for a text that is none.
  Index row_on_map(const std::string& text) const;
  /// Row of the first cell of a name, -1 without one.
  Index row_named(const std::string& name) const;
  /// Throws UsageError for a type that there is not, and for other than S states; without states
  /// the middle of the type.
  Place place_sent(const std::string& type, std::vector<double> states) const;
  /// Shows the names that are kept now everywhere.
  void show_names();
  /// Does so, and tells them.
  Answer names_changed();

  RunView view_;
  Decoder decoder_;
  NameHistory names_;
  std::string token_;
  std::vector<std::string> types_;                // [T] "T1", ...
  std::unordered_map<std::string, Index> cells_;  // row of a cell by its name, the first
  std::vector<Index> places_;                     // [N] place on the map, -1: none
  std::mutex mutex_;
};

}  // namespace mixvae::report::explorer
