// The steps of chapters 1 to 4 on an embedding of the reader's own.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "embedding_file.hpp"
#include "own_steps.hpp"
#include "page.hpp"
#include "program.hpp"
#include "write_files.hpp"

namespace {

constexpr std::string_view help = R"(
Computes the steps of chapters 1 to 4 on your own embedding, and prints every
number on the way.

FILE has one token a line: a label if you like, then its numbers, with blanks or
with commas between them. FILE can be - for standard input.

  the 0.43 0.15 0.89
  "New York", 0.55, 0.87, 6.6e-1   # a comment

All lines have as many numbers, and all have a label or none has. A label
needs quotes where it holds blanks, commas or a quote (written twice), or begins
like a number, a comment or a quote. The encoding is UTF-8.

  --seed N    of the random weights, as manual_seed(N) of PyTorch: from 0 to
              4294967295, the notebook's 123 if not given
  --d-out N   width of the context vectors, of all heads together: the
              notebook's 2 if not given, or one a head where there are more
  --heads N   number of heads, which must divide d-out: the notebook's 2 if not
              given, or 1 where d-out is odd
  --no-mask   let every token look at later ones, too
  --svg DIR   write the attention weights as pictures, own_*.svg, into the
              folder DIR, which is made if missing; pictures of the same names
              are replaced
  --help      print this

Exit status: 0 when all is printed; 1 where FILE is refused, the page would be
too large, or output cannot be written; 2 after a wrong call. What is wrong in
FILE is named as FILE:line:column. Nothing is printed or written before all is
computed. Colour is used on a terminal alone, and not where NO_COLOR is set.
)";

struct WrongCall : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Call {
  bool wants_help = false;
  std::string file;
  std::string svg_folder;  // empty: no pictures
  walkthrough::OwnChoice choice;
};

std::uint32_t whole_number(const std::string& option, const std::string& text, std::uint32_t least,
                           std::uint32_t most) {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < least || number > most) {
    throw WrongCall(option + " is '" + text + "': it must be a whole number from " +
                    std::to_string(least) + " to " + std::to_string(most));
  }
  return number;
}

// The options with their values, and FILE under "". Each may come once.
std::map<std::string, std::string> arguments(int argc, char** argv) {
  std::map<std::string, std::string> result;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool has_value = argument == "--seed" || argument == "--d-out" || argument == "--heads" ||
                           argument == "--svg";
    const bool is_option = has_value || argument == "--no-mask" || argument == "--help";
    if (!is_option && argument != "-" && argument.starts_with('-')) {
      throw WrongCall("unknown option '" + argument + "'");
    }
    std::string value = argument;
    if (has_value) {
      value = i + 1 < argc ? argv[++i] : "";
      if (value.empty() || value.starts_with("--")) {
        throw WrongCall(argument + " needs a value after it");
      }
    }
    if (!result.emplace(is_option ? argument : "", value).second) {
      throw WrongCall(is_option ? argument + " is given twice"
                                : "'" + result[""] + "' and '" + argument +
                                      "' are two files: one is needed");
    }
  }
  return result;
}

Call understood(const std::map<std::string, std::string>& given) {
  Call call;
  call.wants_help = given.contains("--help");
  if (call.wants_help) return call;
  const auto number = [&](const std::string& option, std::uint32_t least,
                          std::uint32_t most) -> std::optional<std::uint32_t> {
    if (!given.contains(option)) return {};
    return whole_number(option, given.at(option), least, most);
  };
  walkthrough::OwnChoice& choice = call.choice;
  choice.seed = number("--seed", 0, UINT32_MAX).value_or(choice.seed);
  const auto d_out = number("--d-out", 1, walkthrough::most_numbers);
  const auto num_heads = number("--heads", 1, walkthrough::most_numbers);
  choice.d_out = d_out.value_or(std::max(2U, num_heads.value_or(2)));
  choice.num_heads = num_heads.value_or(choice.d_out % 2 == 0 ? 2 : 1);
  if (choice.d_out % choice.num_heads != 0) {
    throw WrongCall("--d-out is " + std::to_string(choice.d_out) + ", --heads is " +
                    std::to_string(choice.num_heads) +
                    ": the heads share d-out evenly, so it must be a multiple of their number");
  }
  choice.is_causal = !given.contains("--no-mask");
  if (given.contains("--svg")) call.svg_folder = given.at("--svg");
  if (!given.contains("") || given.at("").empty()) throw WrongCall("the FILE is missing");
  call.file = given.at("");
  return call;
}

std::vector<std::string> labels_of(const walkthrough::Embedding& embedding) {
  if (!embedding.labels.empty()) return embedding.labels;
  std::vector<std::string> labels;
  for (std::size_t token = 1; token <= embedding.inputs.rows(); ++token) {
    labels.push_back("x(" + std::to_string(token) + ")");
  }
  return labels;
}

int run(int argc, char** argv) {
  const std::string program = argc > 0 ? argv[0] : "own_input";
  Call call;
  try {
    call = understood(arguments(argc, argv));
  } catch (const WrongCall& error) {
    std::cerr << program << ": " << error.what() << ": try --help\n";
    return 2;
  }
  if (call.wants_help) {
    std::cout << "usage: " << program << " FILE [OPTION]...\n" << help;
    return 0;
  }
  const walkthrough::Embedding embedding = walkthrough::read_embedding(call.file);
  std::ostringstream printed;
  std::map<std::string, std::string> figures;
  const bool wants_figures = !call.svg_folder.empty();
  walkthrough::Page::Style style = walkthrough::style_of_output();
  if (wants_figures) style.figures = &figures;
  walkthrough::Page page(printed, style);
  page.label_tokens(labels_of(embedding));
  walkthrough::show_own_steps(page, embedding.inputs, call.choice);
  if (wants_figures) walkthrough::write_files(call.svg_folder, figures);
  std::cout << printed.str();
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return walkthrough::exit_status(argc, argv, run); }
