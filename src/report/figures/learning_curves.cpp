#include "report/figures/learning_curves.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "report/axis.hpp"
#include "report/inks.hpp"
#include "report/svg.hpp"

namespace mixvae::report {
namespace {

constexpr const char* kTraining = "#9aa5b1";
constexpr const char* kHeldOut = "#0b6fb8";
constexpr double kPanelWidth = 290;
constexpr double kPanelHeight = 190;
constexpr double kLeft = 56;
constexpr double kTop = 26;
constexpr double kBottom = 34;
constexpr double kRight = 12;
constexpr double kLegendHeight = 24;
constexpr std::size_t kPanelsInRow = 3;
constexpr std::size_t kFewestEpochs = 10;
constexpr double kConverged = 0.02;  // of the whole fall of the loss, in the last tenth

/// Values of one term, by epoch.
struct Curve {
  std::string term;
  std::vector<double> training;    // or empty
  std::vector<double> validation;  // or empty
};

std::vector<double> column(const training::History& history, std::size_t term, bool held_out) {
  std::vector<double> values;
  for (const training::EpochRecord& epoch : history.epochs) {
    const std::vector<double>& of = held_out ? epoch.validation : epoch.training;
    values.push_back(term < of.size() ? of[term] : 0.0);
  }
  return values;
}

bool is_used(const std::vector<double>& values) {
  return std::ranges::any_of(values, [](double value) { return value != 0; });
}

std::vector<Curve> curves(const training::History& history) {
  std::vector<Curve> all;
  for (std::size_t t = 0; t < history.training_terms.size(); ++t) {
    all.push_back({history.training_terms[t], column(history, t, false), {}});
  }
  for (std::size_t t = 0; t < history.validation_terms.size(); ++t) {
    const std::string& term = history.validation_terms[t];
    auto found = std::ranges::find(all, term, &Curve::term);
    found = found == all.end() ? all.insert(found, Curve{term, {}, {}}) : found;
    found->validation = column(history, t, true);
  }
  std::erase_if(all, [](const Curve& curve) {
    return !is_used(curve.training) && !is_used(curve.validation);
  });
  return all;
}

/// Half-open ranges of epochs, one for each phase in turn.
std::vector<std::pair<std::size_t, std::size_t>> phases(const training::History& history) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (std::size_t e = 0; e < history.epochs.size(); ++e) {
    if (e == 0 || history.epochs[e].phase != history.epochs[e - 1].phase) {
      found.emplace_back(e, e);
    }
    found.back().second = e + 1;
  }
  return found;
}

Axis range_of(const Curve& curve, double bottom, double top) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const auto* values : {&curve.training, &curve.validation}) {
    for (const double value : *values) {
      if (std::isfinite(value)) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
  }
  const double room = high > low ? (high - low) * 0.05 : 0.5;
  return {low - room, high + room, bottom, top};
}

/// A line through one phase's epochs; through a single epoch, a dot.
void draw_values(Svg& svg, const std::vector<double>& values,
                 std::pair<std::size_t, std::size_t> phase, const Axis& x, const Axis& y,
                 const std::string& color) {
  const auto begin = values.begin() + static_cast<std::ptrdiff_t>(phase.first);
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(phase.second);
  if (values.empty() || std::all_of(begin, end, [](double value) { return value == 0; })) {
    return;  // no term of this phase
  }
  std::vector<Point> points;
  for (std::size_t e = phase.first; e < std::min(phase.second, values.size()); ++e) {
    if (std::isfinite(values[e])) {
      points.emplace_back(x.place(static_cast<double>(e + 1)), y.place(values[e]));
    }
  }
  if (points.size() == 1) {
    svg.circle(points.front(), 2, color);
  } else if (!points.empty()) {
    svg.polyline(points, {.color = color, .width = 1.6});
  }
}

/// Where there is room for it.
void name_phase(Svg& svg, const std::string& name, std::pair<std::size_t, std::size_t> phase,
                const Axis& x, double y) {
  const double from = x.place(static_cast<double>(phase.first + 1));
  const double to = x.place(static_cast<double>(phase.second));
  if (to - from > text_width(name, 10)) {
    svg.text({(from + to) / 2, y}, name, {.size = 10, .anchor = Anchor::middle, .color = kQuiet});
  }
}

void draw_panel(Svg& svg, const Curve& curve, const training::History& history, Point corner,
                bool with_phases) {
  const auto epochs = static_cast<double>(history.epochs.size());
  const Axis x{1, std::max(epochs, 2.0), corner.first + kLeft, corner.first + kPanelWidth - kRight};
  const Axis y = range_of(curve, corner.second + kPanelHeight - kBottom, corner.second + kTop);
  svg.text({corner.first + kLeft, corner.second + 16}, curve.term, {.size = 12, .bold = true});
  draw_vertical(svg, y, x.from, x.to);
  for (const auto& phase : phases(history)) {
    if (phase.first > 0) {
      const double at_start = x.place(static_cast<double>(phase.first) + 0.5);
      svg.line({at_start, y.from}, {at_start, y.to}, {.color = kFaint, .dashes = "3 3"});
    }
    if (with_phases) {
      name_phase(svg, history.epochs[phase.first].phase, phase, x, y.to + 10);
    }
    draw_values(svg, curve.training, phase, x, y, kTraining);
    draw_values(svg, curve.validation, phase, x, y, kHeldOut);
  }
  draw_horizontal(svg, x, y.from, "");
}

}  // namespace

Figure learning_curves(const training::History& history) {
  MIXVAE_ASSERT(!history.epochs.empty(), "a history without epochs");
  const std::vector<Curve> all = curves(history);
  const std::size_t columns = std::clamp<std::size_t>(all.size(), 1, kPanelsInRow);
  const std::size_t rows = (all.size() + columns - 1) / columns;
  Svg svg(kPanelWidth * static_cast<double>(columns),
          kLegendHeight + kPanelHeight * static_cast<double>(rows),
          "Learning curves: every term of the objective by epoch");
  svg.line({kLeft, 14}, {kLeft + 22, 14}, {.color = kTraining, .width = 2});
  svg.text({kLeft + 28, 18}, "training", {.size = 11, .color = kQuiet});
  svg.line({kLeft + 92, 14}, {kLeft + 114, 14}, {.color = kHeldOut, .width = 2});
  svg.text({kLeft + 120, 18}, "held-out cells; by epoch", {.size = 11, .color = kQuiet});
  for (std::size_t c = 0; c < all.size(); ++c) {
    const std::size_t row = c / columns;
    draw_panel(svg, all[c], history,
               {kPanelWidth * static_cast<double>(c % columns),
                kLegendHeight + kPanelHeight * static_cast<double>(row)},
               c == 0);
  }
  return {.name = "learning-curves",
          .title = "Learning curves",
          .caption =
              "Every term of the objective by epoch. Phases of the training, parted by dashed "
              "lines, have objectives of their own: a step between them says nothing.",
          .svg = svg.document(),
          .csv = training::csv_text(history)};
}

std::optional<Ending> ending_of(const training::History& history) {
  std::pair<std::size_t, std::size_t> longest{0, 0};
  for (const auto& phase : phases(history)) {
    longest = phase.second - phase.first >= longest.second - longest.first ? phase : longest;
  }
  const std::size_t epochs = longest.second - longest.first;
  if (epochs < kFewestEpochs) {
    return std::nullopt;
  }
  const std::vector<double> loss = column(history, 0, !history.validation_terms.empty());
  const std::size_t tenth = epochs / kFewestEpochs;
  const auto mean = [&](std::size_t first) {
    double sum = 0;
    for (std::size_t e = first; e < first + tenth; ++e) {
      sum += loss[e];
    }
    return sum / static_cast<double>(tenth);
  };
  const double begin = mean(longest.first);
  const double before = mean(longest.second - 2 * tenth);
  const double end = mean(longest.second - tenth);
  if (!std::isfinite(begin + before + end)) {
    return Ending{Ending::Kind::not_finite, 0};
  }
  if (begin <= std::min(before, end)) {
    return Ending{Ending::Kind::never_fell, 0};
  }
  const double share = (before - end) / (begin - std::min(before, end));
  const auto kind = share > kConverged    ? Ending::Kind::falling
                    : share < -kConverged ? Ending::Kind::rising
                                          : Ending::Kind::converged;
  return Ending{kind, share};
}

}  // namespace mixvae::report
