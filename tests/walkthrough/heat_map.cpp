#include "heat_map.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "check.hpp"

using walkthrough::HeatMap;

namespace {

std::string svg_of(const longhand::Matrix& values) {
  const std::vector<std::string> labels{"your", "\"<&>\""};
  return walkthrough::svg({"A caption", "queries", "keys", labels, labels, values});
}

bool has(const std::string& svg, const std::string& part) {
  return svg.find(part) != std::string::npos;
}

// Of "rgb(8,48,107)", from 0 for black to 1 for white.
double luminance(const std::string& rgb) {
  std::array<int, 3> channels{};
  if (std::sscanf(rgb.c_str(), "rgb(%d,%d,%d)", &channels[0], &channels[1], &channels[2]) != 3) {
    throw std::runtime_error(rgb + " is no colour");
  }
  constexpr std::array<double, 3> weights{0.2126, 0.7152, 0.0722};
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = channels[i] / 255.0;
    sum += weights[i] * (value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4));
  }
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_heat_map_shows_each_number_as_the_page_does) {
  const std::string svg = svg_of({{0.5, 0.25}, {0.125, 0}});
  for (const std::string number : {"0.5000", "0.2500", "0.1250", "0.0000"}) {
    BOOST_TEST(has(svg, ">" + number + "</text>"));
  }
}

BOOST_AUTO_TEST_CASE(the_largest_number_is_darkest_and_zero_is_white) {
  const std::string svg = svg_of({{2, 1}, {0, -1}});
  BOOST_TEST(has(svg, "x=\"96\" y=\"64\" width=\"64\" height=\"40\" fill=\"rgb(8,48,107)\""));
  BOOST_TEST(has(svg, "x=\"160\" y=\"64\" width=\"64\" height=\"40\" fill=\"rgb(132,152,181)\""));
  BOOST_TEST(has(svg, "x=\"96\" y=\"104\" width=\"64\" height=\"40\" fill=\"rgb(255,255,255)\""));
  BOOST_TEST(has(svg, "x=\"160\" y=\"104\" width=\"64\" height=\"40\" fill=\"rgb(255,255,255)\""));
}

// The contrast that the Web Content Accessibility Guidelines 2.2 ask of text, with their formula for
// the luminance of a colour.
BOOST_AUTO_TEST_CASE(every_number_can_be_read_on_its_cell) {
  longhand::Matrix values(1, 101);
  for (std::size_t percent = 0; percent <= 100; ++percent) {
    values(0, percent) = static_cast<float>(percent);
  }
  const std::vector<std::string> columns(101);
  std::istringstream lines(walkthrough::svg({"", "", "", {""}, columns, values}));
  double cell = 0;  // the luminance of the cell that a number stands on
  int numbers = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t rgb = line.find("rgb(");
    if (rgb != std::string::npos) cell = luminance(line.substr(rgb));
    if (!has(line, "text-anchor=\"middle\" fill=")) continue;
    const double contrast = has(line, "#fff") ? 1.05 / (cell + 0.05) : (cell + 0.05) / 0.05;
    BOOST_TEST(contrast >= 4.5, line);
    ++numbers;
  }
  BOOST_TEST(numbers == 101);
}

BOOST_AUTO_TEST_CASE(a_map_need_not_be_square) {
  const std::string svg = walkthrough::svg({"A caption",
                                            "rows",
                                            "columns",
                                            {"a", "b"},
                                            {"x", "y", "z"},
                                            {{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}}});
  BOOST_TEST(has(svg, "viewBox=\"0 0 304 160\""));
  BOOST_TEST(has(svg, "<text x=\"256\" y=\"52\" text-anchor=\"middle\">z</text>"));
  BOOST_TEST(has(svg, "<text x=\"86\" y=\"129\" text-anchor=\"end\">b</text>"));
  BOOST_TEST(has(svg, "<text x=\"256\" y=\"129\" text-anchor=\"middle\" fill=\"#fff\">0.6000"));
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite_stay_white) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float not_a_number = std::numeric_limits<float>::quiet_NaN();
  const std::string svg = svg_of({{-infinity, infinity}, {not_a_number, 2}});
  const std::string white = "width=\"64\" height=\"40\" fill=\"rgb(255,255,255)\"";
  BOOST_TEST(has(svg, "x=\"96\" y=\"64\" " + white));
  BOOST_TEST(has(svg, "x=\"160\" y=\"64\" " + white));
  BOOST_TEST(has(svg, "x=\"96\" y=\"104\" " + white));
  BOOST_TEST(has(svg, "x=\"160\" y=\"104\" width=\"64\" height=\"40\" fill=\"rgb(8,48,107)\""));
  BOOST_TEST(has(svg, ">-inf</text>"));
}

BOOST_AUTO_TEST_CASE(long_labels_and_numbers_get_room) {
  const auto width_of = [](const std::string& row, const std::string& col, float value) {
    const std::string svg = walkthrough::svg({"A caption", "", "", {row}, {col}, {{value}}});
    return svg.substr(svg.find("width="), 11);
  };
  BOOST_TEST(width_of("a", "b", 0.5) == "width=\"176\"");  // 96 for labels, 64 for the cell, 16
  BOOST_TEST(width_of(std::string(12, 'a'), "b", 0.5) == "width=\"192\"");
  BOOST_TEST(width_of("a", std::string(12, 'b'), 0.5) == "width=\"216\"");
  BOOST_TEST(width_of("a", "b", -1.5e-9F) == "width=\"208\"");
}

BOOST_AUTO_TEST_CASE(labels_with_signs_of_markup_are_escaped) {
  BOOST_TEST(has(svg_of({{1, 2}, {3, 4}}), ">&quot;&lt;&amp;&gt;&quot;</text>"));
}

BOOST_AUTO_TEST_CASE(the_ground_is_opaque_so_that_dark_pages_can_show_it) {
  BOOST_TEST(has(svg_of({{1, 2}, {3, 4}}), "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"));
}
