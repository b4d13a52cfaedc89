#include "data/prepare/feature_list.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <unordered_map>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae {
namespace {

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw InputError({.what = "the list of features cannot be read",
                      .where = path,
                      .found = std::strerror(errno),
                      .expected =
                          "a number, all, auto, names or patterns of features of the data, or "
                          "a readable file with one name per line",
                      .hint = "check --features"});
  }
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    const std::string_view name = trimmed(line);
    if (!name.empty() && name.front() != '#') {
      lines.emplace_back(name);
    }
  }
  return lines;
}

[[noreturn]] void refuse_strange_list(const std::string& path,
                                      const std::vector<std::string>& wanted,
                                      std::span<const std::string> names) {
  throw InputError(
      {.what = "none of the listed features is in the data",
       .where = path,
       .found = std::to_string(wanted.size()) + " names: " + join(first_n(wanted, 5), ", "),
       .expected = "names such as " + join(first_n(names, 5), ", "),
       .hint = "list one feature name per line, as the data set names them"});
}

}  // namespace

std::vector<Index> listed_features(const std::string& path, std::span<const std::string> names,
                                   std::span<const Index> eligible,
                                   std::vector<std::string>& notes) {
  const std::vector<std::string> wanted = read_lines(path);
  std::unordered_set<std::string> missing(wanted.begin(), wanted.end());
  std::vector<Index> chosen;
  for (const Index f : eligible) {
    if (missing.erase(names[static_cast<std::size_t>(f)]) > 0) {
      chosen.push_back(f);
    }
  }
  if (chosen.empty()) {
    refuse_strange_list(path, wanted, names);
  }
  if (!missing.empty()) {
    std::vector<std::string> sorted(missing.begin(), missing.end());
    std::ranges::sort(sorted, natural_less);
    notes.push_back(std::to_string(sorted.size()) + " of the features listed in " + path +
                    " are not in the data: " + join(first_n(sorted, 5), ", ") +
                    (sorted.size() > 5 ? ", ..." : ""));
  }
  return chosen;
}

std::vector<std::string> unique_names(std::span<const std::string> names,
                                      std::vector<std::string>& repeated) {
  std::unordered_set<std::string> taken(names.begin(), names.end());
  std::unordered_map<std::string, int> seen;
  std::vector<std::string> unique;
  unique.reserve(names.size());
  for (const std::string& name : names) {
    int& count = seen[name];
    std::string candidate = name;
    if (count == 1) {
      repeated.push_back(name);
    }
    while (count > 0 && !taken.insert(candidate = name + "-" + std::to_string(count)).second) {
      ++count;
    }
    ++count;
    unique.push_back(std::move(candidate));
  }
  return unique;
}

}  // namespace mixvae
