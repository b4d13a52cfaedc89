#include "fit/pruning.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <sstream>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace mixvae::fit {
namespace {

constexpr const char* kCurveHeader =
    "types,mean_agreement,lowest_agreement,reconstruction,pruned\n";

/// The numbers of a line between commas, nothing where there is no text; an empty list where a text
/// is no number.
std::vector<std::optional<double>> numbers_of(const std::string& line) {
  std::vector<std::optional<double>> numbers;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    const std::string part = line.substr(begin, end - begin);
    char* stop = nullptr;
    const double value = std::strtod(part.c_str(), &stop);
    if (*stop != '\0') {
      return {};
    }
    numbers.push_back(part.empty() ? std::nullopt : std::optional<double>(value));
    begin = end + 1;
  }
  return numbers;
}

std::string fixed(double value, int digits) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
  return buffer;
}

nlohmann::json json_number(const std::optional<double>& number) {
  return number ? nlohmann::json(*number) : nlohmann::json();
}

std::optional<double> number_of(const nlohmann::json& stored) {
  return stored.is_null() ? std::nullopt : std::optional<double>(stored.get<double>());
}

/// A number that one arm alone does not have, else as `missing`.
std::string agreement_text(const std::optional<double>& agreement, int digits,
                           const std::string& missing) {
  return agreement ? fixed(*agreement, digits) : missing;
}

}  // namespace

std::vector<Index> types_to_prune(const std::vector<double>& agreement,
                                  const std::vector<bool>& kept, double least, Index most) {
  std::vector<Index> candidates;
  for (std::size_t k = 0; k < agreement.size(); ++k) {
    if (kept[k] && agreement[k] <= least) {
      candidates.push_back(static_cast<Index>(k));
    }
  }
  std::ranges::stable_sort(candidates, {}, [&](Index k) { return agreement[at(k)]; });
  const auto kept_count = static_cast<Index>(std::ranges::count(kept, true));
  const Index allowed = std::min(most, kept_count - 1);
  candidates.resize(std::min(candidates.size(), at(std::max<Index>(allowed, 0))));
  return candidates;
}

nlohmann::json pruning_json(const PruningRound& round) {
  return {{"types", round.types},
          {"mean_agreement", json_number(round.mean_agreement)},
          {"lowest_agreement", json_number(round.lowest_agreement)},
          {"reconstruction", round.reconstruction},
          {"pruned", round.pruned}};
}

PruningRound pruning_round(const nlohmann::json& stored) {
  return {stored.at("types"), number_of(stored.at("mean_agreement")),
          number_of(stored.at("lowest_agreement")), stored.at("reconstruction"),
          stored.at("pruned")};
}

std::string curve_text(const std::vector<PruningRound>& rounds) {
  std::string text =
      "types  mean agreement  lowest agreement  reconstruction error  types removed\n";
  for (const PruningRound& round : rounds) {
    char line[128];
    std::snprintf(line, sizeof line, "%5lld  %14s  %16s  %20.4f  %13zu\n",
                  static_cast<long long>(round.types),
                  agreement_text(round.mean_agreement, 3, "-").c_str(),
                  agreement_text(round.lowest_agreement, 3, "-").c_str(), round.reconstruction,
                  round.pruned.size());
    text += line;
  }
  return text;
}

std::vector<PruningRound> curve_of_csv(const std::string& text, const std::string& path) {
  std::istringstream lines(text);
  std::vector<PruningRound> rounds;
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (number == 1 && line + "\n" == kCurveHeader) {
      continue;
    }
    const std::vector<std::optional<double>> values = numbers_of(line);
    const bool whole = number > 1 && values.size() == 5 && values[0] && values[3] && values[4] &&
                       values[1].has_value() == values[2].has_value();
    if (!whole) {
      throw InputError({.what = "the curve over the number of types is not whole",
                        .where = path + ", line " + std::to_string(number),
                        .found = line,
                        .expected = "five numbers below " + std::string(kCurveHeader),
                        .hint = "without this file the run can be shown, too"});
    }
    rounds.push_back({.types = static_cast<Index>(*values[0]),
                      .mean_agreement = values[1],
                      .lowest_agreement = values[2],
                      .reconstruction = *values[3],
                      .pruned = std::vector<Index>(static_cast<std::size_t>(*values[4]))});
  }
  return rounds;
}

std::string curve_csv(const std::vector<PruningRound>& rounds) {
  std::string text = kCurveHeader;
  for (const PruningRound& round : rounds) {
    text += std::to_string(round.types) + "," + agreement_text(round.mean_agreement, 6, "") + "," +
            agreement_text(round.lowest_agreement, 6, "") + "," + fixed(round.reconstruction, 6) +
            "," + std::to_string(round.pruned.size()) + "\n";
  }
  return text;
}

}  // namespace mixvae::fit
