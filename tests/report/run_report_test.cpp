#include "report/run_report.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "fit/fit.hpp"
#include "metrics/consensus.hpp"
#include "report/cell_colors.hpp"
#include "report/figures/abundance_figure.hpp"
#include "report/figures/learning_curves.hpp"
#include "report/page.hpp"
#include "report/svg.hpp"
#include "support/fit_settings.hpp"
#include "support/python.hpp"
#include "support/refusal.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::report {
namespace run_report_test {

using support::refusal;
using ::testing::AllOf;
using ::testing::DoubleNear;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Optional;
using ::testing::SizeIs;

constexpr Index kCells = 150;

/// A view of a fit of simulated cells of three types, made once.
struct Viewed : ::testing::Test {
  static void SetUpTestSuite() {
    Dataset data = support::simulated_cells({kCells, 61, 3, 80, 30});
    std::vector<double> score;
    std::vector<std::string> batch;
    std::vector<std::string> donor;
    std::vector<std::string> dose;
    for (Index n = 0; n < kCells; ++n) {
      score.push_back(n % 7 == 0 ? std::nan("") : static_cast<double>(n));
      batch.push_back(n % 2 == 0 ? "day <1>" : "day 2");
      donor.push_back("donor " + std::to_string(n % 5));
      dose.push_back(n % 5 < 2 ? "<low>" : "high");
    }
    data.cells.set({"score", score});
    data.cells.set({"batch", Categorical::from_labels(batch)});
    data.cells.set({"donor", Categorical::from_labels(donor)});
    data.cells.set({"dose", Categorical::from_labels(dose)});
    fit::FitOptions options;
    options.settings.types = 3;
    options.settings.components = 7;
    support::set(options, "hidden", "20");
    support::set(options, "latent", "5");
    options.training.epochs = 20;
    options.training.batch_size = 50;
    fit::FitResult result = fit::fit(data, options, 3, {});
    view_ = std::make_unique<RunView>();
    view_->run = "runs/my run";
    view_->name = "my run";
    view_->input = "cells.h5ad";
    view_->model = result.trained.model;
    view_->settings = "# about\n\n[fit]\n# words\ntypes = \"</script>\"\n";
    view_->version = "9.9";
    view_->history = result.history;
    view_->rounds = {{5, 0.5, 0.25, 12.5, {1, 4}}, {3, 0.875, 0.5, 13, {}}};
    analysis::OverviewOptions wanted;
    wanted.walked_types = 2;
    wanted.map.map = "pca";
    wanted.map.most_cells = 120;
    wanted.labels = "true_type";
    wanted.abundance = {.sample = "donor", .condition = "dose"};
    view_->seen = analysis::overview(result.trained, data, wanted);
    const Categorical labels = as_labels(*data.cells.find("true_type"));
    std::vector<analysis::ComparedRun> runs(
        2, analysis::compared_run("my run", result.trained, view_->seen.assignment, result.history,
                                  &labels));
    runs[1].name = "run <2>";
    std::ranges::replace(runs[1].types, 2, 0);  // two types as one
    view_->seen.comparison = analysis::compare_runs(std::move(runs));
  }
  static void TearDownTestSuite() { view_.reset(); }

  const RunView& view = *view_;

 private:
  static inline std::unique_ptr<RunView> view_;
};

TEST_F(Viewed, OverviewCountsEveryCellOnce) {
  const analysis::Overview& seen = view.seen;
  Index cells = 0;
  for (const analysis::TypeSummary& type : seen.types) {
    cells += type.cells;
    if (type.cells == 0) {
      EXPECT_TRUE(std::isnan(type.confidence));
      continue;
    }
    EXPECT_GE(type.confidence, 0);
    EXPECT_LE(type.confidence, 1);
    EXPECT_GT(type.probability, 0.3);
  }
  EXPECT_EQ(cells, kCells);
  EXPECT_THAT(seen.map.cells, SizeIs(120));
  EXPECT_TRUE(std::ranges::is_sorted(seen.map.cells));
  EXPECT_EQ(seen.map.places.rows, 120);
  EXPECT_EQ(seen.tree.size(), seen.types.size() - 1);
}

TEST_F(Viewed, OverviewKnowsWhatGoesWithTypesAndStates) {
  std::vector<std::string> names;
  for (const analysis::CellProperty& property : view.seen.properties) {
    names.push_back(property.name);
    EXPECT_NE(property.name, "true_type");  // the labels that types are compared with
    if (property.name == "batch") {
      EXPECT_LT(property.types, 0.3);
      EXPECT_FALSE(property.numeric);
    }
    EXPECT_THAT(property.states, SizeIs(view.seen.assignment.state.columns));
  }
  EXPECT_THAT(names, ::testing::IsSupersetOf({"molecules", "features found", "score", "batch"}));
  ASSERT_FALSE(view.seen.states.empty());
  for (const auto& features : view.seen.states) {
    ASSERT_FALSE(features.empty());
    EXPECT_GE(std::abs(features.front().correlation), std::abs(features.back().correlation));
  }
}

TEST_F(Viewed, ValuesOfCountsAreShownAsLogarithms) {
  const auto& x = view.seen.values.x;
  const DenseMatrix dense = to_dense(x);
  for (Index n = 0; n < dense.rows; ++n) {
    double sum = 0;
    for (const float value : dense.row(n)) {
      sum += std::expm1(static_cast<double>(value));
    }
    EXPECT_NEAR(sum, 1e4, 1);
  }
}

TEST_F(Viewed, CellsAreColouredByResultsAnnotationsAndFeatures) {
  std::vector<std::string> ids;
  for (const CellColors& colors : cell_colors(view.seen, 4)) {
    ids.push_back(colors.id);
    EXPECT_EQ(colors.codes.size() + colors.numbers.size(), 120U) << colors.id;
    EXPECT_EQ(colors.labels.size(), colors.palette.size()) << colors.id;
  }
  EXPECT_THAT(ids, ::testing::IsSupersetOf({"type", "confidence", "probability", "consensus",
                                            "state:1", "annotation:batch", "annotation:score"}));
  EXPECT_EQ(std::ranges::count_if(ids, [](const auto& id) { return id.starts_with("feature:"); }),
            4);
  const CellColors score = cell_colors_named(view.seen, "score");
  EXPECT_TRUE(std::isnan(score.numbers[0]));
  EXPECT_LT(score.low, score.high);
  const std::string& gene = view.seen.values.names[3];
  EXPECT_EQ(cell_colors_named(view.seen, gene).id, "feature:" + gene);
  EXPECT_THAT(refusal([&] { static_cast<void>(cell_colors_named(view.seen, "batsch")); }),
              AllOf(HasSubstr("'batsch'"), HasSubstr("confidence"), HasSubstr("near: batch")));
}

TEST_F(Viewed, NamesThatMeanSeveralThingsHavePrefixes) {
  EXPECT_EQ(cell_colors_named(view.seen, "annotation:batch").title, "batch");
  const std::string& gene = view.seen.values.names[0];
  EXPECT_EQ(cell_colors_named(view.seen, "feature:" + gene).title, gene);
  EXPECT_TRUE(names_a_result("state:2"));
  EXPECT_FALSE(names_a_result("batch"));
}

TEST_F(Viewed, AFeatureMayBeNamedByItsEnd) {
  analysis::Overview seen = view.seen;
  seen.values.names[3] = "170Er_CD3";
  EXPECT_EQ(cell_colors_named(seen, "CD3").title, "170Er_CD3");
  seen.values.names[4] = "113Cd_CD3";
  EXPECT_THAT(refusal([&] { static_cast<void>(cell_colors_named(seen, "CD3")); }),
              HasSubstr("'CD3'"));
}

TEST_F(Viewed, AnAnnotationWithoutValuesIsRefused) {
  analysis::Overview seen = view.seen;
  seen.cells.set({"empty", labels_with_missing(std::vector<std::string>(at(kCells)))});
  seen.cells.set({"nothing", std::vector<double>(at(kCells), std::nan(""))});
  for (const char* name : {"empty", "nothing"}) {
    EXPECT_THAT(refusal([&] { static_cast<void>(cell_colors_named(seen, name)); }),
                AllOf(HasSubstr("without values"), HasSubstr(name)));
  }
  EXPECT_FALSE(cell_colors(seen, 2).empty());
}

TEST_F(Viewed, EveryFigureIsXmlWithATableBehindIt) {
  for (const std::string& name : figure_names()) {
    ASSERT_TRUE(has_figure(view, name)) << name;
    const Figure figure = figure_of(view, name);
    EXPECT_EQ(figure.name, name);
    EXPECT_FALSE(figure.caption.empty());
    EXPECT_GT(std::ranges::count(figure.csv, '\n'), 1) << name;
    const auto run = test::run_python(
        "import xml.etree.ElementTree as e\nprint(len(list(e.parse('f.svg').getroot().iter())))\n",
        {{"f.svg", figure.svg}});
    MIXVAE_NEEDS_PYTHON(run);
    EXPECT_GT(test::numbers_in(run.output).at(0), 8) << name;
  }
}

TEST_F(Viewed, FiguresThatCannotBeDrawnAreRefused) {
  RunView bare;
  bare.run = "my run";
  EXPECT_FALSE(has_figure(bare, "markers"));
  const auto refused = [](const RunView& of, const std::string& name) {
    return refusal([&] { static_cast<void>(figure_of(of, name)); });
  };
  for (const auto& [name, lack] :
       std::vector<std::pair<std::string, std::string>>{{"learning-curves", "history.csv"},
                                                        {"type-tree", "one type"},
                                                        {"consensus", "two arms"},
                                                        {"pruning", "--prune yes"},
                                                        {"traversal", "states"},
                                                        {"abundances", "--sample COLUMN"},
                                                        {"run-agreement", "--compare"},
                                                        {"type-stability", "--compare"},
                                                        {"confusion", "--labels"}}) {
    EXPECT_FALSE(has_figure(bare, name));
    EXPECT_THAT(refused(bare, name),
                AllOf(HasSubstr("'" + name + "'"), HasSubstr("my run"), HasSubstr(lack)));
  }
  EXPECT_THAT(refused(view, "pie"), AllOf(HasSubstr("'pie'"), HasSubstr("type-sizes")));
}

TEST_F(Viewed, NumbersAndLabelsAreDrawnOnTheMap) {
  EXPECT_THAT(figure_of(view, "map").svg, HasSubstr(">T1</text>"));
  EXPECT_THAT(figure_of(view, "map", "score").svg,
              AllOf(HasSubstr("Principal components: score"), Not(HasSubstr(">T1</text>"))));
  EXPECT_THAT(figure_of(view, "map", "batch").svg, HasSubstr(">day &lt;1&gt;  "));
}

TEST_F(Viewed, SharesOfSamplesAreDrawnByCondition) {
  const Figure figure = figure_of(view, "abundances");
  EXPECT_THAT(figure.svg, AllOf(HasSubstr(">&lt;low&gt;</text>"), HasSubstr("<title>donor 3: "),
                                HasSubstr("adjusted p ")));
  const analysis::Abundances& found = *view.seen.abundances;
  std::string cells;
  for (std::size_t t = 0; t < view.seen.types.size(); ++t) {
    for (std::size_t m = 0; m < found.samples.size(); ++m) {
      cells += std::to_string(found.cells[m][t]) + " " + std::to_string(found.totals[m]) + "\n";
    }
  }
  const auto run = test::run_python(
      "import csv\nfor r in csv.DictReader(open('f.csv')):\n"
      "  assert (r['condition'] == '<low>') == (r['sample'] in ('donor 0', 'donor 1'))\n"
      "  assert float(r['fraction']) == int(r['cells']) / int(r['of'])\n"
      "  print(r['cells'], r['of'])\n",
      {{"f.csv", figure.csv}});
  MIXVAE_NEEDS_PYTHON(run);
  EXPECT_EQ(run.output, cells);
}

TEST_F(Viewed, SharesThatAreNotTestedAreDrawnAndSaySo) {
  RunView other = view;
  other.seen.abundances->tests.clear();
  other.seen.abundances->untested = "for a reason";
  const Figure figure = figure_of(other, "abundances");
  EXPECT_THAT(figure.caption, HasSubstr("Nothing is tested: for a reason."));
  EXPECT_THAT(figure.svg, Not(HasSubstr("adjusted p")));
  const std::string page = run_report(other);
  EXPECT_NE(page.find("Nothing is tested: for a reason."), std::string::npos);
  EXPECT_EQ(page.find("table-conditions"), std::string::npos);
  EXPECT_NE(run_report(view).find("table-conditions"), std::string::npos);
}

TEST_F(Viewed, OfManyTypesThoseThatDifferMostAreDrawn) {
  analysis::Abundances many;
  many.samples = {"a", "b"};
  many.totals = {820, 820};
  std::vector<std::string> names;
  many.cells.resize(2);
  for (Index t = 0; t < 40; ++t) {
    names.push_back("T" + std::to_string(t + 1));
    many.cells[0].push_back(41 - t);
    many.cells[1].push_back(41 - t);
    many.tests.push_back({.f = 1, .p = t == 38 ? 0.001 : 0.5, .adjusted = 0.5});
  }
  many.condition = {0, 1};
  many.conditions = {"x", "y"};
  const Figure figure = abundance_figure(many, names);
  EXPECT_THAT(figure.caption, HasSubstr("30 of 40 types are drawn"));
  EXPECT_THAT(figure.svg, AllOf(HasSubstr(">T39</text>"), HasSubstr(">T29</text>"),
                                Not(HasSubstr(">T30</text>"))));
  EXPECT_EQ(std::ranges::count(figure.csv, '\n'), 81);
}

TEST_F(Viewed, StatesOfTheLargestTypesAreWalked) {
  ASSERT_TRUE(view.seen.traversal);
  ASSERT_THAT(view.seen.traversal->types, SizeIs(2));
  for (const analysis::TraversedType& type : view.seen.traversal->types) {
    for (const analysis::TypeSummary& other : view.seen.types) {
      const bool walked = std::ranges::any_of(
          view.seen.traversal->types, [&](const auto& one) { return one.name == other.name; });
      EXPECT_TRUE(walked || other.cells <= view.seen.types[at(type.type)].cells);
    }
  }
  const Figure walks = figure_of(view, "traversal");
  EXPECT_THAT(walks.svg, HasSubstr(", state 1</text>"));
  EXPECT_EQ(std::ranges::count(walks.csv, '\n'),
            1 + 2 * 8 * std::ssize(view.seen.traversal->types[0].walks));
  EXPECT_NE(run_report(view).find("along the states of the 2 largest types"), std::string::npos);
  RunView named = view;
  analysis::show_names(named.seen, {"T1", "T2", "T3"}, {"B <cell>", "NK", "T cell"});
  EXPECT_THAT(figure_of(named, "traversal").svg,
              HasSubstr(escaped(named.seen.traversal->types[0].name) + ", state 1</text>"));
  EXPECT_THAT(named.seen.traversal->types[0].name, HasSubstr(" "));
  named.seen.image_width = 1;
  EXPECT_THAT(figure_of(named, "traversal").svg, HasSubstr("data:image/png"));
}

TEST_F(Viewed, ArmsAndRoundsAreShown) {
  const std::vector<double> own = metrics::consensus(view.seen.assignment.arm_types, 3).per_type;
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(view.seen.agreement[k][k], own[k], 1e-12);
  }
  RunView mixed = view;
  mixed.seen.agreement = {{0.9, 0.05, 0}, {0.05, 0.6, 0.25}, {0, 0.25, 0.7}};
  EXPECT_THAT(figure_of(mixed, "consensus").svg,
              AllOf(HasSubstr(">25</text>"), HasSubstr("T2 in one arm, T3 in another: 0.250")));
  EXPECT_THAT(figure_of(mixed, "consensus").csv, HasSubstr("\nT1,T2,0.05\n"));
  EXPECT_NE(run_report(mixed).find("another often says the other: T2 and T3 (0.25)."),
            std::string::npos);
  const Figure curve = figure_of(view, "pruning");
  EXPECT_THAT(curve.svg, AllOf(HasSubstr("3 types: mean 0.875, the run"),
                               HasSubstr("5 types: lowest type 0.250<")));
  RunView one_arm = view;
  one_arm.rounds = {{5, {}, {}, 12.5, {1}}, {4, {}, {}, 13, {}}};
  EXPECT_THAT(figure_of(one_arm, "pruning").svg, Not(HasSubstr("lowest type")));
}

TEST_F(Viewed, OtherRunsAreShownBesideThisOne) {
  const analysis::RunComparison& comparison = *view.seen.comparison;
  const Figure agreement = figure_of(view, "run-agreement");
  EXPECT_THAT(agreement.csv, HasSubstr("my run,run <2>," + shortest(comparison.ari[0][1])));
  EXPECT_THAT(agreement.svg, HasSubstr("my run and run &lt;2&gt;: ARI "));
  EXPECT_THAT(figure_of(view, "type-stability").csv, HasSubstr("\nT2,run <2>,T2,1\n"));
  const std::string page = run_report(view);
  for (const char* text :
       {"Two runs of the same data", "T1 and T1 of run &lt;2&gt;", "NMI with labels"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
  RunView weak = view;
  weak.seen.comparison->matches[0][1].jaccard = 0.4;
  weak.seen.comparison->matches[0][2].jaccard = 0.6;
  EXPECT_NE(run_report(weak).find("mean Jaccard index below 0.5): T2."), std::string::npos);
}

TEST_F(Viewed, TypesOfOtherRunsHaveTheColoursOfTheirPairs) {
  const CellColors own = cell_colors_named(view.seen, "type");
  const CellColors other = cell_colors_named(view.seen, "run:run <2>");
  EXPECT_EQ(other.group, "Other runs");
  ASSERT_THAT(other.palette, SizeIs(own.palette.size()));
  EXPECT_EQ(other.palette[0], own.palette[0]);
  EXPECT_EQ(other.palette[1], own.palette[1]);
  EXPECT_THAT(own.palette, Not(::testing::Contains(other.palette[2])));  // without cells
  EXPECT_EQ(std::ranges::count(other.codes, 2), 0);
}

TEST_F(Viewed, ReportAnswersInOrderAndNothingInItEndsItsScripts) {
  const std::string page = run_report(view);
  std::size_t place = 0;
  for (const char* heading :
       {"Did it converge?", "How many types, and how sure?", "What is each type?",
        "What do the states do?", "How do samples differ in their types?",
        "Do other runs find the same types?", "How do types agree with the known labels?",
        "What was run?"}) {
    const std::size_t found = page.find(std::string("<h2>") + heading, place);
    ASSERT_NE(found, std::string::npos) << heading;
    place = found;
  }
  for (const char* text :
       {"mixvae 9.9", "--config 'runs/my run/config.toml'", "<h1>mixvae: my run</h1>",
        "&lt;/script&gt;", "data-type=\"T1\"", "Mean confidence"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
  for (const char* text : {"<img", "<link", "href=\"http", "types = \"</script>", "# words"}) {
    EXPECT_EQ(page.find(text), std::string::npos) << text;
  }
}

TEST_F(Viewed, ReportOfCellsOfWhichNoneHasATypeSaysSo) {
  RunView none = view;
  none.seen.evaluation.reset();
  none.seen.unknown = kCells;
  none.seen.markers = {};
  std::ranges::fill(none.seen.assignment.types, -1);
  for (analysis::TypeSummary& type : none.seen.types) {
    type.cells = 0;
    type.confidence = std::nan("");
  }
  const std::string page = run_report(none);
  EXPECT_NE(page.find("150 cells are unlike any cell of the fit"), std::string::npos);
  EXPECT_NE(page.find("No cell has a type"), std::string::npos);
}

TEST_F(Viewed, PageDataComesBackInPython) {
  const PageData data = page_data(view.seen, cell_colors(view.seen, 2));
  const auto json = nlohmann::json::parse(data.directory);
  EXPECT_EQ(json["map"]["shown"], 120);
  EXPECT_EQ(json["map"]["cells"], kCells);
  EXPECT_EQ(json["types"].size(), view.seen.types.size());
  const auto run = test::run_python(
      "import base64, json, zlib\nimport numpy as np\nd = json.load(open('d'))\n"
      "a = zlib.decompress(base64.b64decode(open('a').read()))\n"
      "def get(r):\n  w = 2 if r['type'] == 'uint16' else 1\n"
      "  return np.frombuffer(a[r['offset']:r['offset'] + w * r['count']], '<u%d' % w)\n"
      "x, y = (get(d['map'][k]).astype(int) for k in 'xy')\n"
      "print(len(x), max(np.ptp(x), np.ptp(y)), len(bytes(get(d['cells'])).split()))\n"
      "print(*get(d['colours'][0]['values']))\n",
      {{"d", data.directory}, {"a", data.arrays}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> numbers = test::numbers_in(run.output);
  ASSERT_EQ(numbers.size(), 123U);
  EXPECT_EQ(numbers[0], 120);
  EXPECT_EQ(numbers[1], 65535);
  EXPECT_EQ(numbers[2], 120);
  for (std::size_t n = 0; n < 120; ++n) {
    EXPECT_EQ(numbers[3 + n], view.seen.assignment.types[at(view.seen.map.cells[n])]);
  }
}

training::History history_of(const std::vector<double>& loss) {
  training::History history{{"loss"}, {}, {}};
  for (const double value : loss) {
    history.epochs.push_back({.epoch = static_cast<std::int64_t>(history.epochs.size() + 1),
                              .phase = "main",
                              .training = {value},
                              .validation = {}});
  }
  return history;
}

Ending ended(const training::History& history) {
  return ending_of(history).value_or(Ending{Ending::Kind::converged, -99});
}

TEST(LearningCurves, TellHowTheLossEnded) {
  using enum Ending::Kind;
  std::vector<double> down(20);
  for (std::size_t e = 0; e < 20; ++e) {
    down[e] = 20 - static_cast<double>(e);
  }
  EXPECT_EQ(ended(history_of(down)).kind, Ending::Kind::falling);
  EXPECT_NEAR(ended(history_of(down)).share, 2.0 / 18, 1e-12);
  std::vector<double> flat(20, 1.0);
  flat[0] = flat[1] = 9;
  EXPECT_EQ(ended(history_of(flat)).kind, converged);
  std::vector<double> back = flat;
  back[18] = back[19] = 4;
  EXPECT_EQ(ended(history_of(back)).kind, rising);
  EXPECT_EQ(ended(history_of({down.rbegin(), down.rend()})).kind, never_fell);
  EXPECT_EQ(ended(history_of(std::vector<double>(20, 1.0))).kind, never_fell);
  flat[19] = std::nan("");
  EXPECT_EQ(ended(history_of(flat)).kind, not_finite);
  EXPECT_FALSE(ending_of(history_of({3, 2, 1})));
}

TEST(LearningCurves, OfEquallyLongPhasesTheLaterIsJudged) {
  std::vector<double> loss(20, 1.0);
  for (std::size_t e = 10; e < 20; ++e) {
    loss[e] = 20 - static_cast<double>(e);
  }
  training::History history = history_of(loss);
  for (std::size_t e = 0; e < 10; ++e) {
    history.epochs[e].phase = "start";
  }
  EXPECT_EQ(ended(history).kind, Ending::Kind::falling);
}

TEST(PageData, Base64IsThatOfTheStandard) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("\xff\xfe\xfd!"), "//79IQ==");
}

}  // namespace run_report_test
}  // namespace mixvae::report
