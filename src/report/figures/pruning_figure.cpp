#include "report/figures/pruning_figure.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "report/axis.hpp"
#include "report/inks.hpp"
#include "report/svg.hpp"

namespace mixvae::report {
namespace {

using fit::PruningRound;
using ValueOfRound = std::function<std::optional<double>(const PruningRound&)>;

constexpr double kCurveWidth = 300;
constexpr double kCurveHeight = 200;
constexpr double kCurveLeft = 56;
constexpr double kCurveTop = 48;
constexpr double kCurveBottom = 48;
constexpr double kCurveRight = 20;
constexpr Index kFewestOnAxis = 6;  // numbers of types, so that its ticks are whole numbers
constexpr const char* kMeanInk = "#0b6fb8";
constexpr const char* kLowestInk = "#b54708";

struct TypeCurve {
  std::string name;
  std::string color;
  std::string dashes;
  ValueOfRound value;
};

/// The room of a curve among others, and its axes.
struct CurvePanel {
  Axis x;
  Axis y;

  CurvePanel(const std::vector<PruningRound>& rounds, double left, double low, double high)
      : y{low, high, kCurveTop + kCurveHeight, kCurveTop} {
    const auto [fewest, most] = std::ranges::minmax(rounds, {}, &PruningRound::types);
    const Index room = std::max<Index>(1, (kFewestOnAxis - (most.types - fewest.types) + 1) / 2);
    x = {static_cast<double>(std::max<Index>(fewest.types - room, 0)),
         static_cast<double>(most.types + room), left + kCurveLeft,
         left + kCurveWidth - kCurveRight};
  }
};

void draw_type_curve(Svg& svg, const CurvePanel& panel, const std::vector<PruningRound>& rounds,
                     const TypeCurve& curve) {
  std::vector<Point> points;
  for (const PruningRound& round : rounds) {
    const double value = curve.value(round).value_or(0);
    points.emplace_back(panel.x.place(static_cast<double>(round.types)), panel.y.place(value));
  }
  svg.polyline(points, {.color = curve.color, .width = 1.6, .dashes = curve.dashes});
  for (std::size_t r = 0; r < rounds.size(); ++r) {
    const std::string tip = std::to_string(rounds[r].types) + " types: " + curve.name + " " +
                            tick_text(curve.value(rounds[r]).value_or(0), 0.001);
    const bool chosen = r + 1 == rounds.size();
    svg.circle(points[r], chosen ? 5 : 3, curve.color, chosen ? tip + ", the run's" : tip);
  }
}

/// Title, names of the curves, axes, curves, and the mark of the last round.
void draw_curves(Svg& svg, const CurvePanel& panel, const std::vector<PruningRound>& rounds,
                 const std::string& title, const std::vector<TypeCurve>& curves) {
  svg.text({panel.x.from, 16}, title, {.bold = true});
  double place = panel.x.from;
  for (const TypeCurve& curve : curves) {
    svg.line({place, 32}, {place + 20, 32},
             {.color = curve.color, .width = 2, .dashes = curve.dashes});
    svg.text({place + 26, 36}, curve.name, {.size = 11, .color = kQuiet});
    place += 42 + text_width(curve.name, 11);
  }
  draw_vertical(svg, panel.y, panel.x.from, panel.x.to);
  const double chosen = panel.x.place(static_cast<double>(rounds.back().types));
  svg.line({chosen, panel.y.from}, {chosen, panel.y.to}, {.color = kQuiet, .dashes = "4 3"});
  for (const TypeCurve& curve : curves) {
    draw_type_curve(svg, panel, rounds, curve);
  }
  draw_horizontal(svg, panel.x, panel.y.from, "number of types");
}

}  // namespace

Figure pruning_figure(const std::vector<PruningRound>& rounds) {
  const bool agree = rounds.front().mean_agreement.has_value();
  Svg svg(kCurveWidth * (agree ? 2 : 1), kCurveTop + kCurveHeight + kCurveBottom,
          "Agreement and error by the number of types");
  if (agree) {
    draw_curves(
        svg, CurvePanel(rounds, 0, 0, 1), rounds, "agreement of the arms",
        {{"mean", kMeanInk, "", [](const PruningRound& round) { return round.mean_agreement; }},
         {"lowest type", kLowestInk, "5 3",
          [](const PruningRound& round) { return round.lowest_agreement; }}});
  }
  const auto [least, most] = std::ranges::minmax(rounds, {}, &PruningRound::reconstruction);
  const double room =
      std::max(0.1 * (most.reconstruction - least.reconstruction), 1e-6 * most.reconstruction);
  draw_curves(svg,
              CurvePanel(rounds, agree ? kCurveWidth : 0, least.reconstruction - room,
                         most.reconstruction + room),
              rounds, "error of reconstruction",
              {{"mean over cells", kMeanInk, "", [](const PruningRound& round) {
                  return std::optional<double>(round.reconstruction);
                }}});
  return {.name = "pruning",
          .title = "Rounds that removed types",
          .caption =
              "From right to left: after each round, in which types that the arms do not "
              "agree on were removed. The dashed line and the large marks are the run's "
              "number of types. Errors that rise steeply say that types were lost.",
          .svg = svg.document(),
          .csv = fit::curve_csv(rounds)};
}

}  // namespace mixvae::report
