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
constexpr const char* kUnplaced = "#cbd2d9";  // types without cells
constexpr double kWell = 0.9;                 // supported, as trees of life are read

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

/// Where the types lie, whose names and colours are drawn.
std::vector<Node> draw_leaves(Svg& svg, const std::vector<cluster::TypeFork>& tree,
                              const std::vector<std::string>& names, double x) {
  std::vector<Node> nodes(names.size());
  const std::vector<std::string> colors = type_colors(names.size());
  const std::vector<Index> order = cluster::leaf_order(tree);
  for (std::size_t place = 0; place < order.size(); ++place) {
    const std::size_t type = at(order[place]);
    const double y = kTreeTop + kTreeRow * (static_cast<double>(place) + 0.5);
    nodes[type] = {x, y};
    svg.rectangle({x + 6, y - 6}, 12, 12, colors[type]);
    svg.text({x + 24, y + 4}, names[type]);
  }
  return nodes;
}

/// A fork at x, and where it lies.
Node draw_fork(Svg& svg, Node a, Node b, double x, const std::string& color) {
  const Stroke stroke{.color = color, .width = 1.4};
  svg.line({a.x, a.y}, {x, a.y}, stroke);
  svg.line({b.x, b.y}, {x, b.y}, stroke);
  svg.line({x, a.y}, {x, b.y}, stroke);
  return {x, (a.y + b.y) / 2};
}

void draw_support(Svg& svg, Node fork, double support) {
  const bool well = support >= kWell;
  svg.text({fork.x - 4, fork.y - 3}, fmt::format("{:.0f}", 100 * support),
           {.size = 10, .anchor = Anchor::end, .color = well ? kStrong : kWeak, .bold = !well});
}

}  // namespace

Figure type_tree_figure(const std::vector<cluster::TypeFork>& tree,
                        const std::vector<std::string>& names) {
  const double height = kTreeRow * static_cast<double>(names.size());
  Svg svg(kTreeLeft + kTreeWidth + 36 + widest(names, cluster::leaf_order(tree)),
          kTreeTop + height + kTreeBottom, "Tree of types");
  const Axis x{0, largest_height(tree), kTreeLeft + kTreeWidth, kTreeLeft};
  std::vector<Node> nodes = draw_leaves(svg, tree, names, x.from);
  for (const cluster::TypeFork& fork : tree) {
    const bool whole = std::isfinite(fork.height);
    const bool root = &fork == &tree.back();
    nodes.push_back(draw_fork(svg, nodes[at(fork.a)], nodes[at(fork.b)],
                              whole ? x.place(fork.height) : x.to, whole ? kStrong : kUnplaced));
    if (whole && !root) {
      draw_support(svg, nodes.back(), fork.support);
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
