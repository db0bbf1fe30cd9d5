#pragma once

#include <cstddef>
#include <string>

namespace walkthrough {

// The parts that all pictures are made of. A picture is an SVG document on a white ground of its own,
// so that it can be read on a dark page too.

std::string svg_opening(std::size_t width, std::size_t height, const std::string& title);

// A line of text. The attributes are SVG's; the text may hold any character.
std::string svg_text(std::size_t x, std::size_t y, const std::string& attributes,
                     const std::string& text);

std::string svg_rectangle(std::size_t x, std::size_t y, std::size_t width, std::size_t height,
                          const std::string& attributes);

}  // namespace walkthrough
