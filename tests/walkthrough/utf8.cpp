#include "utf8.hpp"

#include <cstdint>

#include "check.hpp"

using walkthrough::display_width;

namespace {

// The code of a text's only character.
std::uint32_t code_of(std::string_view text) {
  const walkthrough::Character character = walkthrough::first_character(text);
  BOOST_TEST(character.bytes == text.size());
  return character.code;
}

bool is_utf8(std::string_view text) { return walkthrough::first_character(text).bytes > 0; }

}  // namespace

// The first and the last character of each length.
BOOST_AUTO_TEST_CASE(a_character_takes_one_to_four_bytes) {
  BOOST_TEST(code_of(std::string_view("\0", 1)) == 0U);
  BOOST_TEST(code_of("\x7F") == 0x7FU);
  BOOST_TEST(code_of("\xC2\x80") == 0x80U);
  BOOST_TEST(code_of("\xDF\xBF") == 0x7FFU);
  BOOST_TEST(code_of("\xE0\xA0\x80") == 0x800U);
  BOOST_TEST(code_of("\xEF\xBF\xBF") == 0xFFFFU);
  BOOST_TEST(code_of("\xF0\x90\x80\x80") == 0x10000U);
  BOOST_TEST(code_of("\xF4\x8F\xBF\xBF") == 0x10FFFFU);
  BOOST_TEST(walkthrough::first_character("łódź").bytes == 2);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_character_are_told) {
  BOOST_TEST(!is_utf8("\x80"));              // a byte that only follows
  BOOST_TEST(!is_utf8("\xFF"));              // a byte that stands nowhere
  BOOST_TEST(!is_utf8("\xE9t\xE9"));         // Latin-1
  BOOST_TEST(!is_utf8("\xC3"));              // cut off
  BOOST_TEST(!is_utf8("\xF0\x9F\x98"));      // cut off
  BOOST_TEST(!is_utf8("\xC1\xBF"));          // a longer spelling of a character of one byte,
  BOOST_TEST(!is_utf8("\xE0\x9F\xBF"));      // of two,
  BOOST_TEST(!is_utf8("\xF0\x8F\xBF\xBF"));  // and of three
  BOOST_TEST(!is_utf8("\xED\xA0\x80"));      // half of a pair of UTF-16
  BOOST_TEST(!is_utf8("\xF4\x90\x80\x80"));  // beyond the last character
  BOOST_TEST(!is_utf8("\xF5\x80\x80\x80"));
}

BOOST_AUTO_TEST_CASE(widths_are_those_of_a_terminal) {
  BOOST_TEST(display_width("") == 0);
  BOOST_TEST(display_width("journey") == 7);
  BOOST_TEST(display_width("łódź") == 4);
  BOOST_TEST(display_width("o\xCC\x81") == 1);  // o, and an accent that joins it
  BOOST_TEST(display_width("путь") == 4);
  BOOST_TEST(display_width("旅程") == 4);
  BOOST_TEST(display_width("여행") == 4);
  BOOST_TEST(display_width("🚂") == 2);
  BOOST_TEST(display_width("\xE9t\xE9") == 3);  // not UTF-8: a column for each byte
}
