// The attention of chapters 1 to 4 on an embedding of the reader's own.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "attention_page.hpp"
#include "embedding_file.hpp"
#include "own_steps.hpp"
#include "page.hpp"
#include "program.hpp"

namespace {

constexpr std::string_view help = R"(
Computes attention on your own embedding: the weights of each variant of
chapters 1 to 4, and context vectors; or the steps on the way.

FILE has one token a line: a label if you like, then its numbers. FILE can be -
for standard input.

  the 0.43 0.15 0.89

The first line decides for all: whether tabs, semicolons, commas or blanks
separate, and whether there are labels. What can be read in two ways is refused.
The encoding is UTF-8.

  --labels     the first column holds labels, even where these are numbers
  --all        print every step of each variant
  --list       print the names of these steps
  --step NAME  print this step alone
  --seed N     of the random weights, as manual_seed(N) of PyTorch: from 0 to
               4294967295, the notebook's 123 if not given
  --d-out N    width of the context vectors, of all heads together: the
               notebook's 2 if not given, or one a head where there are more
  --heads N    number of heads, which must divide d-out: the notebook's 2 if not
               given, or 1 where d-out is odd
  --no-mask    let every token look at later ones, too
  --svg DIR    write the attention weights as pictures, own_*.svg, into the
               folder DIR, which is made if missing; pictures of the same names
               are replaced
  --html FILE  write a page on which every number can be asked where it comes
               from, and changed, for a browser; a file of that name is replaced
  --help       print this

Exit status: 0 when all is printed; 1 where FILE is refused, the page would be
too large, or output cannot be written; 2 after a wrong call. What is wrong in
FILE is named as FILE:line. Nothing is printed or written before all is
computed. Colour is used on a terminal alone, and not where NO_COLOR is set.
)";

struct WrongCall : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Call {
  bool wants_help = false;
  std::string file;
  std::string svg_folder;  // empty: no pictures
  std::string html_file;   // empty: no page
  std::string step;        // empty: all steps, or the summary
  bool labels_are_said = false;
  bool wants_all = false;
  bool wants_list = false;
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
                           argument == "--svg" || argument == "--html" || argument == "--step";
    const bool is_option = has_value || argument == "--no-mask" || argument == "--help" ||
                           argument == "--all" || argument == "--list" || argument == "--labels";
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
  if (given.contains("--html")) call.html_file = given.at("--html");
  if (given.contains("--step")) call.step = given.at("--step");
  call.labels_are_said = given.contains("--labels");
  call.wants_all = given.contains("--all");
  call.wants_list = given.contains("--list");
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

// "6 tokens, 3 numbers each, labels in column 1, separated by blanks"
std::string understood_as(const walkthrough::Embedding& embedding) {
  const auto count = [](std::size_t number, const std::string& what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
  };
  return count(embedding.inputs.rows(), "token") + ", " + count(embedding.inputs.cols(), "number") +
         " each, " + (embedding.labels.empty() ? "no labels" : "labels in column 1") +
         ", separated by " + embedding.separator;
}

// Writes files, a name and a text each, into a folder, which is made if missing.
void write_files(const std::string& folder, const std::map<std::string, std::string>& texts) {
  std::error_code ignored;
  std::filesystem::create_directory(folder, ignored);
  for (const auto& [name, text] : texts) {
    const std::string path = folder + '/' + name;
    std::ofstream out(path, std::ios::binary);
    out << text << std::flush;
    if (!out) {
      throw std::runtime_error(path + ": cannot be written: is there such a folder, is it yours, " +
                               "and has the disk room?");
    }
  }
}

// The page, and where to begin on it.
std::string written_page(const Call& call, const walkthrough::Embedding& embedding) {
  const walkthrough::OwnChoice& choice = call.choice;
  const std::string page = walkthrough::attention_page(
      walkthrough::AttentionGiven::draw(labels_of(embedding), embedding.inputs,
                                        {.seed = choice.seed,
                                         .seed_of_linear_layers = choice.seed,
                                         .d_out = choice.d_out,
                                         .num_heads = choice.num_heads,
                                         .head_dim_of_wrapper = choice.d_out / choice.num_heads}));
  const std::filesystem::path file = call.html_file;
  const std::string folder = file.parent_path().string();
  write_files(folder.empty() ? "." : folder, {{file.filename().string(), page}});
  return call.html_file + (choice.is_causal ? "#causal\n" : "#causal?mask=off\n");
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
  const walkthrough::Embedding embedding =
      walkthrough::read_embedding(call.file, call.labels_are_said);
  std::ostringstream printed;
  std::map<std::string, std::string> figures;
  walkthrough::Page::Style style = walkthrough::style_of_output();
  style.list = call.wants_list;
  style.step = call.step;
  if (!call.svg_folder.empty()) style.figures = &figures;
  walkthrough::Page page(printed, style);
  page.label_tokens(labels_of(embedding));
  const std::string seed = std::to_string(call.choice.seed);
  page.title(understood_as(embedding), "Random weights come from the seed " + seed + "; d_out is " +
                                           std::to_string(call.choice.d_out) + ", num_heads " +
                                           std::to_string(call.choice.num_heads) + ".");
  const bool wants_steps = call.wants_all || call.wants_list || !call.step.empty();
  walkthrough::show_own(page, embedding.inputs, call.choice, wants_steps);
  page.require_found();
  if (!wants_steps) {
    printed << "\nMore: --all prints every step on the way, --list their names, --step NAME one\n"
               "of them, --svg DIR draws the weights, --html FILE writes a page to ask.\n";
  }
  if (!figures.empty()) {
    printed << "\nWritten:\n";
    for (const auto& [name, svg] : figures)
      printed << "  " << call.svg_folder << '/' << name << '\n';
    write_files(call.svg_folder, figures);
  }
  if (!call.html_file.empty()) printed << '\n' << written_page(call, embedding);
  std::cout << printed.str();
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return walkthrough::exit_status(argc, argv, run); }
