#include "models/parts/accepted_draws.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "nn/random.hpp"

namespace mixvae::models {
namespace {

/// Draws of one round: a draw depends on its number alone.
constexpr std::int64_t kDrawsOfARound = 4096;
/// Generation ends when fewer draws than one in so many are accepted.
constexpr std::int64_t kMostDrawsPerCell = 100'000;

/// The accepted draws of a round, and their places among all of it.
struct Round {
  torch::Tensor codes;
  torch::Tensor places;
};

Round round_of(std::uint64_t number, const Generation& wanted, const Drawing& drawing) {
  const auto types = static_cast<std::uint64_t>(drawing.types);
  const nn::NoiseKey key{wanted.seed, Purpose::generation,
                         static_cast<std::uint64_t>(wanted.type) + number * types};
  const torch::Tensor codes =
      drawing.codes(nn::normal({kDrawsOfARound, drawing.width}, key, drawing.tensors));
  if (wanted.least_posterior <= 0) {
    return {codes, torch::arange(kDrawsOfARound)};
  }
  const torch::Tensor places =
      drawing.posterior(codes).ge(wanted.least_posterior).nonzero().squeeze(-1);
  return {codes.index_select(0, places), places.to(torch::kCPU)};
}

}  // namespace

torch::Tensor accepted_draws(const Generation& wanted, const Drawing& drawing) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> accepted;
  std::int64_t count = 0;
  std::int64_t draws = 0;
  for (std::uint64_t number = 0; count < wanted.count; ++number) {
    const auto before = static_cast<std::int64_t>(number) * kDrawsOfARound;
    if (before > kMostDrawsPerCell && before / kMostDrawsPerCell >= count + 1) {
      throw InputError({.what = "hardly a draw of a type is as probable to be of it as asked for",
                        .found = with_commas(count) + " of " + with_commas(before) + " draws",
                        .hint = "lower --posterior, or leave the type out (--types)"});
    }
    const Round round = round_of(number, wanted, drawing);
    const std::int64_t taken = std::min(round.codes.size(0), wanted.count - count);
    if (taken > 0) {
      accepted.push_back(round.codes.narrow(0, 0, taken));
      draws = before + round.places[taken - 1].item<std::int64_t>() + 1;
      count += taken;
    }
  }
  if (wanted.draws != nullptr) {
    *wanted.draws = draws;
  }
  return torch::cat(accepted);
}

}  // namespace mixvae::models
