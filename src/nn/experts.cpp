#include "nn/experts.hpp"

#include <algorithm>
#include <functional>

#include "base/error.hpp"
#include "nn/fused_chain.hpp"

namespace mixvae::nn {
namespace {

/// Cells of a tile. Small ones waste little where experts have few cells, large ones copy less of
/// the weights.
constexpr std::int64_t kTile = 32;

/// How cells are laid out in tiles that each belong to one bank.
struct Tiling {
  torch::Tensor bank;  // [tiles]; the last tiles may be without cells
  torch::Tensor slot;  // [cells] place of each cell among tiles * tile places
};

/// Tiles for cells of these banks [cells] int64, in order of bank and of cell within it.
Tiling tiling_of(const torch::Tensor& banks, std::int64_t bank_count, std::int64_t tile) {
  const std::int64_t cells = banks.numel();
  const torch::Tensor cell_numbers = torch::arange(cells, banks.options());
  const torch::Tensor sizes =
      torch::zeros({bank_count}, banks.options()).scatter_add_(0, banks, torch::ones_like(banks));
  const torch::Tensor tiles = torch::div(sizes + (tile - 1), tile, "floor");
  const torch::Tensor last_tile = tiles.cumsum(0);
  const torch::Tensor order = torch::argsort(banks, true, 0, false);
  const torch::Tensor sorted = banks.index_select(0, order);
  const torch::Tensor first_cell = sizes.cumsum(0) - sizes;
  const torch::Tensor slot_of_sorted =
      cell_numbers + ((last_tile - tiles) * tile - first_cell).index_select(0, sorted);
  const torch::Tensor tile_numbers = torch::arange(cells / tile + bank_count, banks.options());
  return {torch::searchsorted(last_tile, tile_numbers, false, true).clamp_max(bank_count - 1),
          torch::empty_like(order).scatter_(0, order, slot_of_sorted)};
}

/// Rows that all hold a cell, with the precision and device of x.
RowsOfBanks rows_of(const torch::Tensor& banks, const torch::Tensor& x) {
  return {banks, torch::ones({banks.numel(), 1}, x.options())};
}

}  // namespace

Experts::Experts(std::int64_t arms, std::int64_t experts, const std::vector<std::int64_t>& widths,
                 std::uint64_t seed, std::uint64_t layer, const ExpertLayers& between)
    : arms_(arms), experts_(experts), form_(between) {
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    layers_.emplace_back(arms * experts, widths[i], widths[i + 1], false, seed, layer + i);
    if (form_.normalised && i + 2 < widths.size()) {
      norms_.emplace_back(arms * experts, widths[i + 1]);
    }
  }
}

torch::Tensor Experts::between(std::size_t i, const torch::Tensor& h, const RowsOfBanks& rows,
                               Statistics statistics) const {
  if (norms_.empty()) {
    return activated(h, form_.activation);
  }
  return activated(statistics == Statistics::of_batch ? norms_[i].forward_training(h, rows)
                                                      : norms_[i].forward_evaluation(h, rows),
                   form_.activation);
}

torch::Tensor Experts::forward(const torch::Tensor& x, const torch::Tensor& expert,
                               const Execution& execution, Statistics statistics) const {
  MIXVAE_ASSERT(expert.sizes() == x.sizes().slice(0, 2), "every cell has an expert");
  const bool grouped = x.device().is_cpu() && !execution.repeatable;
  return grouped ? forward_grouped(x, expert, statistics)
                 : forward_tiled(x, expert, kTile, statistics);
}

torch::Tensor ExpertGroups::ungroup(const torch::Tensor& values) const {
  const torch::Tensor place =
      torch::empty_like(order).scatter_(0, order, torch::arange(order.numel(), order.options()));
  return values.index_select(0, place);
}

/// [A B] each cell's network among all arms' experts; `readable`: the step may wait for numbers.
torch::Tensor Experts::banks_of(const torch::Tensor& expert, bool readable) const {
  MIXVAE_ASSERT(expert.dim() == 2 && expert.size(0) == arms_, "every cell has an expert");
  MIXVAE_ASSERT(
      !readable || !expert.device().is_cpu() || expert.numel() == 0 ||
          (expert.min().item<std::int64_t>() >= 0 && expert.max().item<std::int64_t>() < experts_),
      "the experts exist");
  const torch::Tensor first = torch::arange(arms_, expert.options()).unsqueeze(1) * experts_;
  return (expert + first).flatten();
}

ExpertGroups Experts::groups_of(const torch::Tensor& expert) const {
  const torch::Tensor banks = banks_of(expert, true);
  ExpertGroups groups{torch::argsort(banks, true, 0, false), {0}};
  const torch::Tensor ends =
      torch::bincount(banks, {}, arms_ * experts_).cumsum(0).to(torch::kCPU).contiguous();
  const auto* first = ends.data_ptr<std::int64_t>();
  groups.first_cells.insert(groups.first_cells.end(), first, first + ends.numel());
  return groups;
}

bool Experts::suit_kernels() const { return norms_.empty() && form_.activation == Activation::elu; }

torch::Tensor Experts::fused_hidden(const torch::Tensor& x, const ExpertGroups& groups) const {
  const torch::Tensor cells = x.reshape({-1, x.size(2)}).index_select(0, groups.order);
  const auto hidden = std::span(layers_).first(layers_.size() - 1);
  return hidden.empty() ? cells : fused_expert_layers(cells, hidden, groups.first_cells);
}

torch::Tensor Experts::forward_grouped(const torch::Tensor& x, const torch::Tensor& expert,
                                       Statistics statistics) const {
  const ExpertGroups groups = groups_of(expert);
  std::vector<std::int64_t> sizes(groups.first_cells.size() - 1);
  std::transform(groups.first_cells.begin() + 1, groups.first_cells.end(),
                 groups.first_cells.begin(), sizes.begin(), std::minus<>());
  const RowsOfBanks rows = norms_.empty()
                               ? RowsOfBanks{}
                               : rows_of(banks_of(expert, true).index_select(0, groups.order), x);
  torch::Tensor h = x.reshape({-1, x.size(2)}).index_select(0, groups.order);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::vector<torch::Tensor> weights = layers_[i].weight().unbind(0);
    const std::vector<torch::Tensor> biases = layers_[i].bias().unbind(0);
    const std::vector<torch::Tensor> members =
        (i == 0 ? h : between(i - 1, h, rows, statistics)).split_with_sizes(sizes);
    std::vector<torch::Tensor> outputs;
    for (std::size_t g = 0; g < members.size(); ++g) {
      if (sizes[g] > 0) {
        outputs.push_back(torch::addmm(biases[g], members[g], weights[g]));
      }
    }
    h = torch::cat(outputs);
  }
  return groups.ungroup(h).view({arms_, x.size(1), h.size(1)});
}

torch::Tensor Experts::forward_tiled(const torch::Tensor& x, const torch::Tensor& expert,
                                     std::int64_t tile, Statistics statistics) const {
  MIXVAE_ASSERT(tile > 0, "a tile has cells");
  const std::int64_t rows = arms_ * x.size(1);
  const Tiling tiling = tiling_of(banks_of(expert, false), arms_ * experts_, tile);
  const std::int64_t tiles = tiling.bank.size(0);
  const RowsOfBanks places{
      tiling.bank.unsqueeze(1).expand({tiles, tile}).flatten(),
      torch::zeros({tiles * tile, 1}, x.options()).index_fill(0, tiling.slot, 1.0)};
  torch::Tensor h = torch::zeros({tiles * tile, x.size(2)}, x.options())
                        .index_copy(0, tiling.slot, x.reshape({rows, x.size(2)}))
                        .view({tiles, tile, x.size(2)});
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const torch::Tensor read =
        i == 0 ? h : between(i - 1, h.flatten(0, 1), places, statistics).view(h.sizes());
    h = torch::baddbmm(layers_[i].bias().index_select(0, tiling.bank), read,
                       layers_[i].weight().index_select(0, tiling.bank));
  }
  return h.view({tiles * tile, h.size(2)})
      .index_select(0, tiling.slot)
      .view({arms_, x.size(1), h.size(2)});
}

torch::Tensor Experts::forward_soft(const torch::Tensor& x, const torch::Tensor& weights,
                                    Statistics statistics) const {
  const torch::Tensor h = hidden_of_all(x, statistics) * weights.transpose(1, 2).unsqueeze(-1);
  const torch::Tensor& last = layers_.back().weight();  // [A K, H, O]
  const std::int64_t outputs = last.size(2);
  const torch::Tensor joined = h.transpose(1, 2).reshape({arms_, x.size(1), -1});  // [A, B, K H]
  const torch::Tensor biases = layers_.back().bias().view({arms_, experts_, outputs});
  return torch::baddbmm(torch::bmm(weights, biases), joined, last.view({arms_, -1, outputs}));
}

torch::Tensor Experts::hidden_of_all(const torch::Tensor& x, Statistics statistics) const {
  const std::int64_t cells = x.size(1);
  const std::int64_t networks = arms_ * experts_;
  const torch::Tensor banks =
      torch::arange(networks, torch::TensorOptions(torch::kInt64).device(x.device()));
  const RowsOfBanks rows = rows_of(banks.unsqueeze(1).expand({networks, cells}).flatten(), x);
  torch::Tensor h = x.unsqueeze(1)
                        .expand({arms_, experts_, cells, x.size(2)})
                        .reshape({arms_ * experts_, cells, x.size(2)});
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
    const torch::Tensor affine = layers_[i].forward(h);
    h = between(i, affine.flatten(0, 1), rows, statistics).view(affine.sizes());
  }
  return h.view({arms_, experts_, cells, h.size(2)});
}

std::int64_t Experts::passed_by() const {
  std::int64_t parameters = 0;
  for (const ArmLinear& layer : layers_) {
    parameters += layer.weight().numel() + layer.bias().numel();
  }
  return experts_ > 0 ? parameters / experts_ * (experts_ - 1) : 0;
}

std::int64_t Experts::soft_values() const {
  std::int64_t widths = 0;
  for (const ArmLinear& layer : layers_) {
    widths += layer.weight().size(1);
  }
  return arms_ * experts_ * widths;
}

void Experts::visit(const std::string& name, const TensorVisitor& visitor) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i].visit(name + "." + std::to_string(i + 1), visitor);
  }
  for (std::size_t i = 0; i < norms_.size(); ++i) {
    norms_[i].visit(name + "_norm." + std::to_string(i + 1), visitor);
  }
}

}  // namespace mixvae::nn
