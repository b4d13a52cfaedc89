#include "report/svg.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/axis.hpp"
#include "report/color_scale.hpp"
#include "support/python.hpp"

namespace mixvae::report {
namespace svg_test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Svg drawing() {
  Svg svg(100, 50.5, "A <title> & \"more\"");
  svg.line({0, 1.239}, {2, 3}, {.dashes = "3 3"});
  svg.polyline({{1, 2}, {3, 4}}, {.color = "#123456"});
  svg.rectangle({1, 2}, 3, 4, "#abcdef", "5 > 4\x01");
  svg.circle({5, 6}, 7, "#000000");
  svg.dots({{1.26, 2}, {3, 4}}, 1.5, "#ff0000");
  svg.text({8, 9}, "<T1> µ", {.anchor = Anchor::end, .bold = true, .rotate = -90});
  return svg;
}

TEST(Svg, IsAWholeDocumentThatXmlParsersRead) {
  const auto run = test::run_python(
      "import xml.etree.ElementTree as e\nt = e.parse('d.svg').getroot()\n"
      "print([c.tag.split('}')[1] for c in t], t.get('viewBox'), t[0].text, t[-1].text, sep='|')\n",
      {{"d.svg", drawing().document()}});
  MIXVAE_NEEDS_PYTHON(run);
  EXPECT_EQ(run.output,
            "['title', 'rect', 'line', 'polyline', 'rect', 'circle', 'path', 'text']|0 0 100 50.5|"
            "A <title> & \"more\"|<T1> µ\n");
}

TEST(Svg, RoundsPlacesAndEscapesTips) {
  EXPECT_THAT(drawing().document(),
              AllOf(HasSubstr("y1=\"1.24\""), HasSubstr("<title>5 &gt; 4 </title></rect>"),
                    HasSubstr("M1.3 2.0h0M3.0 4.0h0"), HasSubstr("rotate(-90 8 9)"),
                    Not(HasSubstr("\x01"))));
}

TEST(Svg, ReplacesWhatXmlCannotHold) {
  EXPECT_EQ(escaped("a\xEF\xBF\xBF"
                    "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(escaped("\xFFé\xC3"), "\xEF\xBF\xBDé\xEF\xBF\xBD");
  EXPECT_EQ(escaped("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(escaped("µ 日本 \xF0\x9F\xA7\xAC <"), "µ 日本 \xF0\x9F\xA7\xAC &lt;");
}

TEST(Svg, TextsAreCutBetweenSigns) {
  EXPECT_EQ(fitted("types", text_width("types", 10), 10), "types");
  EXPECT_EQ(fitted("types", text_width("typ…", 10), 10), "typ…");
  EXPECT_EQ(fitted("µµµµ", text_width("µµ…", 10), 10), "µµ…");
  EXPECT_EQ(fitted("types", 0, 10), "…");
}

TEST(Axis, TicksAreRoundAndWithinTheRange) {
  EXPECT_THAT(ticks(0, 1, 5), ElementsAre(0, 0.2, 0.4, 0.6000000000000001, 0.8, 1));
  EXPECT_THAT(ticks(-3, 17, 4), ElementsAre(0, 5, 10, 15));
  EXPECT_THAT(ticks(2, 2), ElementsAre(2));
  EXPECT_EQ(tick_text(0.6000000000000001, 0.2), "0.6");
  EXPECT_EQ(tick_text(15, 5), "15");
  EXPECT_EQ(tick_text(2500000, 500000), "2.5e+06");
}

TEST(Axis, OfEqualEndsPutsEverythingInTheMiddle) {
  EXPECT_DOUBLE_EQ((Axis{3, 3, 10, 20}.place(3)), 15);
  EXPECT_DOUBLE_EQ((Axis{0, 4, 20, 0}.place(1)), 15);
}

TEST(ColorScale, DarkensEvenlyAndMarksWhatIsMissing) {
  EXPECT_EQ(sequential_color(0), "#f7fbff");
  EXPECT_EQ(sequential_color(1), "#08306b");
  EXPECT_EQ(sequential_color(7), sequential_color(1));
  EXPECT_EQ(sequential_color(std::nan("")), diverging_color(std::nan("")));
  EXPECT_EQ(diverging_color(0), "#fafafa");
  EXPECT_EQ(diverging_color(-1), "#053061");
  EXPECT_EQ(diverging_color(1), "#67001f");
  EXPECT_FALSE(needs_white_text(0.2));
  EXPECT_TRUE(needs_white_text(0.9));
}

}  // namespace svg_test
}  // namespace mixvae::report
