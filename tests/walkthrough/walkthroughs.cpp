// Each walkthrough is run as a reader runs it, and the committed chapters are compared with what
// the walkthroughs print now.

#include <algorithm>
#include <sstream>

#include "check.hpp"
#include "run.hpp"

namespace {

std::vector<std::string> walkthroughs() {
  std::istringstream paths(from_meson("WALKTHROUGHS"));
  std::vector<std::string> result;
  for (std::string path; std::getline(paths, path, ':');) result.push_back(path);
  return result;
}

// All walkthroughs share main.cpp; what holds for the options of the first holds for all.
std::string first_walkthrough() { return walkthroughs()[0]; }

// What all chapters print, and the table below them. It takes long: once is enough.
const Run& overview() {
  static const Run result = run(shell_word(from_meson("OVERVIEW")) + " --all");
  return result;
}

std::string readme() {
  std::ifstream in(from_meson("SOURCE_ROOT") + "/README.md");
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_chapters_agree_with_as_many_documented_values_as_readme_says) {
  BOOST_TEST(overview().status == 0);
  BOOST_TEST(overview().err == "");
  const std::string& out = overview().out;
  const std::size_t last_line = out.rfind('\n', out.size() - 2) + 1;
  const std::string number = out.substr(last_line, out.find(' ', last_line) - last_line);
  BOOST_TEST(readme().find(number + " numbers, digit for digit") != std::string::npos, number);
}

BOOST_AUTO_TEST_CASE(the_overview_begins_with_chapter_1_and_has_a_row_for_each) {
  BOOST_TEST(overview().out.starts_with(run(shell_word(first_walkthrough())).out));
  const std::string table = overview().out.substr(overview().out.find("\nAll chapters\n"));
  for (const std::string& path : walkthroughs()) {
    const std::string name = std::filesystem::path(path).filename();
    BOOST_TEST(table.find("\n  " + name.substr(0, 1) + " ") != std::string::npos, name);
  }
}

BOOST_AUTO_TEST_CASE(readme_shows_what_chapter_1_prints) {
  const std::string out = run(shell_word(first_walkthrough()) + " --step attn_scores_2").out;
  const std::size_t start = out.find("attn_scores_2 ["), end = out.find("\nAll ");
  BOOST_TEST(readme().find("```text\n" + out.substr(start, end - start) + "```") !=
             std::string::npos);
}

// wrong_walkthrough.cpp computes 2 for a value of 1.4551.
BOOST_AUTO_TEST_CASE(a_wrong_value_is_named_and_ends_with_status_1) {
  const Run result = run(shell_word(from_meson("WRONG_WALKTHROUGH")));
  BOOST_TEST(result.status == 1);
  BOOST_TEST(
      result.out.ends_with("\n1 of 2 comparisons differ. The first:\n"
                           "  self_attention.query_2, column 1:\n"
                           "    computed 2.0000 (2), documented 1.4551 (1.45505822)\n"));
}

// script runs a program on a terminal.
BOOST_AUTO_TEST_CASE(colour_is_for_terminals_where_nobody_declines_it) {
  if (run("script -qec true /dev/null").status != 0) {
    BOOST_TEST_MESSAGE("needs 'script' of util-linux, and a terminal that it can open");
    return;
  }
  const auto is_coloured = [](const std::string& setting) {
    const std::string command = "env " + setting + " " + shell_word(first_walkthrough());
    const Run result = run("script -qec " + shell_word(command) + " /dev/null");
    BOOST_REQUIRE(result.out.find("Simplified") != std::string::npos);
    return result.out.find("\033[") != std::string::npos;
  };
  BOOST_TEST(is_coloured("-u NO_COLOR TERM=xterm"));
  BOOST_TEST(is_coloured("NO_COLOR= TERM=xterm"));
  BOOST_TEST(!is_coloured("NO_COLOR=1 TERM=xterm"));
  BOOST_TEST(!is_coloured("-u NO_COLOR TERM=dumb"));
  BOOST_TEST(!is_coloured("-u NO_COLOR -u TERM"));
}

BOOST_AUTO_TEST_CASE(every_chapter_prints_plain_lines_of_80_columns) {
  std::istringstream lines(overview().out);
  for (std::string line; std::getline(lines, line);) {
    BOOST_TEST(line.size() <= 80, line);
    BOOST_TEST(std::ranges::all_of(line, [](char c) { return ' ' <= c && c <= '~'; }), line);
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_argument_is_refused) {
  for (const std::string argument : {"--colour", "more", ""}) {
    const Run result = run(shell_word(first_walkthrough()) + " " + shell_word(argument));
    BOOST_TEST(result.status == 2);
    BOOST_TEST(result.out == "");
    BOOST_TEST(result.err ==
               first_walkthrough() + ": unknown argument '" + argument + "': try --help\n");
  }
}

BOOST_AUTO_TEST_CASE(a_name_that_is_missing_or_unknown_is_refused) {
  for (const std::string option : {" --step", " --step ''"}) {
    BOOST_TEST(run(shell_word(first_walkthrough()) + option).err ==
               first_walkthrough() + ": --step needs a value after it: try --help\n");
  }
  const Run unknown = run(shell_word(first_walkthrough()) + " --section Nowhere");
  BOOST_TEST(unknown.status == 1);
  BOOST_TEST(unknown.err == first_walkthrough() + ": there is no section 'Nowhere': see --list\n");
  BOOST_TEST(run(shell_word(first_walkthrough()) + " --section Nowhere --step attn_scores").err ==
             first_walkthrough() +
                 ": there is no step 'attn_scores' in a section 'Nowhere': see --list\n");
}

BOOST_AUTO_TEST_CASE(a_section_alone_prints_its_numbers_and_names_none_above_it) {
  const Run result = run(shell_word(first_walkthrough()) + " --section 'In one function'");
  BOOST_TEST(result.status == 0);
  BOOST_TEST(result.out.find(" above\n") == std::string::npos);
  BOOST_TEST(result.out.find("0.4419") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_full_disk_or_a_closed_output_is_noticed) {
  const std::string message =
      first_walkthrough() +
      ": the output could not be written: is the disk full, or the pipe closed?\n";
  for (const std::string arguments : {"", "--weave", "--help"}) {
    for (const std::string redirection : {">/dev/full", ">&-"}) {
      if (redirection == ">/dev/full" && !std::filesystem::exists("/dev/full")) continue;
      const Run result = run(shell_word(first_walkthrough()) + " " + arguments + " " + redirection);
      BOOST_TEST(result.status == 1);
      BOOST_TEST(result.err == message);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_committed_chapters_are_what_the_walkthroughs_print_now) {
  const Folder folder;
  for (const std::string& walkthrough : walkthroughs()) {
    const Run result = run(shell_word(walkthrough) + " --weave");
    BOOST_TEST(result.status == 0, result.err);
    folder.write(std::filesystem::path(walkthrough).filename().string() + ".txt", result.out);
  }
  folder.write("attention.html", run(shell_word(from_meson("ATTENTION_PAGE"))).out);
  const Run check = run(shell_word(from_meson("WEAVE")) + " --check " +
                        shell_word(from_meson("SOURCE_ROOT")) + " " + shell_word(folder.path()));
  BOOST_TEST(check.status == 0, check.err);
}
