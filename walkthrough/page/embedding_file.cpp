#include "embedding_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "utf8.hpp"

namespace walkthrough {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return '0' <= c && c <= '9'; }

// Characters that would move what stands beside them on a terminal, or that an SVG cannot hold.
bool cannot_be_shown(char32_t code) {
  const bool is_control = (code < 0x20 && code != '\t') || (0x7F <= code && code < 0xA0);
  const bool breaks_line_or_turns_direction =
      (0x2028 <= code && code <= 0x202E) || (0x2066 <= code && code <= 0x2069);
  return is_control || breaks_line_or_turns_direction || code == 0xFFFE || code == 0xFFFF;
}

std::string hexadecimal(const char* format, unsigned value) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

std::string count(std::size_t numbers) {
  return std::to_string(numbers) + (numbers == 1 ? " number" : " numbers");
}

std::string_view without_sign(std::string_view text) {
  return text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
}

bool begins_like_a_number(std::string_view text) {
  text = without_sign(text);
  if (text.starts_with('.')) text.remove_prefix(1);
  return !text.empty() && is_digit(text[0]);
}

// Digits with or without a point, a sign before and perhaps an exponent behind.
bool is_decimal(std::string_view text) {
  const auto skip_digits = [&text] {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(digits);
    return digits;
  };
  text = without_sign(text);
  std::size_t digits = skip_digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += skip_digits();
  }
  if (digits == 0) return false;
  if (text.starts_with('e') || text.starts_with('E')) {
    text = without_sign(text.substr(1));
    if (skip_digits() == 0) return false;
  }
  return text.empty();
}

// What stands between blanks or commas, or in quotes.
struct Field {
  std::string text;
  std::size_t at;  // the byte of the line at which it begins
  bool is_quoted;
  bool follows_comma;
};

// Reads one line: its fields first, then what they mean.
class Line {
 public:
  Line(std::string_view line, std::size_t number) : line_(line), number_(number) {
    check_characters();
    read_fields();
  }

  bool is_empty() const { return fields_.empty(); }
  bool has_label() const { return fields_[0].is_quoted || !begins_like_a_number(fields_[0].text); }
  std::string label() const;
  std::vector<float> numbers() const;

  // Columns count characters: bytes, without those that only follow.
  [[noreturn]] void refuse(std::size_t at, const std::string& reason) const {
    const auto column = std::ranges::count_if(
        line_.substr(0, at), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    throw EmbeddingError(number_, static_cast<std::size_t>(column) + 1, reason);
  }
  std::size_t place_of_number(std::size_t i) const { return fields_[i + has_label()].at; }
  std::size_t start() const { return fields_[0].at; }
  std::size_t end() const { return end_; }

 private:
  void check_characters() const;
  void read_fields();
  std::string read_quoted(std::size_t& at) const;
  float number(const Field& field) const;

  std::string_view line_;
  std::size_t number_;
  std::size_t end_ = 0;  // of what is no comment
  std::vector<Field> fields_;
};

void Line::check_characters() const {
  for (std::size_t at = 0; at < line_.size();) {
    const Character character = first_character(line_.substr(at));
    if (character.bytes == 0) {
      refuse(at, "the byte " + hexadecimal("0x%02X", static_cast<unsigned char>(line_[at])) +
                     " is not UTF-8: save the file in this encoding");
    }
    if (cannot_be_shown(character.code)) {
      refuse(at, "the character " + hexadecimal("U+%04X", character.code) +
                     " cannot be shown: take it out");
    }
    at += character.bytes;
  }
}

void Line::read_fields() {
  std::size_t at = 0;
  const auto skip_blanks = [&] {
    while (at < line_.size() && is_blank(line_[at])) ++at;
    return at == line_.size() || line_[at] == '#';
  };
  bool is_at_end = skip_blanks();
  bool follows_comma = false;
  while (!is_at_end) {
    const std::size_t start = at;
    if (line_[at] == ',') {
      refuse(at, fields_.empty() ? "a label or a number is missing before the comma"
                                 : "a number is missing after the comma");
    }
    const bool is_quoted = fields_.empty() && line_[at] == '"';
    std::string text;
    if (is_quoted) {
      text = read_quoted(at);
    } else {
      at = std::min(line_.find_first_of(" \t,", at), line_.size());
      text = line_.substr(start, at - start);
    }
    fields_.push_back({text, start, is_quoted, follows_comma});
    is_at_end = skip_blanks();
    follows_comma = !is_at_end && line_[at] == ',';
    if (!follows_comma) continue;
    ++at;
    if (skip_blanks()) refuse(at, "a number is missing after the comma");
  }
  end_ = at;
}

// The text between quotes, in which two quotes stand for one.
std::string Line::read_quoted(std::size_t& at) const {
  const std::size_t start = at++;
  std::string text;
  for (;; ++at) {
    if (at == line_.size()) refuse(start, "the quote is not closed");
    if (line_[at] == '\t') refuse(at, "a label cannot hold a tab");
    if (line_[at] == '"' && !line_.substr(at++).starts_with("\"\"")) break;
    text += line_[at];
  }
  if (at < line_.size() && !is_blank(line_[at]) && line_[at] != ',') {
    refuse(at, "a blank or a comma must follow the closing quote");
  }
  return text;
}

std::string Line::label() const {
  const Field& label = fields_[0];
  const std::size_t width = display_width(label.text);
  if (width == 0) refuse(label.at, "the label is empty");
  if (width > widest_label) {
    refuse(label.at, "the label takes " + std::to_string(width) + " columns: at most " +
                         std::to_string(widest_label) + " fit on the page");
  }
  return label.text;
}

std::vector<float> Line::numbers() const {
  const std::size_t first = has_label() ? 1 : 0;
  if (first == fields_.size()) refuse(end_, "there is no number after the label");
  std::vector<float> result;
  for (std::size_t i = first; i < fields_.size(); ++i) {
    const bool is_mixed = i > first && fields_[i].follows_comma != fields_[first + 1].follows_comma;
    if (is_mixed) {
      refuse(fields_[i].at,
             "blanks and commas are mixed between the numbers of this line: use one of "
             "them, and a point for decimals");
    }
    result.push_back(number(fields_[i]));
  }
  return result;
}

float Line::number(const Field& field) const {
  if (!is_decimal(field.text)) {
    const bool is_first = &field == &fields_[0];
    const bool follows_label = has_label() && &field == &fields_[1];
    refuse(field.at, "'" + field.text + "' is not a number: " +
                         (is_first ? "as a label, it needs quotes"
                          : follows_label && !begins_like_a_number(field.text)
                              ? "a label of several words needs quotes"
                              : "numbers look like -0.5 or 1e-3"));
  }
  // A program starts in the locale "C", in which a point stands before the decimals, and none of the
  // walkthroughs changes it. Below the smallest float, zero is the nearest.
  const float number = std::strtof(field.text.c_str(), nullptr);
  if (std::isinf(number)) {
    refuse(field.at, "'" + field.text + "' is beyond the largest float, 3.4e38");
  }
  return number;
}

using Labels = std::vector<std::string>;

// All tokens have a label or none has.
void check_label(const Line& line, const Labels& labels, bool is_first, std::size_t first_line) {
  if (is_first || line.has_label() == !labels.empty()) return;
  const std::string as_there = ", but line " + std::to_string(first_line) + " has ";
  line.refuse(line.start(), line.has_label()
                                ? "there is a label" + as_there + "none: label every token, or none"
                                : "there is no label" + as_there +
                                      "one: label every token or none, and put a label that begins "
                                      "like a number in quotes");
}

}  // namespace

Embedding parse_embedding(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a mark of some editors
  Labels labels;
  std::vector<float> all;
  std::size_t d_in = 0;
  std::size_t first_line = 0;  // that holds a token, 0 before it
  for (std::size_t number = 1;; ++number) {
    const std::size_t end = text.find('\n');
    std::string_view bytes = text.substr(0, end);
    if (bytes.ends_with('\r')) bytes.remove_suffix(1);
    const Line line(bytes, number);
    if (!line.is_empty()) {
      if (first_line == 0) first_line = number;
      check_label(line, labels, number == first_line, first_line);
      if (line.has_label()) labels.push_back(line.label());
      const std::vector<float> numbers = line.numbers();
      if (number == first_line) d_in = numbers.size();
      if (numbers.size() != d_in) {
        line.refuse(numbers.size() < d_in ? line.end() : line.place_of_number(d_in),
                    count(numbers.size()) + ", but line " + std::to_string(first_line) + " has " +
                        std::to_string(d_in) + ": every token needs the same number of them");
      }
      all.insert(all.end(), numbers.begin(), numbers.end());
      if (all.size() > most_numbers) {
        line.refuse(0, "there are more than " + std::to_string(most_numbers) +
                           " numbers: every one is printed, so use fewer tokens or dimensions");
      }
    }
    if (end == text.npos) {
      if (first_line == 0) {
        line.refuse(bytes.size(), "there is no token: write one a line, such as: cat 0.25 -0.5");
      }
      break;
    }
    text.remove_prefix(end + 1);
  }
  longhand::Matrix inputs(all.size() / d_in, d_in);
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(token * d_in), d_in,
                inputs.row(token).begin());
  }
  return {labels, inputs};
}

Embedding read_embedding(const std::string& file) {
  const bool is_standard_input = file == "-";
  const std::string name = is_standard_input ? "standard input" : file;
  std::error_code ignored;
  if (!is_standard_input && std::filesystem::is_directory(file, ignored)) {
    throw std::runtime_error(name + ": is a folder, but a file is needed");
  }
  std::ifstream opened;
  if (!is_standard_input) opened.open(file, std::ios::binary);
  std::istream& in = is_standard_input ? std::cin : opened;
  if (!in) throw std::runtime_error(name + ": cannot be read: is it there, and may you read it?");
  constexpr std::size_t most_bytes = 8 * 1024 * 1024;  // an endless pipe has more
  std::string text(most_bytes, '\0');
  in.read(text.data(), most_bytes);
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() == most_bytes) {
    throw std::runtime_error(name + ": 8 MiB or more: an embedding to look at is smaller");
  }
  try {
    return parse_embedding(text);
  } catch (const EmbeddingError& error) {
    throw std::runtime_error(name + ":" + std::to_string(error.line) + ":" +
                             std::to_string(error.column) + ": " + error.what());
  }
}

}  // namespace walkthrough
