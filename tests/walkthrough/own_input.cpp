// The program is run as a reader runs it.

#include <algorithm>
#include <sstream>

#include "check.hpp"
#include "run.hpp"
#include "utf8.hpp"

namespace {

const std::string notebook_file =
    "your 0.43 0.15 0.89\n"
    "journey 0.55 0.87 0.66\n"
    "starts 0.57 0.85 0.64\n"
    "with 0.22 0.58 0.33\n"
    "one 0.77 0.25 0.10\n"
    "step 0.05 0.80 0.55\n";

std::string program() { return from_meson("OWN_INPUT"); }

// Runs the program in a folder of its own, whose file "tokens" holds the text.
Run own_input(const std::string& text, const std::string& arguments = "tokens") {
  const Folder folder;
  folder.write("tokens", text);
  return run("cd " + shell_word(folder.path()) + " && " + shell_word(program()) + " " + arguments);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// What is printed under a name, up to the next.
std::string block_of(const std::string& text, const std::string& first_line) {
  const std::size_t start = text.find("\n" + first_line);
  if (start == std::string::npos) return "'" + first_line + "' is not printed";
  return text.substr(start + 1, text.find("\n\n", start + 1) - start);
}

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

// The notebook's tokens with the notebook's choices, which are what is not given, lead to the
// numbers that it prints: chapter 1; the classes of chapters 2 to 4 from the seed 123; exercise 3.2.
BOOST_AUTO_TEST_CASE(the_notebooks_tokens_give_the_notebooks_numbers) {
  const Run result = own_input(notebook_file);
  BOOST_TEST(result.status == 0);
  BOOST_TEST(result.err == "");
  const std::vector<std::string> documented{
      R"(
context_vec_2 [d_in 3]
  computed    0.4419  0.6515  0.5683
)",
      R"(
all_context_vecs [tokens 6, d_in 3]
  your        0.4421  0.5931  0.5790
  journey     0.4419  0.6515  0.5683
  starts      0.4431  0.6496  0.5671
  with        0.4304  0.6298  0.5510
  one         0.4671  0.5910  0.5266
  step        0.4177  0.6503  0.5645
)",
      R"(
query_2 [d_out 2]
  computed    0.4306  1.4551
)",
      R"(
attn_score_22 [scalar]
  computed    1.8524
)",
      R"(
attn_weights_2 [tokens 6]
                 your  journey   starts     with      one     step
  computed     0.1500   0.2264   0.2199   0.1311   0.0906   0.1820
)",
      R"(
context_vec_2 [d_out 2]
  computed    0.3061  0.8210
)",
      R"(
context_vecs [tokens 6, d_out 2]
  your        0.2996  0.8053
  journey     0.3061  0.8210
  starts      0.3058  0.8203
  with        0.2948  0.7939
  one         0.2927  0.7891
  step        0.2990  0.8040
)",
      R"(
context_vecs [tokens 6, d_out 2]
  your        -0.5337  -0.1051
  journey     -0.5323  -0.1080
  starts      -0.5323  -0.1079
  with        -0.5297  -0.1076
  one         -0.5311  -0.1066
  step        -0.5299  -0.1081
)",
      R"(
context_vecs [tokens 6, d_out 2]
  your        -0.4519   0.2216
  journey     -0.5874   0.0058
  starts      -0.6300  -0.0632
  with        -0.5675  -0.0843
  one         -0.5526  -0.0981
  step        -0.5299  -0.1081
)",
      R"(
context_vecs [tokens 6, num_heads * head_dim 2]
  your        -0.5740   0.2216
  journey     -0.7320   0.0155
  starts      -0.7774  -0.0546
  with        -0.6979  -0.0817
  one         -0.6538  -0.0957
  step        -0.6424  -0.1065
)",
      R"(
context_vecs [tokens 6, d_out 2]
  your        0.3190  0.4858
  journey     0.2943  0.3897
  starts      0.2856  0.3593
  with        0.2693  0.3873
  one         0.2639  0.3928
  step        0.2575  0.4028
)"};
  std::size_t at = 0;
  for (const std::string& block : documented) {
    at = result.out.find(block, at);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, block);
  }
}

// Two heads of width 2, as in chapter 4.
BOOST_AUTO_TEST_CASE(d_out_is_the_width_of_all_heads_together) {
  const Run result = own_input(notebook_file, "tokens --d-out 4 --heads 2");
  BOOST_TEST(has(result.out, R"(
context_vecs [tokens 6, num_heads * head_dim 4]
  your        -0.4519   0.2216   0.4772   0.1063
  journey     -0.5874   0.0058   0.5891   0.3257
)"));
}

BOOST_AUTO_TEST_CASE(what_is_not_given_follows_from_what_is) {
  const auto widths = [](const std::string& arguments) {
    const std::string out = own_input(notebook_file, "tokens " + arguments).out;
    const std::size_t start = out.find("num_heads is ");
    return out.substr(start, out.find(".\n", start) - start);
  };
  BOOST_TEST(widths("") == "num_heads is 2, head_dim 1, and\nd_out, their product, 2");
  BOOST_TEST(widths("--d-out 6") == "num_heads is 2, head_dim 3, and\nd_out, their product, 6");
  BOOST_TEST(widths("--d-out 3") == "num_heads is 1, head_dim 3, and\nd_out, their product, 3");
  BOOST_TEST(widths("--heads 1") == "num_heads is 1, head_dim 2, and\nd_out, their product, 2");
  BOOST_TEST(widths("--heads 3") == "num_heads is 3, head_dim 1, and\nd_out, their product, 3");
}

BOOST_AUTO_TEST_CASE(a_seed_draws_other_weights) {
  const std::string out = own_input(notebook_file, "--seed 789 tokens").out;
  // The notebook draws SelfAttentionV2 from this seed.
  BOOST_TEST(has(out, R"(
context_vecs [tokens 6, d_out 2]
  your        -0.0739   0.0713
  journey     -0.0748   0.0703
)"));
  BOOST_TEST(own_input(notebook_file, "--seed 0 tokens").out != out);
  BOOST_TEST(own_input(notebook_file, "--seed 4294967295 tokens").status == 0);
}

BOOST_AUTO_TEST_CASE(without_the_mask_every_token_looks_at_every_other) {
  const std::string causal = own_input(notebook_file).out;
  const std::string out = own_input(notebook_file, "tokens --no-mask").out;
  BOOST_TEST(has(causal, "masked_scores"));
  BOOST_TEST(!has(out, "mask_simple"));
  BOOST_TEST(!has(out, "masked"));
  BOOST_TEST(!has(out, "-inf"));
  // The mask that the notebook documents, on the weights without a causal mask.
  BOOST_TEST(has(out, R"(
dropout(attn_weights) [queries 6, keys 6]
                 your  journey   starts     with      one     step
  your         0.3433   0.3524   0.0000   0.3110   0.3253   0.0000
)"));
  // The last token sees all before it in any case.
  const auto last_row = [](const std::string& text) {
    const std::string joined = block_of(text, "joined");
    return joined.substr(joined.find("  step"));
  };
  BOOST_TEST(last_row(out) == last_row(causal));
  BOOST_TEST(block_of(out, "joined") != block_of(causal, "joined"));
}

BOOST_AUTO_TEST_CASE(one_token_of_one_number_is_enough) {
  const Run result = own_input("cat 0.5\n", "tokens --d-out 1");
  BOOST_TEST(result.status == 0);
  BOOST_TEST(has(result.out, "The only token asks.\n\nattn_scores_1 [tokens 1]\n"));
  BOOST_TEST(has(result.out, "\nall_context_vecs [tokens 1, d_in 1]\n  cat         0.5000\n"));
}

BOOST_AUTO_TEST_CASE(tokens_without_labels_are_called_by_their_number) {
  BOOST_TEST(has(own_input("1 0\n0 1\n").out, R"(
inputs [tokens 2, d_in 2]
  x(1)        1.  0.
  x(2)        0.  1.
)"));
}

BOOST_AUTO_TEST_CASE(the_example_of_the_readme_prints_what_stands_there) {
  std::ifstream in(from_meson("SOURCE_ROOT") + "/README.md");
  const std::string readme{std::istreambuf_iterator<char>(in), {}};
  const auto fenced = [&readme](const std::string& language, std::size_t from) {
    const std::string fence = "```" + language + "\n";
    const std::size_t start = readme.find(fence, from) + fence.size();
    return readme.substr(start, readme.find("```", start) - start);
  };
  const std::size_t section = readme.find("## Your own numbers");
  BOOST_REQUIRE(section != std::string::npos);
  std::string command = fenced("sh", section);
  const std::string in_readme = "build/walkthrough/own_input";
  command.replace(command.find(in_readme), in_readme.size(), shell_word(program()));
  const Run result = run(command);
  BOOST_TEST(result.status == 0);
  BOOST_TEST(has(result.out, "\n" + fenced("text", section)));
}

BOOST_AUTO_TEST_CASE(labels_of_any_script_and_width_stay_within_80_columns) {
  const std::string wide(38, 'w');
  const Run result = own_input("łódź 1 2\n旅程 3 4e-9\n" + wide + " -5e8 6\n", "tokens --heads 2");
  BOOST_TEST(result.status == 0);
  BOOST_TEST(has(result.out, "\n  łódź  "));
  for (const std::string& line : lines_of(result.out)) {
    BOOST_TEST(walkthrough::display_width(line) <= 80, line);
  }
}

BOOST_AUTO_TEST_CASE(more_columns_than_fit_follow_below) {
  std::string file;
  for (int token = 0; token < 30; ++token) file += "token" + std::to_string(token) + " 1 0.5\n";
  const Run result = own_input(file);
  BOOST_TEST(result.status == 0);
  for (const std::string& line : lines_of(result.out)) BOOST_TEST(line.size() <= 80, line);
}

BOOST_AUTO_TEST_CASE(numbers_beyond_a_float_are_explained_where_they_first_arise) {
  const std::string heading = "\nWhy numbers are inf or nan from here on\n";
  const Run result = own_input("a 1e20 1\nb -1e20 2\n");
  BOOST_TEST(result.status == 0);
  const std::size_t explained = result.out.find(heading);
  BOOST_REQUIRE(explained != std::string::npos);
  BOOST_TEST(result.out.substr(0, explained).ends_with("  computed    -inf   inf\n"));
  BOOST_TEST(result.out.find(heading, explained + 1) == std::string::npos);
  BOOST_TEST(!has(own_input(notebook_file).out, heading));
}

BOOST_AUTO_TEST_CASE(weights_that_chapter_1_warns_of_are_explained) {
  BOOST_TEST(has(own_input("a 0 0\nb 0 0\n").out,
                 "attn_weights_2_tmp [tokens 2]\n                a    b\n  computed    nan  nan\n"
                 "\nWhy there are no shares\n"));
  BOOST_TEST(has(own_input("a 1 2\nb 3 10\n").out, "\nWhy the naive weights fail\n"));
  BOOST_TEST(!has(own_input(notebook_file).out, "\nWhy "));
}

BOOST_AUTO_TEST_CASE(standard_input_is_a_file_too) {
  const Run piped = own_input("a 1 2\nb 3 4\n", "- <tokens");
  BOOST_TEST(piped.status == 0);
  BOOST_TEST(piped.out == own_input("a 1 2\nb 3 4\n").out);
  BOOST_TEST(own_input("a 1 x\n", "- <tokens").err ==
             program() +
                 ": standard input:1:5: 'x' is not a number: numbers look like -0.5 or 1e-3\n");
  for (const std::string unreadable : {"- <&-", "- <."}) {
    const Run result = own_input("", unreadable);
    BOOST_TEST(result.status == 1);
    BOOST_TEST(result.err == program() + ": standard input: cannot be read to its end\n");
  }
}

BOOST_AUTO_TEST_CASE(the_language_of_the_system_changes_nothing) {
  BOOST_TEST(run("printf 'a 0.5 1\\n' | LC_ALL=de_DE.UTF-8 " + shell_word(program()) + " -").out ==
             own_input("a 0.5 1\n").out);
}

BOOST_AUTO_TEST_CASE(a_refused_file_prints_one_sentence_alone) {
  const Run result = own_input("a 1 2\nb 3\n", "tokens --svg pictures; ls");
  BOOST_TEST(result.err == program() +
                               ": tokens:2:4: 1 number, where line 1 has 2: every token needs "
                               "equally many\n");
  BOOST_TEST(result.out == "tokens\n");  // no page, and no folder for pictures
  BOOST_TEST(own_input("a 1 2\nb 3\n").status == 1);
}

BOOST_AUTO_TEST_CASE(a_page_too_large_to_read_is_refused) {
  const auto refusal = [](const std::string& file, const std::string& arguments) {
    const Run result = own_input(file, "tokens " + arguments);
    BOOST_TEST(result.status == 1);
    BOOST_TEST(result.out == "");
    return result.err.substr(std::min(program().size() + 2, result.err.size()));
  };
  const std::string most = " numbers, and all are printed: at most 100000 can be\n";
  BOOST_TEST(refusal("1 2\n", "--d-out 317 --heads 1") ==
             "out_proj.weight (d_out x d_out) would hold 317 x 317 = 100489" + most);
  std::string file;
  for (int token = 0; token < 317; ++token) file += "1\n";
  BOOST_TEST(refusal(file, "--heads 1") ==
             "attn_weights (heads x tokens x tokens) would hold 1 x 317 x 317 = 100489" + most);
  file.resize(300);
  BOOST_TEST(refusal(file, "--heads 5") ==
             "attn_weights (heads x tokens x tokens) would hold 5 x 150 x 150 = 112500" + most);
  std::string wide = "a";
  for (int in = 0; in < 1001; ++in) wide += " 1";
  BOOST_TEST(refusal(wide, "--d-out 100") ==
             "W_query (d_out x d_in) would hold 100 x 1001 = 100100" + most);
}

BOOST_AUTO_TEST_CASE(a_wrong_call_ends_with_status_2) {
  const std::string from_0 = ": it must be a whole number from 0 to 4294967295";
  const std::string from_1 = ": it must be a whole number from 1 to 100000";
  const std::vector<std::pair<std::string, std::string>> calls{
      {"", "the FILE is missing"},
      {"''", "the FILE is missing"},
      {"tokens more", "'tokens' and 'more' are two files: one is needed"},
      {"tokens --bogus", "unknown option '--bogus'"},
      {"tokens -h", "unknown option '-h'"},
      {"tokens --seed=5", "unknown option '--seed=5'"},
      {"tokens --seed", "--seed needs a value after it"},
      {"tokens --svg ''", "--svg needs a value after it"},
      {"tokens --svg --no-mask", "--svg needs a value after it"},
      {"--heads 2 tokens --heads 2", "--heads is given twice"},
      {"tokens --no-mask --no-mask", "--no-mask is given twice"},
      {"tokens --seed -1", "--seed is '-1'" + from_0},
      {"tokens --seed 4294967296", "--seed is '4294967296'" + from_0},
      {"tokens --seed 99999999999999999999", "--seed is '99999999999999999999'" + from_0},
      {"tokens --seed 1.5", "--seed is '1.5'" + from_0},
      {"tokens --seed ' 1'", "--seed is ' 1'" + from_0},
      {"tokens --d-out 0", "--d-out is '0'" + from_1},
      {"tokens --heads two", "--heads is 'two'" + from_1},
      {"tokens --heads 100001", "--heads is '100001'" + from_1},
      {"tokens --d-out 10 --heads 7",
       "--d-out is 10, --heads is 7: the heads share d-out evenly, so it must be a multiple of "
       "their number"},
  };
  for (const auto& [arguments, reason] : calls) {
    const Run result = own_input(notebook_file, arguments);
    BOOST_TEST(result.status == 2, arguments);
    BOOST_TEST(result.out == "");
    BOOST_TEST(result.err == program() + ": " + reason + ": try --help\n");
  }
}

BOOST_AUTO_TEST_CASE(help_says_what_the_program_does_in_80_columns) {
  const Run result = run(shell_word(program()) + " --help");
  BOOST_TEST(result.status == 0);
  const std::string usage = "usage: " + program() + " FILE [OPTION]...\n";
  BOOST_TEST(result.out.starts_with(usage));
  for (const std::string& line : lines_of(result.out.substr(usage.size()))) {
    BOOST_TEST(line.size() <= 80, line);
  }
}

BOOST_AUTO_TEST_CASE(pictures_go_into_a_folder_which_is_made) {
  const Folder folder;
  folder.write("tokens", "a&b 1 2\nc 3 4\n");
  const std::string command =
      "cd " + shell_word(folder.path()) + " && " + shell_word(program()) + " tokens --svg pictures";
  BOOST_TEST(run(command).status == 0);
  const std::vector<std::string> names{
      "own_1_attn_weights.svg",        "own_2_attn_weights_v1.svg", "own_2_attn_weights_v2.svg",
      "own_3_attn_weights.svg",        "own_3_dropped_weights.svg", "own_4_attn_weights_head_0.svg",
      "own_4_attn_weights_head_1.svg",
  };
  BOOST_TEST(files_of(folder.path() + "/pictures") == names, boost::test_tools::per_element());
  const std::string picture = folder.read("pictures/own_1_attn_weights.svg");
  BOOST_TEST(picture.starts_with("<svg "));
  BOOST_TEST(picture.ends_with("</svg>\n"));
  BOOST_TEST(has(picture, ">a&amp;b</text>"));

  // Once more: its own pictures are replaced, and nothing else is touched.
  folder.write("pictures/own_1_attn_weights.svg", "old");
  folder.write("pictures/other.svg", "other");
  BOOST_TEST(run(command).status == 0);
  BOOST_TEST(folder.read("pictures/own_1_attn_weights.svg") == picture);
  BOOST_TEST(folder.read("pictures/other.svg") == "other");
  BOOST_TEST(files_of(folder.path() + "/pictures").size() == names.size() + 1);
}

BOOST_AUTO_TEST_CASE(without_a_mask_there_is_no_picture_of_one) {
  const Folder folder;
  BOOST_TEST(run("cd " + shell_word(folder.path()) + " && echo 1 2 | " + shell_word(program()) +
                 " - --no-mask --heads 1 --svg .")
                 .status == 0);
  BOOST_TEST(files_of(folder.path()).size() == 5);
}

// Either all pictures and the page, or none of them.
BOOST_AUTO_TEST_CASE(pictures_that_cannot_be_written_leave_nothing_behind) {
  const Folder folder;
  folder.write("file", notebook_file);
  std::filesystem::create_directories(folder.path() + "/taken/own_4_attn_weights_head_1.svg");
  const auto refusal = [&](const std::string& svg_folder, const std::string& before = "") {
    const Run result = run("cd " + shell_word(folder.path()) + " && " + before + " " +
                           shell_word(program()) + " file --svg " + svg_folder);
    BOOST_TEST(result.status == 1);
    BOOST_TEST(result.out == "");
    return result.err.substr(std::min(program().size() + 2, result.err.size()));
  };
  BOOST_TEST(refusal("no/such") == "no/such: cannot be made a folder: No such file or directory\n");
  BOOST_TEST(refusal("file") == "file: cannot be made a folder: File exists\n");
  BOOST_TEST(refusal("taken") ==
             "taken/own_4_attn_weights_head_1.svg: is a folder, where a file is to be written\n");
  BOOST_TEST(files_of(folder.path() + "/taken").size() == 1);
  folder.write("taken/own_1_attn_weights.svg.draft", "the reader's");
  BOOST_TEST(refusal("taken") ==
             "taken/own_1_attn_weights.svg.draft: is in the way of what is to be written: move or "
             "remove it\n");
  BOOST_TEST(folder.read("taken/own_1_attn_weights.svg.draft") == "the reader's");
  // As on a full disk: no file may be longer than a block.
  BOOST_TEST(refusal("full", "trap '' XFSZ; ulimit -f 1;") ==
             "full/own_1_attn_weights.svg: cannot be written: is the disk full, or the folder not "
             "yours?\n");
  BOOST_TEST(!std::filesystem::exists(folder.path() + "/full"));
}

BOOST_AUTO_TEST_CASE(a_full_disk_or_a_closed_output_is_noticed_in_own_input) {
  const std::string message =
      program() + ": the output could not be written: is the disk full, or the pipe closed?\n";
  for (const std::string redirection : {">/dev/full", ">&-"}) {
    if (redirection == ">/dev/full" && !std::filesystem::exists("/dev/full")) continue;
    const Run result = own_input(notebook_file, "tokens " + redirection);
    BOOST_TEST(result.status == 1);
    BOOST_TEST(result.err == message);
  }
}
