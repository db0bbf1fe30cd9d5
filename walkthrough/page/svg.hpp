#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace walkthrough {

// The parts of a picture. Its colours suit a light or a dark page, as the reader prefers; classes name
// them: "ground", "ink", "grid", "mark", "line", and of texts "title", "label", "note", "low", "high".
// A title that is wider than the picture stands on several lines, all but the last above y = 0.
std::string svg_opening(std::size_t width, std::size_t height, const std::string& title);
// A text that is empty is nothing.
std::string svg_text(std::size_t x, std::ptrdiff_t y, const std::string& classes,
                     const std::string& text);
std::string svg_rectangle(std::size_t x, std::ptrdiff_t y, std::size_t width, std::size_t height,
                          const std::string& attributes);
std::string svg_path(const std::string& attributes, const std::string& path);

// A text that may hold any character, for SVG or HTML.
std::string escaped(const std::string& text);

// Room for a text of so many columns, not a title.
std::size_t pixels(std::size_t columns);

// A step of a computation, and beside it the shape of what it makes. Neighbours that name the same
// frame stand in it together, and the name beside it.
struct FlowBox {
  std::string name;
  std::string shape;
  bool is_marked = false;
  std::string frame = {};
};

// The steps one below the other, with arrows.
std::string flow_svg(const std::string& title, const std::vector<FlowBox>& boxes);

// Numbers of one kind from left to right, none of them negative, not all zero, and smaller ones below
// them on the same scale, if there are any.
struct Curve {
  std::vector<float> values = {};
  std::string axis = {};  // "steps 0 to 60" if empty
  std::string label = {};
  std::vector<float> smaller_values = {};
  std::string smaller_label = {};
};
std::string curve_svg(const std::string& title, const Curve& curve);

// The same in the block characters of a terminal, at most 60 of them.
std::string curve_blocks(const std::vector<float>& values);

// How fast loops are, by how much they compute for each byte that they move: no faster than the peak, nor
// than the bytes come. Both axes are powers of two.
struct Roofline {
  struct Roof {
    std::string name;
    double bytes;  // 10^9 a second
  };
  struct Point {
    std::string name;
    double operations_of_byte;
    double operations;  // 10^9 a second
  };
  double peak;  // 10^9 operations a second
  std::vector<Roof> roofs;
  std::vector<Point> points;
};
std::string roofline_svg(const std::string& title, const Roofline& roofline);

}  // namespace walkthrough
