#include "report/explorer/explorer.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "analysis/named_places.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "report/cell_colors.hpp"
#include "report/explorer/descriptions.hpp"
#include "report/explorer/explorer_page.hpp"
#include "report/explorer/feature_search.hpp"
#include "report/explorer/sent_values.hpp"
#include "report/page_assets.hpp"
#include "report/page_data.hpp"

namespace mixvae::report::explorer {
namespace {

using nlohmann::json;

constexpr Index kChangesShown = 24;
constexpr Index kFeaturesToChoose = 60;  // besides those that are typed
constexpr std::size_t kFeaturesOffered = 30;

Answer as_answer(const json& value) {
  return {.body = value.dump(-1, ' ', false, json::error_handler_t::replace)};
}

/// The directory of a PageData and its arrays as one object.
Answer as_answer(const PageData& data) {
  return {.body = R"({"directory":)" + data.directory + R"(,"arrays":")" + data.arrays + "\"}"};
}

Answer fault_answer(int status, const Fault& fault) {
  return refusal(status, fault.what,
                 fault.where.empty() ? fault.found : fault.where + ": " + fault.found,
                 fault.expected, fault.hint);
}

std::string parameter(const Request& request, const std::string& name) {
  const auto found = request.parameters.find(name);
  if (found == request.parameters.end()) {
    throw UsageError({.what = "a parameter is missing", .expected = "?" + name + "=..."});
  }
  return found->second;
}

}  // namespace

struct Explorer::Route {
  std::string_view path;
  std::string_view method;
  Answer (Explorer::*answer)(const Request&);
};

const std::vector<Explorer::Route>& Explorer::routes() {
  static const std::vector<Route> kRoutes{{"/", "GET", &Explorer::page},
                                          {"/explorer.js", "GET", &Explorer::script},
                                          {"/explorer.css", "GET", &Explorer::style},
                                          {"/api/run", "GET", &Explorer::run},
                                          {"/api/map", "GET", &Explorer::map},
                                          {"/api/colour", "GET", &Explorer::color},
                                          {"/api/features", "GET", &Explorer::features},
                                          {"/api/cell", "GET", &Explorer::cell},
                                          {"/api/decode", "POST", &Explorer::decode},
                                          {"/api/rename", "POST", &Explorer::rename},
                                          {"/api/merge", "POST", &Explorer::merge},
                                          {"/api/unmerge", "POST", &Explorer::unmerge},
                                          {"/api/undo", "POST", &Explorer::undo}};
  return kRoutes;
}

std::string method_of(std::string_view path) {
  const auto& routes = Explorer::routes();
  const auto found = std::ranges::find(routes, path, &Explorer::Route::path);
  return found == routes.end() ? std::string() : std::string(found->method);
}

Explorer::Explorer(RunView view, Decoder decoder, NameKeeper& keeper, std::string token)
    : view_(std::move(view)),
      decoder_(std::move(decoder)),
      names_(keeper),
      token_(std::move(token)),
      types_(decoder_.model().type_names()),
      places_(view_.seen.cells.names.size(), -1) {
  for (std::size_t n = 0; n < view_.seen.cells.names.size(); ++n) {
    cells_.emplace(view_.seen.cells.names[n], static_cast<Index>(n));
  }
  for (std::size_t place = 0; place < view_.seen.map.cells.size(); ++place) {
    places_[at(view_.seen.map.cells[place])] = static_cast<Index>(place);
  }
}

Answer Explorer::answer(const Request& request) {
  const auto route = std::ranges::find(routes(), request.path, &Route::path);
  if (route == routes().end()) {
    return refusal(404, "there is nothing here");
  }
  const std::lock_guard lock(mutex_);
  try {
    return (this->*route->answer)(request);
  } catch (const SystemError& error) {
    log_warning(error.what());
    return fault_answer(500, error.fault());
  } catch (const Error& error) {
    return fault_answer(400, error.fault());
  } catch (const std::exception& error) {
    log(LogLevel::error, error.what());
    return refusal(500, "this is a bug of ours, not of your data: please report it", error.what());
  }
}

Answer Explorer::page(const Request& /*request*/) {
  return {.type = "text/html; charset=utf-8",
          .body = explorer_page("mixvae: " + view_.name, lead_of(view_), token_)};
}

Answer Explorer::script(const Request& /*request*/) {
  return {.type = "text/javascript; charset=utf-8", .body = std::string(explorer_script())};
}

Answer Explorer::style(const Request& /*request*/) {
  return {.type = "text/css; charset=utf-8", .body = std::string(explorer_css())};
}

Answer Explorer::run(const Request& /*request*/) {
  names_.look_again();
  show_names();
  json all = run_json(view_, decoder_, types_);
  all["names"] = names_json(view_, names_, types_);
  return as_answer(all);
}

Answer Explorer::map(const Request& /*request*/) {
  names_.look_again();
  show_names();
  return as_answer(page_data(view_.seen, cell_colors(view_.seen, kFeaturesToChoose)));
}

Answer Explorer::color(const Request& request) {
  return as_answer(color_data(cell_colors_named(view_.seen, parameter(request, "name"))));
}

Answer Explorer::features(const Request& request) {
  return as_answer(json{{"features", features_like(view_.seen.values.names,
                                                   parameter(request, "like"), kFeaturesOffered)}});
}

Answer Explorer::cell(const Request& request) {
  const Index row = request.parameters.contains("place") ? row_on_map(parameter(request, "place"))
                                                         : row_named(parameter(request, "name"));
  return as_answer(
      json{{"cell", row < 0 ? json(nullptr) : cell_json(view_, row, places_[at(row)], types_)}});
}

Index Explorer::row_on_map(const std::string& text) const {
  const std::vector<Index>& shown = view_.seen.map.cells;
  Index place = -1;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, place);
  if (read.ec != std::errc() || read.ptr != end || place < 0 || place >= std::ssize(shown)) {
    throw UsageError({.what = "the map has no such cell",
                      .found = "'" + text + "'",
                      .expected = "0 to " + std::to_string(std::ssize(shown) - 1)});
  }
  return shown[at(place)];
}

Index Explorer::row_named(const std::string& name) const {
  const auto found = cells_.find(name);
  return found == cells_.end() ? -1 : found->second;
}

Place Explorer::place_sent(const std::string& type, std::vector<double> states) const {
  const auto place = static_cast<std::int32_t>(
      analysis::named_places(types_, {type}, "type", "the model").front());
  Place middle = decoder_.middle(place);
  if (states.empty()) {
    return middle;
  }
  if (!decoder_.no_states().empty()) {
    throw UsageError({.what = decoder_.no_states()});
  }
  if (states.size() != middle.states.size()) {
    throw UsageError({.what = "a type has another number of states",
                      .found = std::to_string(states.size()),
                      .expected = std::to_string(middle.states.size())});
  }
  return {.type = place, .states = std::move(states)};
}

Answer Explorer::decode(const Request& request) {
  const SentValues sent(request.body, {"type", "states", "otherType", "otherStates"});
  const Place one = place_sent(sent.text("type"), sent.numbers_or_none("states"));
  const Place other = sent.has("otherType")
                          ? place_sent(sent.text("otherType"), sent.numbers_or_none("otherStates"))
                          : decoder_.middle(one.type);
  const std::vector<float> values = decoder_.values(one);
  const std::vector<float> others = decoder_.values(other);
  if (const std::optional<Index> width = decoder_.pixels_in_row()) {
    return as_answer(json{{"image", image_json(values, *width, decoder_.spread())},
                          {"otherImage", image_json(others, *width, decoder_.spread())}});
  }
  return as_answer(json{
      {"features",
       changes_json(strongest_changes(values, others, decoder_.spread().deviation, kChangesShown),
                    decoder_.model().preprocessing.features)}});
}

void Explorer::show_names() {
  analysis::show_names(view_.seen, types_, analysis::type_labels(names_.now(), types_));
}

Answer Explorer::names_changed() {
  show_names();
  return as_answer(names_json(view_, names_, types_));
}

Answer Explorer::rename(const Request& request) {
  const SentValues sent(request.body, {"type", "name", "note"});
  const std::string type = sent.text("type");
  const bool named = sent.has("name") || !sent.has("note");
  const analysis::NamedType given{type, named ? std::string(trimmed(sent.text("name"))) : type};
  const std::string note{trimmed(sent.text_or_none("note"))};
  names_.change([&](analysis::TypeNames& names) {
    if (given.name.empty()) {
      analysis::clear_names(names, {type}, types_);
    } else if (named) {
      analysis::rename_types(names, {given}, types_);
    }
    if (sent.has("note")) {
      analysis::set_note(names, type, note, types_);
    }
  });
  return names_changed();
}

Answer Explorer::merge(const Request& request) {
  const SentValues sent(request.body, {"types", "name"});
  const analysis::TypeMerge merge{.types = sent.texts("types"),
                                  .name = std::string(trimmed(sent.text_or_none("name")))};
  names_.change([&](analysis::TypeNames& names) { analysis::merge_types(names, merge, types_); });
  return names_changed();
}

Answer Explorer::unmerge(const Request& request) {
  const SentValues sent(request.body, {});
  names_.change([](analysis::TypeNames& names) { static_cast<void>(analysis::undo_merge(names)); });
  return names_changed();
}

Answer Explorer::undo(const Request& request) {
  const SentValues sent(request.body, {});
  names_.undo();
  return names_changed();
}

}  // namespace mixvae::report::explorer
