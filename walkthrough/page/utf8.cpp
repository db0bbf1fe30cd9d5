#include "utf8.hpp"

#include <algorithm>
#include <span>

namespace walkthrough {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr Range joining[] = {
    {0x0300, 0x036F}, {0x0591, 0x05BD}, {0x064B, 0x065F}, {0x093C, 0x093C},  {0x0941, 0x0948},
    {0x094D, 0x094D}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},  {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F},  {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0x1F3FB, 0x1F3FF}};

constexpr Range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},  {0xA960, 0xA97F}, {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};

constexpr Range not_shown[] = {{0, 0x8},         {0xA, 0x1F},      {0x7F, 0x9F},
                               {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFFFE, 0xFFFF}};

bool is_in(std::span<const Range> ranges, char32_t code) {
  return std::ranges::any_of(
      ranges, [code](const Range& range) { return range.first <= code && code <= range.last; });
}

std::size_t width_of(char32_t code) {
  if (code < joining[0].first) return 1;  // nearly all, and soon told
  if (is_in(joining, code)) return 0;
  return is_in(wide, code) ? 2 : 1;
}

}  // namespace

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  // The first byte tells how many follow, six bits in each.
  const std::size_t bytes = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < bytes) return {};
  char32_t code = byte(0) & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  // Each character has one spelling, the shortest, and the halves of UTF-16 are none.
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_half = 0xD800 <= code && code <= 0xDFFF;
  if (code < least[bytes] || code > 0x10FFFF || is_half) return {};
  return {code, bytes};
}

bool can_be_shown(Character character) { return !is_in(not_shown, character.code); }

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    width += width_of(character.code);
    text.remove_prefix(std::max<std::size_t>(character.bytes, 1));
  }
  return width;
}

}  // namespace walkthrough
