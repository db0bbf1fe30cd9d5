#include "svg.hpp"

namespace walkthrough {
namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string number(std::size_t value) { return std::to_string(value); }

}  // namespace

std::string svg_opening(std::size_t width, std::size_t height, const std::string& title) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 " + number(width) +
         " " + number(height) + "\" width=\"" + number(width) + "\" height=\"" + number(height) +
         "\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#222\">\n" + "<title>" +
         escaped(title) + "</title>\n" + "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
}

std::string svg_text(std::size_t x, std::size_t y, const std::string& attributes,
                     const std::string& text) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" " + attributes + ">" +
         escaped(text) + "</text>\n";
}

std::string svg_rectangle(std::size_t x, std::size_t y, std::size_t width, std::size_t height,
                          const std::string& attributes) {
  return "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(width) +
         "\" height=\"" + number(height) + "\" " + attributes + "/>\n";
}

}  // namespace walkthrough
