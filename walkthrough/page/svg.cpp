#include "svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <sstream>
#include <utility>

#include "concat.hpp"
#include "tensor.hpp"

namespace walkthrough {
namespace {

constexpr const char* style = R"(<style>
text { font: 15px sans-serif; fill: #1f2328; text-anchor: middle }
.title { font-weight: bold; text-anchor: start }
.label { text-anchor: end }
.note { text-anchor: start; font-size: 14px; stroke: #fff; stroke-width: 4; paint-order: stroke }
.ground { fill: #fff }
.ink { fill: #08306b }
.grid { fill: none; stroke: #d1d9e0 }
.mark { fill: none; stroke: #bc4c00; stroke-width: 3 }
.box { fill: none; stroke: #818b98 }
.line { stroke: #818b98 }
.low { fill: #000 }
.high { fill: #fff }
 @media (prefers-color-scheme: dark) {
text { fill: #f0f6fc }
.note { stroke: #0d1117 }
.ground { fill: #0d1117 }
.ink { fill: #69afff }
.grid { stroke: #3d444d }
.mark { stroke: #f0883e }
.low { fill: #fff }
.high { fill: #000 }
}
</style>
<pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse">
<path class="line" d="M0 8L8 0"/></pattern>
)";

}  // namespace

std::string escaped(const std::string& text) {
  static const std::map<char, std::string> names{
      {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
  std::string result;
  for (const char c : text) result += names.contains(c) ? names.at(c) : std::string(1, c);
  return result;
}

std::string svg_text(std::size_t x, std::ptrdiff_t y, const std::string& classes,
                     const std::string& text) {
  if (text.empty()) return "";
  return concat("<text x=\"", x, "\" y=\"", y, classes.empty() ? "" : "\" class=\"", classes, "\">",
                escaped(text), "</text>\n");
}

std::string svg_rectangle(std::size_t x, std::ptrdiff_t y, std::size_t width, std::size_t height,
                          const std::string& attributes) {
  return concat("<rect x=\"", x, "\" y=\"", y, "\" width=\"", width, "\" height=\"", height, "\" ",
                attributes, "/>\n");
}

std::string svg_path(const std::string& attributes, const std::string& path) {
  return "<path " + attributes + " d=\"" + path + "\"/>\n";
}

std::size_t pixels(std::size_t columns) { return 8 * columns; }

std::string svg_opening(std::size_t width, std::size_t height, const std::string& title) {
  // In the widest of the usual fonts, DejaVu Sans, bold letters take up to 9.5 pixels each.
  const std::string text = wrapped(title, "", (width - 16) * 2 / 19);
  const auto num_lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  const std::size_t above = 20 * (num_lines - 1);
  const std::ptrdiff_t top = -static_cast<std::ptrdiff_t>(above);
  height += above;
  std::string result = concat("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 ",
                              top, " ", width, " ", height, "\" width=\"", width, "\" height=\"",
                              height, "\">\n<title>", escaped(title), "</title>\n", style,
                              svg_rectangle(0, top, width, height, "class=\"ground\""));
  std::istringstream lines(text);
  std::ptrdiff_t y = top + 22;
  for (std::string line; std::getline(lines, line); y += 20) {
    result += svg_text(8, y, "title", line);
  }
  return result;
}

std::string flow_svg(const std::string& title, const std::vector<FlowBox>& boxes) {
  constexpr std::size_t box_height = 50, step = 70, top = 36, margin = 8, in_frame = 10;
  std::size_t longest = 0, longest_frame = 0;
  for (const FlowBox& box : boxes) {
    longest = std::max({longest, box.name.size(), box.shape.size()});
    longest_frame = std::max(longest_frame, box.frame.size());
  }
  const std::size_t left = margin + (longest_frame > 0 ? in_frame : 0);
  const std::size_t box_width = pixels(longest) + 24;
  const std::size_t frame_name = left + box_width + in_frame + 8;
  const std::size_t width =
      (longest_frame > 0 ? frame_name + pixels(longest_frame) : left + box_width) + margin;
  std::string result = svg_opening(width, top + step * boxes.size(), title);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const std::size_t y = top + step * i;
    if (i > 0) {
      result += svg_path(
          "class=\"line\" fill=\"none\"",
          concat("M", left + box_width / 2, " ", y + box_height - step, "v20m-4 -6l4 6l4 -6"));
    }
    result +=
        svg_rectangle(left, y, box_width, box_height,
                      boxes[i].is_marked ? "rx=\"6\" class=\"mark\"" : "rx=\"6\" class=\"box\"");
    result += svg_text(left + box_width / 2, y + 21, "", boxes[i].name);
    result += svg_text(left + box_width / 2, y + 40, "", boxes[i].shape);
  }
  for (std::size_t i = 0, first = 0; i < boxes.size(); ++i) {
    if (i + 1 < boxes.size() && boxes[i + 1].frame == boxes[i].frame) continue;
    const std::size_t y = top + step * std::exchange(first, i + 1) - in_frame;
    const std::size_t height = top + step * i + box_height + in_frame - y;
    if (boxes[i].frame.empty()) continue;
    result += svg_rectangle(left - in_frame, y, box_width + 2 * in_frame, height,
                            "rx=\"12\" stroke-dasharray=\"6 4\" class=\"box\"");
    result += svg_text(frame_name, y + height / 2 + 5, "note", boxes[i].frame);
  }
  return result + "</svg>\n";
}

std::string curve_svg(const std::string& title, const Curve& curve) {
  constexpr std::size_t left = 64, top = 40, width = 360, height = 160;
  const float largest = *std::ranges::max_element(curve.values);
  const auto y_of = [&](float value) {
    const float share = value / largest;
    return top + static_cast<std::size_t>(std::lround((1 - share) * static_cast<float>(height)));
  };
  const auto line_of = [&](const std::vector<float>& values, const std::string& dashes) {
    std::string path;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t x = left + i * width / std::max<std::size_t>(1, values.size() - 1);
      path += concat(path.empty() ? "M" : "L", x, " ", y_of(values[i]));
    }
    return values.empty() ? "" : svg_path("class=\"mark\"" + dashes, path);
  };
  return svg_opening(left + width + 16, top + height + 32, title) +
         svg_rectangle(left, top, width, height, "class=\"grid\"") + line_of(curve.values, "") +
         line_of(curve.smaller_values, " stroke-dasharray=\"8 5\"") +
         svg_text(left + width / 2, top + height / 3, "", curve.label) +
         svg_text(left + width * 3 / 4, top + height * 7 / 8, "", curve.smaller_label) +
         svg_text(left - 8, top + 12, "label", cells(std::vector<float>{largest})[0]) +
         svg_text(left - 8, top + height, "label", "0") +
         svg_text(
             left + width / 2, top + height + 22, "",
             curve.axis.empty() ? concat("steps 0 to ", curve.values.size() - 1) : curve.axis) +
         "</svg>\n";
}

std::string roofline_svg(const std::string& title, const Roofline& roofline) {
  constexpr std::size_t left = 56, top = 60, width = 480, height = 240;
  constexpr double least_x = -4, most_x = 4, least_y = 0, most_y = 8;  // exponents of two
  const auto x_of = [&](double exponent) {
    return left + static_cast<std::size_t>(width * (exponent - least_x) / (most_x - least_x));
  };
  const auto y_of = [&](double exponent) {
    return top + static_cast<std::size_t>(height * (most_y - exponent) / (most_y - least_y));
  };
  std::string result = svg_opening(left + width + 16, top + height + 48, title) +
                       svg_rectangle(left, top, width, height, "class=\"grid\"");
  const double peak = std::log2(roofline.peak);
  for (const Roofline::Roof& roof : roofline.roofs) {
    const double bytes = std::log2(roof.bytes);  // where one operation is done for each byte
    const double first = std::max(least_x, least_y - bytes), ridge = std::min(most_x, peak - bytes);
    result += svg_path("class=\"line\"", concat("M", x_of(first), " ", y_of(first + bytes), "L",
                                                x_of(ridge), " ", y_of(ridge + bytes)));
    const double label = ridge - 1.5;
    result += svg_text(x_of(label) + 8, y_of(label + bytes) + 10, "note", roof.name);
  }
  result +=
      svg_path("class=\"mark\"", concat("M", x_of(least_x), " ", y_of(peak), "H", x_of(most_x))) +
      svg_text(left + 8, y_of(peak) - 8, "note", "peak");
  for (const Roofline::Point& point : roofline.points) {
    const std::size_t x = x_of(std::log2(point.operations_of_byte));
    const std::size_t y = y_of(std::log2(point.operations));
    result += svg_rectangle(x - 4, y - 4, 8, 8, "class=\"ink\"") +
              svg_text(x + 10, y + 5, "note", point.name);
  }
  for (const int exponent : {-4, -2, 0, 2, 4}) {
    result += svg_text(x_of(exponent), top + height + 20, "",
                       concat(exponent < 0 ? "1/" : "", 1U << std::abs(exponent)));
  }
  for (const int exponent : {0, 2, 4, 6, 8})
    result += svg_text(left - 8, y_of(exponent) + 5, "label", concat(1U << exponent));
  return result + svg_text(left + width / 2, top + height + 42, "", "operations for each byte") +
         svg_text(left - 48, top - 14, "note", "GFLOP/s") + "</svg>\n";
}

std::string curve_blocks(const std::vector<float>& values) {
  constexpr std::array<const char*, 8> blocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const float largest = *std::ranges::max_element(values);
  const std::size_t stride = (values.size() + 59) / 60;
  std::string result;
  for (std::size_t i = 0; i < values.size(); i += stride) {
    result += blocks[static_cast<std::size_t>(std::lround(7 * values[i] / largest))];
  }
  return result;
}

}  // namespace walkthrough
