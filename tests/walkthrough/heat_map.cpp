#include "heat_map.hpp"

#include <limits>

#include "check.hpp"

namespace {

void check_parts(const std::string& svg, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) BOOST_TEST(svg.find(part) != std::string::npos, part);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_largest_number_is_darkest_and_what_is_not_positive_or_finite_white) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const std::string svg = walkthrough::svg({"A caption",
                                            "queries",
                                            "keys",
                                            {"a", "b"},
                                            {"x", "y", "z"},
                                            {{2, 1, 0}, {-1, -infinity, infinity}}});
  const std::string size = "width=\"64\" height=\"40\" ";
  const std::string white = size + "fill=\"rgb(255,255,255)\"";
  check_parts(svg, {"x=\"96\" y=\"64\" " + size + "fill=\"rgb(8,48,107)\"",
                    "x=\"160\" y=\"64\" " + size + "fill=\"rgb(132,152,181)\"",
                    "x=\"224\" y=\"64\" " + white, "x=\"96\" y=\"104\" " + white,
                    "x=\"160\" y=\"104\" " + white, "x=\"224\" y=\"104\" " + white});
}

BOOST_AUTO_TEST_CASE(numbers_and_labels_stand_in_and_beside_their_cells) {
  check_parts(
      walkthrough::svg(
          {"A caption", "rows", "columns", {"<&>", "b"}, {"x", "y"}, {{0.125, 0.5}, {0.25, 0}}}),
      {"viewBox=\"0 0 240 160\"", ">&lt;&amp;&gt;</text>",
       "<text x=\"192\" y=\"52\" text-anchor=\"middle\">y</text>",
       "<text x=\"128\" y=\"89\" text-anchor=\"middle\" fill=\"#000\">0.1250</text>",
       "<text x=\"192\" y=\"89\" text-anchor=\"middle\" fill=\"#fff\">0.5000</text>",
       "<text x=\"128\" y=\"129\" text-anchor=\"middle\" fill=\"#000\">0.2500</text>",
       "<text x=\"192\" y=\"129\" text-anchor=\"middle\" fill=\"#000\">0.0000</text>"});
}
