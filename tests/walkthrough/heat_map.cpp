#include "heat_map.hpp"

#include <limits>

#include "check.hpp"
#include "svg.hpp"

namespace {

void check_parts(const std::string& svg, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) BOOST_TEST(svg.find(part) != std::string::npos, part);
}

std::string cell(std::size_t col, std::size_t row) {
  return "<rect x=\"" + std::to_string(72 + 56 * col) + "\" y=\"" + std::to_string(84 + 36 * row) +
         "\" width=\"56\" height=\"36\" ";
}

std::string ink(int percent) {
  return "class=\"ink\" fill-opacity=\"" + std::to_string(percent) + "%\"/>";
}

std::string number(std::size_t col, std::size_t row, const std::string& text) {
  return "<text x=\"" + std::to_string(100 + 56 * col) + "\" y=\"" +
         std::to_string(108 + 36 * row) + "\" class=\"" + text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_largest_number_has_most_ink_and_what_is_not_positive_or_finite_none) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const longhand::Matrix values{{2, 1, 0}, {-1, -infinity, infinity}};
  walkthrough::HeatMap map{
      .row_labels = {"a", "b"}, .col_labels = {"x", "y", "z"}, .values = values};
  check_parts(walkthrough::svg(map),
              {cell(0, 0) + ink(100), cell(1, 0) + ink(50), cell(2, 0) + ink(0),
               cell(0, 1) + ink(0), cell(1, 1) + ink(0), cell(2, 1) + ink(0)});
  map.largest = 4;
  check_parts(walkthrough::svg(map), {cell(0, 0) + ink(50), cell(1, 0) + ink(25)});
}

BOOST_AUTO_TEST_CASE(numbers_and_labels_stand_in_and_beside_their_cells) {
  const walkthrough::HeatMap map{.caption = "A caption",
                                 .row_axis = "rows",
                                 .col_axis = "columns",
                                 .row_labels = {"<&>", "b"},
                                 .col_labels = {"x", "y"},
                                 .values = {{0.125, 0.5}, {0.25, 0}},
                                 .notes = {"a note"}};
  BOOST_TEST(
      walkthrough::blocks(map, 15).ends_with(", columns in the order of the rows\n  a note\n"));
  BOOST_TEST(walkthrough::blocks(map, 14) == "");
  check_parts(walkthrough::svg(map),
              {"viewBox=\"0 0 296 228\"", "<title>A caption</title>", ">&lt;&amp;&gt;</text>",
               ">b</text>", "<text x=\"156\" y=\"72\">y</text>", ">a note</text>", ">0.5000</text>",
               number(0, 0, "low\">0.1250"), number(1, 0, "high\">0.5000"),
               number(0, 1, "low\">0.2500"), number(1, 1, "low\">0.0000")});
  check_parts(
      walkthrough::svg({.row_labels = {"a"}, .col_labels = {"x", "y"}, .values = {{1e-4, 1}}}),
      {">0.0001</text>", ">1.0000</text>"});
}

// Of a bold font, 9.5 pixels to a letter: 29 of them fit on 280 pixels.
BOOST_AUTO_TEST_CASE(a_title_that_is_wider_than_the_picture_stands_on_several_lines_above_it) {
  walkthrough::HeatMap map{.caption = "A title of twenty nine letter",
                           .row_labels = {"a"},
                           .col_labels = {"x", "y"},
                           .values = {{0.5, 0.5}}};
  check_parts(walkthrough::svg(map),
              {"viewBox=\"0 0 296 168\" width=\"296\" height=\"168\"",
               "<text x=\"8\" y=\"22\" class=\"title\">" + map.caption + "<"});
  map.caption += "s and more, on three lines of 29";
  check_parts(walkthrough::svg(map),
              {"<title>" + map.caption + "</title>",
               "viewBox=\"0 -40 296 208\" width=\"296\" height=\"208\"",
               "<rect x=\"0\" y=\"-40\" width=\"296\" height=\"208\" class=\"ground\"/>",
               "<text x=\"8\" y=\"-18\" class=\"title\">A title of twenty nine<",
               "<text x=\"8\" y=\"2\" class=\"title\">letters and more, on three<",
               "<text x=\"8\" y=\"22\" class=\"title\">lines of 29<", cell(0, 0) + ink(100)});
}

BOOST_AUTO_TEST_CASE(neighbours_in_a_flow_that_name_a_frame_stand_in_one) {
  const auto drawn = [](const std::string& first, const std::string& second) {
    return walkthrough::flow_svg(
        "Flow", {{"a", "1"}, {"b", "2", false, first}, {"c", "3", true, second}, {"d", "4"}});
  };
  check_parts(drawn("twice", "twice"),
              {"<rect x=\"8\" y=\"96\" width=\"52\" height=\"140\" rx=\"12\"",
               "y=\"171\" class=\"note\">twice<"});
  check_parts(drawn("twice", "once"),
              {"<rect x=\"8\" y=\"96\" width=\"52\" height=\"70\" rx=\"12\"", ">twice<",
               "<rect x=\"8\" y=\"166\" width=\"52\" height=\"70\" rx=\"12\"", ">once<"});
  BOOST_TEST(drawn("", "").find("rx=\"12\"") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(
    what_is_masked_is_hatched_what_is_dropped_is_crossed_and_neither_has_a_number) {
  walkthrough::HeatMap map{
      .row_labels = {"a", "b"}, .col_labels = {"x", "y"}, .values = {{0.5, 0}, {0, 0.25}}};
  const auto has = [&map](const std::string& part) {
    return walkthrough::svg(map).find(part) != std::string::npos;
  };
  const std::string hatched = cell(1, 0) + "fill=\"url(#hatch)\"/>";
  const std::string crossed = "d=\"M72 120l56 36m0 -36l-56 36\"";
  BOOST_TEST(has(number(1, 0, "low\">0.0000")));
  map.is_masked = map.is_dropped = true;
  BOOST_TEST(has(hatched));
  BOOST_TEST(has(crossed));
  BOOST_TEST(!has(">0.0000</text>\n<rect"));
  map.values = {{0, 0}};  // of two keys, one cached: the query sees both
  BOOST_TEST(!has(hatched));
  map.values = {{0.5, 0.5}, {0.5, 0.5}};
  BOOST_TEST(!has(hatched));
  BOOST_TEST(!has(crossed));
}
