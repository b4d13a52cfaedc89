#include "data/io/name_match.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace mixvae {
namespace {

using Names = std::vector<std::string>;
using Change = std::function<std::string(std::string_view)>;

constexpr std::string_view kSampleSigns = "_:#|";
constexpr std::size_t kShortestBarcode = 8;

std::string as_it_is(std::string_view name) { return std::string(name); }

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string without_number(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  const bool number = dash != name.npos && dash > 0 && dash + 1 < name.size() &&
                      name.find_first_not_of("0123456789", dash + 1) == name.npos;
  return std::string(number ? name.substr(0, dash) : name);
}

std::string with_one_sign(std::string_view name) {
  std::string out;
  for (const char c : name) {
    out += is_alphanumeric(c) ? c : '.';
  }
  return out;
}

std::string after(std::string_view name, std::size_t sign) {
  return std::string(sign == name.npos || sign + 1 == name.size() ? name : name.substr(sign + 1));
}

std::string before(std::string_view name, std::size_t sign) {
  return std::string(sign == name.npos || sign == 0 ? name : name.substr(0, sign));
}

struct Rule {
  std::string text;
  Change cells;
  Change keys;
};

std::vector<Rule> rules() {
  const std::string cells = " in the cells' names was left out";
  const std::string table = " in the table's names was left out";
  std::vector<Rule> all = {
      {"the number at the end (-1)" + cells, without_number, as_it_is},
      {"the number at the end (-1)" + table, as_it_is, without_number},
      {"signs such as '-' and '.' count as the same", with_one_sign, with_one_sign},
  };
  const std::vector<std::pair<std::string, Change>> parts = {
      {"what stands before the last '_', ':', '#' or '|'",
       [](std::string_view n) { return after(n, n.find_last_of(kSampleSigns)); }},
      {"what stands before the first '_', ':', '#' or '|'",
       [](std::string_view n) { return after(n, n.find_first_of(kSampleSigns)); }},
      {"what stands behind the last '_', ':', '#' or '|'",
       [](std::string_view n) { return before(n, n.find_last_of(kSampleSigns)); }},
      {"what stands behind the first '_', ':', '#' or '|'",
       [](std::string_view n) { return before(n, n.find_first_of(kSampleSigns)); }},
      {"what stands behind the last '-'",
       [](std::string_view n) { return before(n, n.rfind('-')); }},
  };
  for (const auto& [text, change] : parts) {
    all.push_back({text + cells, change, as_it_is});
    all.push_back({text + table, as_it_is, change});
  }
  return all;
}

Names changed(const Names& names, const Change& change) {
  Names out;
  out.reserve(names.size());
  std::ranges::transform(names, std::back_inserter(out), change);
  return out;
}

bool all_differ(const Names& names) {
  return std::unordered_set<std::string_view>(names.begin(), names.end()).size() == names.size();
}

Match matched(const Names& cells, const Names& keys) {
  std::unordered_map<std::string_view, Index> row_of;
  for (std::size_t r = 0; r < keys.size(); ++r) {
    row_of.emplace(keys[r], static_cast<Index>(r));
  }
  Match match;
  match.rows.reserve(cells.size());
  for (const std::string& name : cells) {
    const auto found = row_of.find(name);
    match.rows.push_back(found == row_of.end() ? -1 : found->second);
    match.found += found == row_of.end() ? 0 : 1;
  }
  return match;
}

/// A name that both sides have and one of them has twice; empty when there is none.
std::string repeated_name(const Names& cells, const Names& keys) {
  std::unordered_map<std::string_view, std::pair<int, int>> uses;
  for (const std::string& name : cells) {
    ++uses[name].first;
  }
  for (const std::string& key : keys) {
    ++uses[key].second;
  }
  for (const std::string& name : cells) {
    const auto [in_cells, in_keys] = uses[name];
    if (in_keys > 0 && (in_cells > 1 || in_keys > 1)) {
      return name;
    }
  }
  return {};
}

/// A name around its longest run of bases.
struct Barcode {
  std::string_view before;
  std::string_view bases;
  std::string_view after;
};

std::string_view without_signs(std::string_view text) {
  while (!text.empty() && !is_alphanumeric(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && !is_alphanumeric(text.back())) {
    text.remove_suffix(1);
  }
  return text == "x" ? std::string_view{} : text;  // velocyto ends barcodes with an x
}

Barcode barcode_of(std::string_view name) {
  Barcode found;
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find_first_not_of("ACGTN", begin), name.size());
    if (end - begin >= kShortestBarcode && end - begin > found.bases.size()) {
      found = {without_signs(name.substr(0, begin)), name.substr(begin, end - begin),
               without_signs(name.substr(end))};
    }
    begin = end + 1;
  }
  return found;
}

bool contradict(std::string_view a, std::string_view b) {
  return !a.empty() && !b.empty() && a != b;
}

std::optional<Match> match_barcodes(const Names& cells, const Names& keys, Index least) {
  const Change bases = [](std::string_view name) { return std::string(barcode_of(name).bases); };
  const Names cell_bases = changed(cells, bases);
  const Names key_bases = changed(keys, bases);
  if (!all_differ(cell_bases) || !all_differ(key_bases)) {
    return std::nullopt;
  }
  Match match = matched(cell_bases, key_bases);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (match.rows[c] < 0) {
      continue;
    }
    const Barcode a = barcode_of(cells[c]);
    const Barcode b = barcode_of(keys[static_cast<std::size_t>(match.rows[c])]);
    if (a.bases.empty() || contradict(a.before, b.before) || contradict(a.after, b.after)) {
      return std::nullopt;
    }
  }
  match.rule = "the barcodes within the names were compared";
  return match.found >= least ? std::optional(match) : std::nullopt;
}

}  // namespace

std::optional<Match> match_exactly(const Names& cells, const Names& keys, Index least) {
  Match exact = matched(cells, keys);
  if (exact.found < least) {
    return std::nullopt;
  }
  exact.repeated = repeated_name(cells, keys);
  exact.found = exact.repeated.empty() ? exact.found : 0;
  return exact;
}

std::optional<Match> match_names(const Names& cells, const Names& keys, Index least) {
  if (auto exact = match_exactly(cells, keys, least)) {
    return exact;
  }
  for (const Rule& rule : rules()) {
    const Names cell_names = changed(cells, rule.cells);
    const Names key_names = changed(keys, rule.keys);
    Match match = matched(cell_names, key_names);
    if (match.found >= least && all_differ(cell_names) && all_differ(key_names)) {
      match.rule = rule.text;
      return match;
    }
  }
  return match_barcodes(cells, keys, least);
}

}  // namespace mixvae
