#include "bar_chart.hpp"

#include "check.hpp"

BOOST_AUTO_TEST_CASE(a_bar_is_as_long_as_its_share_and_stands_between_its_texts) {
  const std::string svg =
      walkthrough::svg({"A caption", {"half", "all"}, {0.5, 1}, {"50 %", "100 %"}});
  for (const std::string part :
       {"x=\"160\" y=\"20\" width=\"180\"", "x=\"160\" y=\"48\" width=\"360\"", ">half</text>",
        "text-anchor=\"start\">100 %</text>"}) {
    BOOST_TEST(svg.find(part) != std::string::npos, part);
  }
}
