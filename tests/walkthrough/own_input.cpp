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

Run own_input(const Folder& folder, const std::string& arguments, const std::string& before = "") {
  return run("cd " + shell_word(folder.path()) + " && " + before + shell_word(program()) + " " +
             arguments);
}

// In a folder of its own, whose file "tokens" holds the text.
Run own_input(const std::string& text, const std::string& arguments = "tokens") {
  const Folder folder;
  folder.write("tokens", text);
  return own_input(folder, arguments);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

// With the notebook's choices, which are what is not given: a tensor of each chapter.
BOOST_AUTO_TEST_CASE(tokens_of_the_notebook_give_its_numbers) {
  const Run result = own_input(notebook_file, "tokens --all");
  BOOST_TEST(result.status == 0);
  BOOST_TEST(result.err == "");
  const std::vector<std::string> documented{
      "\nall_context_vecs [tokens 6, d_in 3]\n  your     0.4421  0.5931  0.5790\n",
      "\ncontext_vecs [tokens 6, d_out 2]\n  your     0.2996  0.8053\n",
      "\ncontext_vecs [tokens 6, d_out 2]\n  your     -0.4519   0.2216\n",
      "\ncontext_vecs [tokens 6, d_out 2]\n  your     0.3190  0.4858\n"};
  std::size_t at = 0;
  for (const std::string& block : documented) {
    at = result.out.find(block, at);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, block);
  }
}

BOOST_AUTO_TEST_CASE(a_summary_says_first_what_was_understood_and_last_how_to_see_more) {
  const std::string out = own_input("the;0.5;1\ncat;2;3\n").out;
  BOOST_TEST(
      out.starts_with("\n2 tokens, 2 numbers each, labels in column 1, separated by "
                      "semicolons\n==="));
  BOOST_TEST(std::ranges::count(out, '\n') < 48);
  BOOST_TEST(
      out.ends_with("--step NAME one\nof them, --svg DIR draws the weights, "
                    "--html FILE writes a page to ask.\n"));
  BOOST_TEST(
      own_input("1.5\n").out.starts_with("\n1 token, 1 number each, no labels, separated by "));
  BOOST_TEST(
      has(own_input("7 0.5\n", "tokens --labels").out, "\n1 token, 1 number each, labels in"));
  // Weights of one token are 1 in each variant, and stand there all the same.
  for (const std::string variant :
       {"nothing trained", "self-attention", "causal attention", "head 0 of multi-head attention",
        "head 1 of multi-head attention"}) {
    BOOST_TEST(has(own_input("a 1.5 2\n").out, "\n" + variant + " [queries 1, keys 1]\n"), variant);
  }
  BOOST_TEST(has(own_input(notebook_file, "tokens --list").out, "\n  head_1.attn_weights ["));
  BOOST_TEST(has(own_input(notebook_file, "tokens --step joined").out,
                 "\njoined [tokens 6, d_out 2]\n  your     -0.4519   0.2216\n"));
  BOOST_TEST(own_input(notebook_file, "tokens --step none").status == 1);
}

BOOST_AUTO_TEST_CASE(what_is_not_given_follows_from_what_is) {
  const auto widths = [](const std::string& arguments) {
    const std::string out = own_input(notebook_file, "tokens " + arguments).out;
    const std::size_t start = out.find("d_out is ");
    return out.substr(start, out.find(".\n", start) - start);
  };
  BOOST_TEST(widths("") == "d_out is 2, num_heads 2");
  BOOST_TEST(widths("--d-out 6") == "d_out is 6, num_heads 2");
  BOOST_TEST(widths("--d-out 3") == "d_out is 3, num_heads 1");
  BOOST_TEST(widths("--heads 1") == "d_out is 2, num_heads 1");
  BOOST_TEST(widths("--heads 3") == "d_out is 3, num_heads 3");
}

BOOST_AUTO_TEST_CASE(the_example_of_the_readme_prints_what_stands_there) {
  std::ifstream in(from_meson("SOURCE_ROOT") + "/README.md");
  const std::string readme{std::istreambuf_iterator<char>(in), {}};
  const std::size_t section = readme.find("## Your own numbers");
  BOOST_REQUIRE(section != std::string::npos);
  const auto fenced = [&](const std::string& language) {
    const std::string fence = "```" + language + "\n";
    const std::size_t start = readme.find(fence, section) + fence.size();
    return readme.substr(start, readme.find("```", start) - start);
  };
  std::string command = fenced("sh");
  const std::string in_readme = "build/walkthrough/own_input";
  command.replace(command.find(in_readme), in_readme.size(), shell_word(program()));
  const Run result = run(command);
  BOOST_TEST(result.status == 0);
  BOOST_TEST(has(result.out, "\n" + fenced("text")));
}

BOOST_AUTO_TEST_CASE(numbers_beyond_a_float_are_explained_where_they_first_arise) {
  const std::string heading = "\nWhy numbers are inf or nan from here on\n";
  const Run result = own_input("a 1e20 1\nb -1e20 2\n", "tokens --all");
  BOOST_TEST(result.status == 0);
  const std::size_t explained = result.out.find(heading);
  BOOST_REQUIRE(explained != std::string::npos);
  const std::string before = result.out.substr(0, explained);
  BOOST_TEST(before.find("inf") > before.rfind("\nattn_scores [queries 2, keys 2]\n"));
  BOOST_TEST(result.out.find(heading, explained + 1) == std::string::npos);
  BOOST_TEST(!has(own_input(notebook_file).out, heading));
}

// The notebook draws SelfAttentionV2 from this seed, and documents this mask for dropout.
BOOST_AUTO_TEST_CASE(seed_and_mask_can_be_chosen) {
  BOOST_TEST(has(own_input(notebook_file, "--all --seed 789 tokens").out,
                 "\ncontext_vecs [tokens 6, d_out 2]\n  your     -0.0739   0.0713\n"));
  BOOST_TEST(has(own_input(notebook_file, "tokens --all").out, "-inf"));
  const std::string out = own_input(notebook_file, "tokens --all --no-mask").out;
  BOOST_TEST(!has(out, "-inf"));
  BOOST_TEST(has(out, "\nCausalAttention\n---------------\nWithout the mask, "));
  BOOST_TEST(!has(own_input(notebook_file, "tokens --no-mask").out, "\ncausal attention ["));
  BOOST_TEST(has(out, "\n  your      0.3433   0.3524   0.0000   0.3110   0.3253   0.0000\n"));
}

BOOST_AUTO_TEST_CASE(labels_of_any_script_and_many_tokens_stay_within_80_columns) {
  std::string file = "łódź 1.5 2\n旅程 3 4e-9\n" + std::string(38, 'w') + " -5e8 6\n";
  for (int token = 0; token < 30; ++token) file += "token" + std::to_string(token) + " 1 0.5\n";
  const Run result = own_input(file, "tokens --all --heads 2");
  BOOST_TEST(result.status == 0);
  BOOST_TEST(has(result.out, "\n  łódź  "));
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) {
    BOOST_TEST(walkthrough::display_width(line) <= 80U, line);
  }
}

BOOST_AUTO_TEST_CASE(a_refused_file_or_page_prints_one_sentence_alone) {
  const auto refusal = [](const std::string& file, const std::string& arguments) {
    const Run result = own_input(file, arguments);
    BOOST_TEST(result.status == 1);
    BOOST_TEST(result.out == "");
    return result.err.substr(std::min(program().size() + 2, result.err.size()));
  };
  BOOST_TEST(
      refusal("a 1.5 2\nb 3\n", "tokens --svg pictures").starts_with("tokens:2: there are 2"));
  BOOST_TEST(refusal("a 1 x\n", "- <tokens").starts_with("standard input:1: 'x' is not a number"));
  BOOST_TEST(
      refusal("1.0 2\n", "tokens --d-out 317 --heads 1") ==
      "out_proj.weight (d_out x d_out) would hold 100489 numbers, and all are printed: make it "
      "at most 100000\n");
  BOOST_TEST(refusal("1.0 2\n", "tokens --svg no/such").starts_with("no/such/own_"));
}

BOOST_AUTO_TEST_CASE(a_wrong_call_ends_with_status_2) {
  const std::vector<std::pair<std::string, std::string>> calls{
      {"", "the FILE is missing"},
      {"tokens more", "'tokens' and 'more' are two files: one is needed"},
      {"tokens --bogus", "unknown argument '--bogus'"},
      {"tokens --svg --no-mask", "--svg needs a value after it"},
      {"--heads 2 tokens --heads 2", "--heads is given twice"},
      {"tokens --seed 4294967296",
       "--seed is '4294967296': it must be a whole number from 0 to 4294967295"},
      {"tokens --heads two", "--heads is 'two': it must be a whole number from 1 to 100000"},
      {"tokens --d-out 10 --heads 7",
       "--d-out is 10, --heads is 7: the heads share d-out evenly, so it must be a multiple of "
       "their number"},
  };
  for (const auto& [arguments, reason] : calls) {
    const Run result = own_input(notebook_file, arguments);
    BOOST_TEST(result.status == 2, arguments);
    BOOST_TEST(result.err == program() + ": " + reason + ": try --help\n");
  }
}

BOOST_AUTO_TEST_CASE(pictures_go_into_a_folder_which_is_made) {
  const Folder folder;
  folder.write("tokens", "a&b 1.5 2\nc 3 4\n");
  const Run result = own_input(folder, "tokens --svg pictures --step joined");
  BOOST_TEST(result.status == 0);
  const std::vector<std::string> names{"causal_attn_weights",
                                       "linear-layers_attn_weights",
                                       "multi-head_head_0.attn_weights",
                                       "multi-head_head_1.attn_weights",
                                       "nothing-trained_attn_weights",
                                       "self-attention_attn_weights"};
  std::string written = "\nWritten:\n";
  for (const std::string& name : names) {
    written += "  pictures/own_" + name + ".svg\n";
    BOOST_TEST(folder.read("pictures/own_" + name + ".svg").starts_with("<svg "), name);
  }
  BOOST_TEST(result.out.ends_with(written));
  BOOST_TEST(has(folder.read("pictures/own_causal_attn_weights.svg"), ">a&amp;b</text>"));
  BOOST_TEST(has(folder.read("pictures/own_causal_attn_weights.svg"), "url(#hatch)"));
}

BOOST_AUTO_TEST_CASE(a_page_is_written_on_request_or_refused) {
  const Folder folder;
  folder.write("tokens", "a 1.5 2\n</script> 3 4\n");
  BOOST_TEST(
      own_input(folder, "tokens --html pages/own.html").out.ends_with("\npages/own.html#causal\n"));
  BOOST_TEST(
      has(folder.read("pages/own.html"), "const library = {tokens:[\"a\",\"\\x3c/script>\",]"));
  BOOST_TEST(own_input(folder, "tokens --html own.html --no-mask")
                 .out.ends_with("\nown.html#causal?mask=off\n"));
  const Run refused = own_input(folder, "tokens --html large.html --d-out 33 --heads 3");
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(has(refused.err, "a page shows at most 32 for d_out, 33 given: use fewer\n"));
  BOOST_TEST(refused.out == "");
  BOOST_TEST(folder.read("large.html") == "");
  const Run onto_itself = own_input(folder, "tokens --html ./tokens");
  BOOST_TEST(onto_itself.status == 2);
  BOOST_TEST(has(onto_itself.err, "--html is './tokens', the file to be read: name another one"));
  BOOST_TEST(folder.read("tokens").starts_with("a 1.5"));
}

BOOST_AUTO_TEST_CASE(a_page_that_cannot_be_written_whole_leaves_the_old_one) {
  const Folder folder;
  folder.write("tokens", "a 1.5 2\nb 3 4\n");
  folder.write("own.html", "old");
  const Run full = own_input(folder, "tokens --html own.html", "trap '' XFSZ; ulimit -f 16; ");
  BOOST_TEST(full.status == 1);
  BOOST_TEST(has(full.err, "own.html: cannot be written"));
  BOOST_TEST(folder.read("own.html") == "old");
  BOOST_TEST(folder.read("own.html.part") == "");
}

BOOST_AUTO_TEST_CASE(input_that_breaks_off_is_refused) {
  const Run result = own_input(Folder(), "- < .");
  BOOST_TEST(result.status == 1);
  BOOST_TEST(has(result.err, "standard input: cannot be read to its end"));
}
