#include "embedding_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "utf8.hpp"

namespace walkthrough {
namespace {

constexpr std::size_t most_bytes = 8 * 1024 * 1024;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return '0' <= c && c <= '9'; }

// Characters that would move what stands beside them on a terminal, or that an SVG cannot hold.
bool cannot_be_shown(char32_t code) {
  const bool is_control = (code < 0x20 && code != '\t') || (0x7F <= code && code < 0xA0);
  const bool breaks_line_or_turns_direction =
      (0x2028 <= code && code <= 0x202E) || (0x2066 <= code && code <= 0x2069);
  return is_control || breaks_line_or_turns_direction || code == 0xFFFE || code == 0xFFFF;
}

// "0x0D": at least `digits` hexadecimal digits.
std::string hexadecimal(std::uint32_t value, int digits, const std::string& prefix) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%0*X", digits, static_cast<unsigned>(value));
  return prefix + buffer;
}

// A field as an error names it, cut where it is long.
std::string in_quotes(std::string_view field) {
  constexpr std::size_t most_characters = 32;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < most_characters && bytes < field.size(); ++i) {
    bytes += first_character(field.substr(bytes)).bytes;
  }
  return "'" + std::string(field.substr(0, bytes)) + (bytes < field.size() ? "..." : "") + "'";
}

std::string_view without_sign(std::string_view field) {
  return field.substr(field.starts_with('-') || field.starts_with('+') ? 1 : 0);
}

// The words that other programs print for numbers that are none.
bool is_not_finite(std::string_view field) {
  std::string word(without_sign(field));
  std::ranges::transform(word, word.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word == "nan" || word == "inf" || word == "infinity";
}

bool begins_like_a_number(std::string_view field) {
  if (is_not_finite(field)) return true;
  field = without_sign(field);
  if (field.starts_with('.')) field.remove_prefix(1);
  return !field.empty() && is_digit(field[0]);
}

// Digits with or without a point, a sign before and an exponent behind if wanted.
bool is_decimal(std::string_view field) {
  const auto skip_digits = [&field] {
    const auto end = std::ranges::find_if_not(field, is_digit);
    const auto count = static_cast<std::size_t>(end - field.begin());
    field.remove_prefix(count);
    return count;
  };
  field = without_sign(field);
  std::size_t digits = skip_digits();
  if (field.starts_with('.')) {
    field.remove_prefix(1);
    digits += skip_digits();
  }
  if (digits == 0) return false;
  if (field.starts_with('e') || field.starts_with('E')) {
    field = without_sign(field.substr(1));
    if (skip_digits() == 0) return false;
  }
  return field.empty();
}

class Parser {
 public:
  Embedding parse(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a mark of some editors
    while (true) {
      const std::size_t end = text.find('\n');
      line_ = text.substr(0, end);
      if (line_.ends_with('\r')) line_.remove_suffix(1);
      at_ = 0;
      ++line_number_;
      read_line();
      if (end == text.npos) break;
      text.remove_prefix(end + 1);
    }
    if (numbers_.empty()) {
      refuse(line_.size(), "there is no token: write one a line, such as: cat 0.25 -0.5");
    }
    return {std::move(labels_), matrix()};
  }

 private:
  void read_line() {
    check_characters();
    skip_blanks();
    if (is_at_end()) return;
    if (first_line_ == 0) first_line_ = line_number_;
    const bool has_label = read_label();
    const std::size_t d_in = read_numbers(has_label);
    if (is_first()) d_in_ = d_in;
    if (d_in < d_in_) {
      refuse(at_, count(d_in) + ", where line " + std::to_string(first_line_) + " has " +
                      std::to_string(d_in_) + ": every token needs equally many");
    }
  }

  void check_characters() const {
    for (std::size_t at = 0; at < line_.size();) {
      const Character character = first_character(line_.substr(at));
      if (character.bytes == 0) {
        refuse(at, "the byte " + hexadecimal(static_cast<unsigned char>(line_[at]), 2, "0x") +
                       " is not UTF-8: save the file in this encoding");
      }
      if (cannot_be_shown(character.code)) {
        refuse(at, "the character " + hexadecimal(character.code, 4, "U+") +
                       " cannot be shown: take it out");
      }
      at += character.bytes;
    }
  }

  bool is_first() const { return first_line_ == line_number_; }

  // False where the line begins with a number.
  bool read_label() {
    const std::size_t start = at_;
    if (line_[at_] == ',') refuse(at_, "a label or a number is missing before the comma");
    const bool is_quoted = line_[at_] == '"';
    if (!is_quoted && begins_like_a_number(field())) {
      if (!is_first() && !labels_.empty()) {
        refuse(start, "there is no label, where line " + std::to_string(first_line_) +
                          " has one: label every token or none, and put a label that begins like "
                          "a number in quotes");
      }
      return false;
    }
    const std::string label = is_quoted ? read_quoted() : read_field();
    if (!is_first() && labels_.empty()) {
      refuse(start, in_quotes(label) + " is a label, where line " + std::to_string(first_line_) +
                        " has none: label every token, or none");
    }
    const std::size_t width = display_width(label);
    if (width == 0) refuse(start, "the label is empty");
    if (width > widest_label) {
      refuse(start, "the label takes " + std::to_string(width) + " columns: at most " +
                        std::to_string(widest_label) + " fit on the page");
    }
    labels_.push_back(label);
    return true;
  }

  // The text between quotes, in which two quotes stand for one.
  std::string read_quoted() {
    const std::size_t start = at_++;
    std::string label;
    while (true) {
      if (at_ == line_.size()) refuse(start, "the quote is not closed");
      if (line_[at_] == '\t') refuse(at_, "a label cannot hold a tab");
      if (line_[at_] == '"' && !line_.substr(at_).starts_with("\"\"")) break;
      if (line_[at_] == '"') ++at_;
      label += line_[at_++];
    }
    ++at_;
    if (at_ < line_.size() && !is_blank(line_[at_]) && line_[at_] != ',') {
      refuse(at_, "a blank or a comma must follow the closing quote");
    }
    return label;
  }

  // Returns how many there are.
  std::size_t read_numbers(bool has_label) {
    if (has_label && read_separator() == Separator::end) {
      refuse(at_, "there is no number after the label");
    }
    std::size_t numbers = 0;
    Separator first = Separator::end;
    while (true) {
      read_number(has_label, numbers++);
      const std::size_t end = at_;
      const Separator next = read_separator();
      if (next == Separator::end) return numbers;
      if (first == Separator::end) first = next;
      if (next != first) {
        refuse(end,
               "blanks and commas are mixed between the numbers of this line: use one of "
               "them, and a point for decimals");
      }
    }
  }

  void read_number(bool has_label, std::size_t index) {
    const std::size_t start = at_;
    const std::string text = read_field();
    if (!is_decimal(text)) {
      const bool may_be_label = index == 0 && (!has_label || !begins_like_a_number(text));
      refuse(start, in_quotes(text) +
                        (is_not_finite(text) ? " is not a finite number" : " is not a number") +
                        (!may_be_label ? ": numbers look like -0.5 or 1e-3"
                         : has_label   ? ": a label of several words needs quotes"
                                       : ": as a label, it needs quotes"));
    }
    // A program starts in the locale "C", in which a point stands before the decimals, and none of
    // the walkthroughs changes it. Below the smallest float, zero is the nearest.
    const float number = std::strtof(text.c_str(), nullptr);
    if (std::isinf(number)) refuse(start, in_quotes(text) + " is beyond the largest float, 3.4e38");
    if (d_in_ > 0 && index == d_in_) {
      refuse(start, "there is a number too many: line " + std::to_string(first_line_) + " has " +
                        count(d_in_) + ", and every token needs equally many");
    }
    if (numbers_.size() == most_numbers) {
      refuse(start, "there are more than " + std::to_string(most_numbers) +
                        " numbers: every one is printed, so use fewer tokens or dimensions");
    }
    numbers_.push_back(number);
  }

  enum class Separator { end, blanks, comma };

  Separator read_separator() {
    skip_blanks();
    if (is_at_end()) return Separator::end;
    if (line_[at_] != ',') return Separator::blanks;
    ++at_;
    skip_blanks();
    if (is_at_end() || line_[at_] == ',') refuse(at_, "a number is missing after the comma");
    return Separator::comma;
  }

  void skip_blanks() {
    while (at_ < line_.size() && is_blank(line_[at_])) ++at_;
  }

  // Asked where a field may begin.
  bool is_at_end() const { return at_ == line_.size() || line_[at_] == '#'; }

  // What stands here, up to a blank or a comma.
  std::string_view field() const {
    return line_.substr(at_, std::min(line_.find_first_of(" \t,", at_), line_.size()) - at_);
  }

  std::string read_field() {
    const std::string text(field());
    at_ += text.size();
    return text;
  }

  longhand::Matrix matrix() const {
    longhand::Matrix inputs(numbers_.size() / d_in_, d_in_);
    for (std::size_t token = 0; token < inputs.rows(); ++token) {
      std::copy_n(numbers_.begin() + static_cast<std::ptrdiff_t>(token * d_in_), d_in_,
                  inputs.row(token).begin());
    }
    return inputs;
  }

  static std::string count(std::size_t numbers) {
    return std::to_string(numbers) + (numbers == 1 ? " number" : " numbers");
  }

  // Columns count characters: bytes, without those that only follow.
  [[noreturn]] void refuse(std::size_t at, const std::string& reason) const {
    const auto begins_character = [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    };
    const auto before = std::ranges::count_if(line_.substr(0, at), begins_character);
    throw EmbeddingError(line_number_, static_cast<std::size_t>(before) + 1, reason);
  }

  std::string_view line_;
  std::size_t line_number_ = 0;
  std::size_t at_ = 0;          // the byte of the line that is read next
  std::size_t first_line_ = 0;  // the line of the first token, 0 before it
  std::size_t d_in_ = 0;        // numbers of the first token, 0 before they are read
  std::vector<std::string> labels_;
  std::vector<float> numbers_;
};

// Stops at what is too long, as an endless pipe is.
std::string text_of(std::istream& in, const std::string& name) {
  std::string text;
  std::array<char, 65536> part{};
  while (in.read(part.data(), part.size()) || in.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_bytes) {
      throw std::runtime_error(name + ": more than 8 MiB: an embedding to look at is smaller");
    }
  }
  // std::cin takes an error for the end.
  const bool failed = in.bad() || (&in == &std::cin && std::ferror(stdin) != 0);
  if (failed) throw std::runtime_error(name + ": cannot be read to its end");
  return text;
}

}  // namespace

Embedding parse_embedding(std::string_view text) { return Parser().parse(text); }

Embedding read_embedding(const std::string& file) {
  const bool is_standard_input = file == "-";
  const std::string name = is_standard_input ? "standard input" : file;
  std::error_code ignored;
  if (!is_standard_input && std::filesystem::is_directory(file, ignored)) {
    throw std::runtime_error(name + ": is a folder, where a file is needed");
  }
  std::ifstream in;
  if (!is_standard_input) {
    in.open(file, std::ios::binary);
    if (!in) throw std::runtime_error(name + ": cannot be read: is it there, and may you read it?");
  }
  try {
    return parse_embedding(text_of(is_standard_input ? std::cin : in, name));
  } catch (const EmbeddingError& error) {
    throw std::runtime_error(name + ":" + std::to_string(error.line) + ":" +
                             std::to_string(error.column) + ": " + error.what());
  }
}

}  // namespace walkthrough
