#include "bar_chart.hpp"

#include "check.hpp"

namespace {

bool has(const std::string& svg, const std::string& part) {
  return svg.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_bar_is_as_long_as_its_share_of_the_full_width) {
  const std::string svg =
      walkthrough::svg({"A caption", {"half", "all"}, {0.5, 1}, {"50 %", "100 %"}});
  BOOST_TEST(has(svg, "x=\"160\" y=\"20\" width=\"180\""));
  BOOST_TEST(has(svg, "x=\"160\" y=\"48\" width=\"360\""));
}

BOOST_AUTO_TEST_CASE(a_share_below_0_or_above_1_stays_on_the_chart) {
  const std::string svg = walkthrough::svg({"A caption", {"a", "b"}, {-0.5, 1.5}, {"", ""}});
  BOOST_TEST(has(svg, "x=\"160\" y=\"20\" width=\"0\""));
  BOOST_TEST(has(svg, "x=\"160\" y=\"48\" width=\"360\""));
}

BOOST_AUTO_TEST_CASE(labels_and_texts_stand_beside_their_bars) {
  const std::string svg = walkthrough::svg({"<A> caption", {"a & b"}, {0.25}, {"\"25 %\""}});
  BOOST_TEST(has(svg, "<title>&lt;A&gt; caption</title>"));
  BOOST_TEST(has(svg, "x=\"150\" y=\"35\" text-anchor=\"end\">a &amp; b</text>"));
  BOOST_TEST(has(svg, "x=\"530\" y=\"35\" text-anchor=\"start\">&quot;25 %&quot;</text>"));
}
