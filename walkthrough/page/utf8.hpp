#pragma once

#include <cstddef>
#include <string_view>

namespace walkthrough {

// One character of a text in UTF-8, the encoding that takes one to four bytes for each.
struct Character {
  char32_t code = 0;
  std::size_t bytes = 0;  // 0: these bytes are not UTF-8
};

// The first character of a text that is not empty.
// Source: RFC 3629, section 4.
Character first_character(std::string_view text);

// Whether a terminal and an SVG can hold it: no control character but the tab, and none that turns the
// direction of what follows.
bool can_be_shown(Character character);

// How many columns of a terminal a text takes: none for an accent that joins the letter before it,
// two for the signs of East Asia and for pictures, one for everything else.
// Source: Unicode Standard Annex 11, reduced to whole blocks.
std::size_t display_width(std::string_view text);

}  // namespace walkthrough
