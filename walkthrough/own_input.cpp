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
#include "concat.hpp"
#include "embedding_file.hpp"
#include "own_steps.hpp"
#include "page.hpp"
#include "program.hpp"

namespace {

constexpr std::string_view help = R"(
Computes attention on your own embedding: the weights of each variant of
chapters 1 to 4, and context vectors; or the steps on the way.

FILE has one token per line: a label if you like, then its numbers. FILE can be -
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
               notebook's 2 if not given, or one per head where there are more
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

using walkthrough::Call;
using walkthrough::concat;
using walkthrough::WrongCall;

// The whole number of an option, if it is given.
std::optional<std::uint32_t> number(const Call& call, const std::string& option,
                                    std::uint32_t least, std::uint32_t most) {
  if (!call.contains(option)) return {};
  const std::string& text = call.at(option);
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < least || number > most) {
    throw WrongCall(
        concat(option, " is '", text, "': it must be a whole number from ", least, " to ", most));
  }
  return number;
}

walkthrough::AttentionGiven::Settings settings_of(const Call& call) {
  walkthrough::AttentionGiven::Settings settings;
  settings.seed = number(call, "--seed", 0, UINT32_MAX).value_or(settings.seed);
  settings.seed_of_linear_layers = settings.seed;
  const auto d_out = number(call, "--d-out", 1, walkthrough::most_numbers);
  const auto num_heads = number(call, "--heads", 1, walkthrough::most_numbers);
  settings.d_out = d_out.value_or(std::max(2U, num_heads.value_or(2)));
  settings.num_heads = num_heads.value_or(settings.d_out % 2 == 0 ? 2 : 1);
  settings.head_dim_of_wrapper = settings.d_out / settings.num_heads;
  if (settings.d_out % settings.num_heads != 0) {
    throw WrongCall(
        concat("--d-out is ", settings.d_out, ", --heads is ", settings.num_heads,
               ": the heads share d-out evenly, so it must be a multiple of their number"));
  }
  return settings;
}

// "6 tokens, 3 numbers each, labels in column 1, separated by blanks"
std::string understood_as(const walkthrough::Embedding& embedding) {
  const std::size_t tokens = embedding.inputs.rows(), d_in = embedding.inputs.cols();
  return concat(tokens, tokens == 1 ? " token, " : " tokens, ", d_in,
                d_in == 1 ? " number each, " : " numbers each, ",
                embedding.has_labels ? "labels in column 1" : "no labels", ", separated by ",
                embedding.separator);
}

// Into a folder that is made if missing. A file that stands there is replaced as a whole, or stays.
void write_file(const std::string& file, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directory(fs::path(file).parent_path(), error);
  const fs::file_type type = fs::symlink_status(file, error).type();
  const bool is_special = type != fs::file_type::regular && type != fs::file_type::not_found;
  const std::string part = is_special ? file : file + ".part";
  std::ofstream out(part, std::ios::binary);
  out << text << std::flush;
  const bool is_written = out.good();
  out.close();
  error.clear();
  if (is_written && !is_special) fs::rename(part, file, error);
  if (!is_written || error) {
    if (!is_special) fs::remove(part, error);
    throw std::runtime_error(file +
                             ": cannot be written: is there such a folder, is it yours, and has "
                             "the disk room?");
  }
}

// Nothing is printed or written before all is computed.
void show(const Call& call, const walkthrough::AttentionGiven::Settings& settings) {
  std::error_code ignored;
  if (call.contains("--html") &&
      std::filesystem::equivalent(call.at(""), call.at("--html"), ignored)) {
    throw WrongCall("--html is '" + call.at("--html") + "', the file to be read: name another one");
  }
  const walkthrough::Embedding embedding =
      walkthrough::read_embedding(call.at(""), call.contains("--labels"));
  walkthrough::require_few_numbers(embedding.inputs, settings);
  const auto given =
      walkthrough::AttentionGiven::draw(embedding.labels, embedding.inputs, settings);
  const bool is_causal = !call.contains("--no-mask");

  std::ostringstream printed;
  std::map<std::string, std::string> figures;
  walkthrough::Page::Style style = walkthrough::style_of_output();
  style.list = call.contains("--list");
  if (call.contains("--step")) style.step = call.at("--step");
  if (call.contains("--svg")) style.figures = &figures;
  walkthrough::Page page(printed, style);
  page.label_tokens(embedding.labels);
  page.title(understood_as(embedding),
             concat("Random weights come from the seed ", settings.seed, "; d_out is ",
                    settings.d_out, ", num_heads ", settings.num_heads, "."));
  const bool wants_steps = call.contains("--all") || style.list || call.contains("--step");
  walkthrough::show_own(page, given, is_causal, wants_steps);
  page.require_found();
  if (!wants_steps) {
    printed << "\nMore: --all prints every step on the way, --list their names, --step NAME one\n"
               "of them, --svg DIR draws the weights, --html FILE writes a page to ask.\n";
  }
  const std::string html = call.contains("--html") ? walkthrough::attention_page(given) : "";
  if (!figures.empty()) printed << "\nWritten:\n";
  for (const auto& [name, svg] : figures) {
    const std::string file = call.at("--svg") + '/' + name;
    write_file(file, svg);
    printed << "  " << file << '\n';
  }
  if (!html.empty()) {
    write_file(call.at("--html"), html);  // and says where to begin on the page
    printed << '\n' << call.at("--html") << (is_causal ? "#causal\n" : "#causal?mask=off\n");
  }
  std::cout << printed.str();
}

int run(int argc, char** argv) {
  const Call call =
      walkthrough::arguments(argc, argv, {"--labels", "--all", "--list", "--no-mask", "--help"},
                             {"--step", "--seed", "--d-out", "--heads", "--svg", "--html"}, true);
  if (call.contains("--help")) {
    std::cout << "usage: " << argv[0] << " FILE [OPTION]...\n" << help;
  } else {
    show(call, settings_of(call));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return walkthrough::exit_status(argc, argv, run); }
