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

using Fields = std::vector<std::string>;

struct Line {
  std::size_t number;
  std::string text;
  Fields fields;
};

[[noreturn]] void refuse(std::size_t line, const std::string& reason) {
  throw EmbeddingError(line, reason);
}

std::string quoted(const std::string& text) { return "'" + text + "'"; }

std::string with_code(const char* format, unsigned code) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, format, code);
  return buffer;
}

bool is_whole(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// Digits with or without a point, a sign before and perhaps an exponent behind.
bool is_number(std::string_view text) {
  const auto skip = [&text](std::string_view any_of, std::size_t most) {
    const std::size_t found = std::min({text.find_first_not_of(any_of), text.size(), most});
    text.remove_prefix(found);
    return found;
  };
  skip("+-", 1);
  std::size_t digits = skip("0123456789", text.npos);
  if (skip(".", 1) == 1) digits += skip("0123456789", text.npos);
  if (digits == 0) return false;
  if (skip("eE", 1) == 0) return text.empty();
  skip("+-", 1);
  return skip("0123456789", text.npos) > 0 && text.empty();
}

// What a terminal or an SVG cannot hold, or what only looks like something else.
void check_characters(std::string_view text, std::size_t line) {
  char32_t before = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    const char32_t code = character.code;
    const std::string name = with_code("U+%04X", code);
    if (character.bytes == 0) {
      const unsigned byte = static_cast<unsigned char>(text[0]);
      refuse(line, "the byte " + with_code("0x%02X", byte) +
                       " is not UTF-8: save the file in this encoding");
    }
    if (code == '\r') refuse(line, "a line ends in CR alone: save the file with line ends LF");
    if (code == 0)
      refuse(line, "a byte 0: the file is binary, such as .npy or .bin: save it as text");
    if (code == 0xA0 || (0x2000 <= code && code <= 0x200A) || code == 0x3000) {
      refuse(line, name + " looks like a blank and is none: write a plain blank");
    }
    const bool is_control = (code < 0x20 && code != '\t') || (0x7F <= code && code < 0xA0);
    const bool turns_direction =
        (0x2028 <= code && code <= 0x202E) || (0x2066 <= code && code <= 0x2069);
    if (is_control || turns_direction || code == 0xFFFE || code == 0xFFFF) {
      refuse(line, "the character " + name + " cannot be shown: take it out");
    }
    const bool was_dash = before == 0x2212 || (0x2010 <= before && before <= 0x2015);
    if (was_dash && (code == '.' || ('0' <= code && code <= '9'))) {
      refuse(line, with_code("U+%04X", before) +
                       " before a digit can be a minus or part of a word: write - for a minus, and "
                       "a letter between them in a word");
    }
    before = code;
    text.remove_prefix(character.bytes);
  }
}

char separator_of(const std::string& first_line) {
  for (const char separator : {'\t', ';', ','}) {
    if (first_line.find(separator) != std::string::npos) return separator;
  }
  return ' ';
}

// Blanks around a field do not count, and several blanks separate as one does.
Fields split(const std::string& line, char separator) {
  Fields fields;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(separator, at), line.size());
    std::string field = line.substr(at, end - at);
    field.erase(0, std::min(field.find_first_not_of(" \t"), field.size()));
    field.erase(field.find_last_not_of(" \t") + 1);
    if (separator != ' ' || !field.empty()) fields.push_back(field);
    at = end + 1;
  }
  return fields;
}

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    if (line.ends_with('\r')) line.pop_back();
    check_characters(line, number);
    if (line.find_first_not_of(" \t") != line.npos) lines.push_back({number, line, {}});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// A file that some program wrote for another, told by its first line.
void check_format(const Line& line, const Line* next) {
  const std::string& text = line.text;
  const std::string& first = line.fields[0];
  const std::string inside = first.substr(std::min(first.find_first_not_of("[{( "), first.size()));
  const bool has_bracket = inside.size() < first.size();
  if (text.starts_with("tensor(") || text.starts_with("array(") ||
      (has_bracket && is_number(inside))) {
    refuse(line.number,
           "this looks like a tensor that numpy or torch printed: write one token a line, without "
           "brackets (numpy.savetxt does)");
  }
  if (has_bracket && (inside.empty() || inside.starts_with('"'))) {
    refuse(line.number, "this looks like JSON: write one token a line, a label and its numbers");
  }
  const bool are_counts = line.fields.size() == 2 && is_whole(first) && is_whole(line.fields[1]);
  if (are_counts && next != nullptr && !is_number(next->fields[0])) {
    refuse(line.number,
           "this looks like the counts at the head of a file of word2vec or fastText: delete the "
           "line, or put a label before it if it is a token");
  }
}

// 0, 1, 2, or 1, 2, 3, as whole numbers.
bool counts_up(const Fields& numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t from_zero = i + (numbers[0] == "1" ? 1 : 0);
    if (numbers[i] != std::to_string(from_zero)) return false;
  }
  return numbers.size() > 1;
}

// "0,43", or blanks and commas that both separate: "cat 0.1,0.2".
bool mixes_separators(const std::string& field, bool is_label) {
  const std::size_t comma = field.find(',');
  if (comma != field.npos)
    return is_number(field.substr(0, comma)) && is_number(field.substr(comma + 1));
  const std::size_t blank = field.rfind(' ');
  return blank != field.npos && (!is_label || is_number(field.substr(blank + 1)));
}

// What can be read in two ways, and how to write either.
void check_readings(const std::vector<Line>& lines, bool has_labels, char separator) {
  const Line& first = lines[0];
  const Fields numbers(first.fields.begin() + (has_labels ? 1 : 0), first.fields.end());
  const std::string first_number = numbers.empty() ? "" : numbers[0];
  const auto refuse_if = [&](bool is_so, const std::string& reason) {
    if (is_so) refuse(first.number, reason);
  };
  const bool are_two =
      !has_labels && numbers.size() == 2 && is_whole(numbers[0]) && is_whole(numbers[1]);
  for (std::size_t i = 0; i < first.fields.size(); ++i) {
    refuse_if(mixes_separators(first.fields[i], has_labels && i == 0),
              quoted(first.fields[i]) +
                  " can be two fields or one, with a decimal comma: separate all "
                  "fields alike, and write a point before decimals");
  }
  refuse_if(are_two && separator == ',' && first.text.find(' ') == first.text.npos,
            quoted(first.text) +
                " can be two numbers or one, with a decimal comma: write a blank after "
                "the comma, or a point for it");
  refuse_if(
      first.fields[0].empty() || (has_labels && !numbers.empty() && !is_number(numbers[0])),
      "this can be a row of names, or a label of several words: delete a row of names; separate "
      "the fields by tabs if a label holds blanks");
  refuse_if(has_labels && counts_up(numbers),
            "this can be a row of names or a token: delete a row of names, or write " +
                first_number + ".0");
  Fields first_column;
  for (const Line& line : lines) first_column.push_back(line.fields[0]);
  refuse_if(
      !has_labels && numbers.size() > 1 && counts_up(first_column),
      "the first column counts up: it can number the lines or be a feature: delete it, or write " +
          first_column[0] + ".0");
  refuse_if(are_two && lines.size() > 1 && numbers[0] == std::to_string(lines.size() - 1),
            "this can be the counts at the head of a file or a token: delete counts, or write " +
                first_number + ".0");
}

float number_of(const std::string& field, std::size_t line) {
  if (field.empty())
    refuse(line, "a field is empty: between two separators, or after the last one");
  if (!is_number(field)) {
    refuse(line, quoted(field) +
                     " is not a number: numbers look like -0.5 or 1e-3, and are separated "
                     "as in the first line");
  }
  // A program starts in the locale "C", in which a point stands before the decimals, and none of
  // the walkthroughs changes it. Below the smallest float, zero is the nearest.
  const float number = std::strtof(field.c_str(), nullptr);
  if (std::isinf(number)) refuse(line, quoted(field) + " is beyond the largest float, 3.4e38");
  return number;
}

void check_label(const std::string& label, std::size_t line) {
  if (label.empty()) refuse(line, "the label is empty");
  if (label.size() > 1 && label.starts_with('"') && label.ends_with('"')) {
    refuse(line, quoted(label) +
                     " is in quotes, and they would become part of the label: take them out; with "
                     "tabs between the fields, a label may hold blanks and commas");
  }
  const std::size_t width = display_width(label);
  if (width > widest_label) {
    refuse(line, "the label takes " + std::to_string(width) + " columns: at most " +
                     std::to_string(widest_label) + " fit on the page");
  }
}

}  // namespace

Embedding parse_embedding(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a mark of some editors
  std::vector<Line> lines = lines_of(text);
  if (lines.empty()) refuse(1, "there is no token: write one a line, such as: cat 0.25 -0.5");
  const char separator = separator_of(lines[0].text);
  for (Line& line : lines) line.fields = split(line.text, separator);
  check_format(lines[0], lines.size() > 1 ? &lines[1] : nullptr);
  const bool has_labels = !is_number(lines[0].fields[0]);
  check_readings(lines, has_labels, separator);

  const std::size_t d_in = lines[0].fields.size() - (has_labels ? 1 : 0);
  if (d_in == 0) refuse(lines[0].number, "there is no number after the label");
  if (lines.size() * d_in > most_numbers) {
    refuse(lines[0].number, std::to_string(lines.size()) + " tokens of " + std::to_string(d_in) +
                                " numbers are too many to print: at most " +
                                std::to_string(most_numbers / d_in) + " such tokens fit");
  }
  Embedding embedding{{}, longhand::Matrix(lines.size(), d_in), "blanks"};
  if (separator != ' ') {
    embedding.separator = separator == ',' ? "commas" : separator == ';' ? "semicolons" : "tabs";
  }
  for (std::size_t token = 0; token < lines.size(); ++token) {
    auto& [number, line, fields] = lines[token];
    if (has_labels) {
      check_label(fields[0], number);
      embedding.labels.push_back(fields[0]);
      fields.erase(fields.begin());
    }
    if (fields.size() != d_in) {
      refuse(number, "there are " + std::to_string(fields.size()) + " numbers, but line " +
                         std::to_string(lines[0].number) + " has " + std::to_string(d_in) +
                         (has_labels ? " after its label" : " and no label"));
    }
    for (std::size_t in = 0; in < d_in; ++in) {
      embedding.inputs(token, in) = number_of(fields[in], number);
    }
  }
  return embedding;
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
    throw std::runtime_error(name + ":" + std::to_string(error.line) + ": " + error.what());
  }
}

}  // namespace walkthrough
