#include "fit/pruning.hpp"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "base/index.hpp"
#include "base/text.hpp"

namespace mixvae::fit {
namespace {

std::string fixed(double value, int digits) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
  return buffer;
}

}  // namespace

std::vector<Index> types_to_prune(const std::vector<double>& consensus,
                                  const std::vector<bool>& kept, double min_consensus, Index most) {
  std::vector<Index> candidates;
  for (std::size_t k = 0; k < consensus.size(); ++k) {
    if (kept[k] && consensus[k] <= min_consensus) {
      candidates.push_back(static_cast<Index>(k));
    }
  }
  std::ranges::stable_sort(candidates, {}, [&](Index k) { return consensus[at(k)]; });
  const auto kept_count = static_cast<Index>(std::ranges::count(kept, true));
  const Index allowed = std::min(most, kept_count - 1);
  candidates.resize(std::min(candidates.size(), at(std::max<Index>(allowed, 0))));
  return candidates;
}

std::string curve_text(const std::vector<PruningRound>& rounds) {
  std::string text =
      "types  mean consensus  lowest consensus  reconstruction error  types removed\n";
  for (const PruningRound& round : rounds) {
    char line[128];
    std::snprintf(line, sizeof line, "%5lld  %14.3f  %16.3f  %20.4f  %13zu\n",
                  static_cast<long long>(round.types), round.mean_consensus, round.min_consensus,
                  round.reconstruction, round.pruned.size());
    text += line;
  }
  return text;
}

std::string curve_csv(const std::vector<PruningRound>& rounds) {
  std::string text = "types,mean_consensus,min_consensus,reconstruction,pruned\n";
  for (const PruningRound& round : rounds) {
    text += std::to_string(round.types) + "," + fixed(round.mean_consensus, 6) + "," +
            fixed(round.min_consensus, 6) + "," + fixed(round.reconstruction, 6) + "," +
            std::to_string(round.pruned.size()) + "\n";
  }
  return text;
}

}  // namespace mixvae::fit
