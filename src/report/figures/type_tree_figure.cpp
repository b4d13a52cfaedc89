#include "report/figures/type_tree_figure.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/index.hpp"
#include "report/axis.hpp"
#include "report/svg.hpp"
#include "report/table_printer.hpp"
#include "report/type_colors.hpp"

namespace mixvae::report {
namespace {

constexpr double kTreeRow = 20;
constexpr double kTreeTop = 12;
constexpr double kTreeBottom = 44;
constexpr double kTreeWidth = 420;
constexpr double kTreeLeft = 24;
constexpr const char* kWeak = "#b54708";
constexpr const char* kStrong = "#1f2933";
constexpr double kWell = 0.9;  // supported, as trees of life are read

double largest_height(const std::vector<cluster::TypeFork>& tree) {
  double most = 0;
  for (const cluster::TypeFork& fork : tree) {
    most = std::isfinite(fork.height) ? std::max(most, fork.height) : most;
  }
  return most > 0 ? most : 1;
}

/// Where a node of the tree lies.
struct Node {
  double x = 0;
  double y = 0;
};

std::string csv_of(const std::vector<cluster::TypeFork>& tree,
                   const std::vector<std::string>& names) {
  const auto name = [&](Index node) {
    return at(node) < names.size() ? names[at(node)]
                                   : "fork " + std::to_string(at(node) - names.size() + 1);
  };
  TablePrinter table({"fork", "a", "b", "height", "support"});
  for (std::size_t m = 0; m < tree.size(); ++m) {
    table.add({"fork " + std::to_string(m + 1), name(tree[m].a), name(tree[m].b),
               fixed(tree[m].height), fixed(tree[m].support)});
  }
  return table.csv();
}

}  // namespace

Figure type_tree_figure(const std::vector<cluster::TypeFork>& tree,
                        const std::vector<std::string>& names) {
  double widest = 0;
  for (const std::string& name : names) {
    widest = std::max(widest, text_width(name));
  }
  const double height = kTreeRow * static_cast<double>(names.size());
  Svg svg(kTreeLeft + kTreeWidth + 36 + widest, kTreeTop + height + kTreeBottom, "Tree of types");
  const Axis x{0, largest_height(tree), kTreeLeft + kTreeWidth, kTreeLeft};
  const std::vector<std::string> colors = type_colors(names.size());
  std::vector<Node> nodes(names.size());
  const std::vector<Index> order = cluster::leaf_order(tree);
  for (std::size_t place = 0; place < order.size(); ++place) {
    const double y = kTreeTop + kTreeRow * (static_cast<double>(place) + 0.5);
    nodes[at(order[place])] = {x.from, y};
    svg.rectangle({x.from + 6, y - 6}, 12, 12, colors[at(order[place])]);
    svg.text({x.from + 24, y + 4}, names[at(order[place])]);
  }
  for (std::size_t m = 0; m < tree.size(); ++m) {
    const cluster::TypeFork& fork = tree[m];
    const Node a = nodes[at(fork.a)];
    const Node b = nodes[at(fork.b)];
    const bool whole = std::isfinite(fork.height);
    const double at_fork = whole ? x.place(fork.height) : x.to;
    const Stroke stroke{.color = whole ? kStrong : "#cbd2d9", .width = 1.4};
    svg.line({a.x, a.y}, {at_fork, a.y}, stroke);
    svg.line({b.x, b.y}, {at_fork, b.y}, stroke);
    svg.line({at_fork, a.y}, {at_fork, b.y}, stroke);
    nodes.push_back({at_fork, (a.y + b.y) / 2});
    const bool root = m + 1 == tree.size();
    if (whole && !root) {
      const bool well = fork.support >= kWell;
      svg.text({at_fork - 4, nodes.back().y - 3}, fmt::format("{:.0f}", 100 * fork.support),
               {.size = 10, .anchor = Anchor::end, .color = well ? kStrong : kWeak, .bold = !well});
    }
  }
  draw_horizontal(svg, x, kTreeTop + height + 4, "distance, in standard deviations within types");
  return {.name = "type-tree",
          .title = "Tree of types",
          .caption =
              "Types that are alike hang together. At each fork: in how many of 100 samples of "
              "the same cells, drawn again, the same types hang together; below 90 in orange.",
          .svg = svg.document(),
          .csv = csv_of(tree, names)};
}

}  // namespace mixvae::report
