#include "utf8.hpp"

#include "check.hpp"

using walkthrough::display_width;
using walkthrough::first_character;

BOOST_AUTO_TEST_CASE(a_character_takes_one_to_four_bytes) {
  for (const std::string text : {"a", "ł", "旅", "🚂"}) {
    BOOST_TEST(first_character(text + "é").bytes == text.size());
  }
  BOOST_TEST((first_character("旅").code == U'旅'));
}

// A byte that only follows, Latin-1, a character cut off, a longer spelling of "a", half of a pair of
// UTF-16, and beyond the last character.
BOOST_AUTO_TEST_CASE(bytes_that_are_no_character_are_told) {
  for (const std::string text :
       {"\x80", "\xE9t\xE9", "\xF0\x9F\x98", "\xC1\xA1", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    BOOST_TEST(first_character(text).bytes == 0U);
  }
}

BOOST_AUTO_TEST_CASE(widths_are_those_of_a_terminal) {
  BOOST_TEST(display_width("journey") == 7U);
  BOOST_TEST(display_width("łódź") == 4U);
  BOOST_TEST(display_width("o\xCC\x81") == 1U);  // o, and an accent that joins it
  BOOST_TEST(display_width("旅程") == 4U);
  BOOST_TEST(display_width("🚂") == 2U);
}
