// Feeds texts to parse_embedding that libFuzzer makes up, and stops at the first that breaks a law.
//
//   clang++ -std=c++20 -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
//     -Iinclude -Iwalkthrough/page -Isrc tests/walkthrough/fuzz_embedding_file.cpp walkthrough/page/embedding_file.cpp
//     walkthrough/page/utf8.cpp src/matrix.cpp -o build/fuzz
//   build/fuzz -max_total_time=600

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "embedding_file.hpp"
#include "utf8.hpp"

using walkthrough::Embedding;
using walkthrough::EmbeddingError;
using walkthrough::parse_embedding;

namespace {

void require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", law);
  std::abort();
}

std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (lines.back().ends_with('\r')) lines.back().remove_suffix(1);
    if (end == text.npos) return lines;
    text.remove_prefix(end + 1);
  }
}

bool holds_a_token(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  return first != line.npos && line[first] != '#';
}

// Everything that was read, written as a file of its own.
std::string written(const Embedding& embedding, const std::string& between, const char* end) {
  std::string text;
  for (std::size_t token = 0; token < embedding.inputs.rows(); ++token) {
    std::string line;
    if (!embedding.labels.empty()) {
      line = "\"";
      for (const char c : embedding.labels[token]) line += c == '"' ? "\"\"" : std::string(1, c);
      line += "\"";
    }
    for (const float number : embedding.inputs.row(token)) {
      char digits[32];  // nine tell any two floats apart
      std::snprintf(digits, sizeof digits, "%.9g", static_cast<double>(number));
      line += (line.empty() ? "" : between) + digits;
    }
    text += line + end;
  }
  return text;
}

bool same(const Embedding& left, const Embedding& right) {
  const auto same_bits = [](float a, float b) {
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
  };
  return left.labels == right.labels && left.inputs.rows() == right.inputs.rows() &&
         std::ranges::equal(left.inputs.values(), right.inputs.values(), same_bits);
}

void require_laws_of_embedding(const Embedding& embedding, std::string_view text) {
  const longhand::Matrix& inputs = embedding.inputs;
  const auto is_finite = [](float number) { return std::isfinite(number); };
  require(inputs.rows() > 0 && inputs.cols() > 0, "there is a number");
  require(inputs.values().size() <= walkthrough::most_numbers, "there are not too many numbers");
  require(std::ranges::all_of(inputs.values(), is_finite), "all numbers are finite");
  const std::vector<std::string_view> lines = lines_of(text);
  const auto tokens = static_cast<std::size_t>(std::ranges::count_if(lines, holds_a_token));
  require(inputs.rows() == tokens, "each line but the empty and the comments is a token");
  require(embedding.labels.empty() || embedding.labels.size() == tokens, "all or no labels");
  for (const std::string& label : embedding.labels) {
    const std::size_t width = walkthrough::display_width(label);
    require(0 < width && width <= walkthrough::widest_label, "labels fit on the page");
  }
  require(same(embedding, parse_embedding(written(embedding, " ", "\n"))), "blanks, read again");
  require(same(embedding, parse_embedding(written(embedding, ",", "\r\n"))), "commas, read again");
}

void require_laws_of_error(const EmbeddingError& error, std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  require(0 < error.line && error.line <= lines.size(), "the line is in the text");
  require(0 < error.column && error.column <= lines[error.line - 1].size() + 1,
          "the column is in the line, or at its end");
  const std::string_view reason = error.what();
  require(!reason.empty() && reason.size() < 200, "the reason is a short sentence");
  for (std::string_view rest = reason; !rest.empty();) {
    const walkthrough::Character character = walkthrough::first_character(rest);
    require(character.bytes > 0 && character.code >= ' ', "the reason is one line of UTF-8");
    rest.remove_prefix(character.bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Embedding embedding;
  try {
    embedding = parse_embedding(text);
  } catch (const EmbeddingError& error) {
    require_laws_of_error(error, text);
    return 0;
  }
  require_laws_of_embedding(embedding, text);
  return 0;
}
