// Each walkthrough is run as a reader runs it, and the committed chapters are compared with what
// the walkthroughs print now.

#include <algorithm>
#include <map>
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

std::map<std::string, Run> runs_of_all(const std::string& option) {
  std::map<std::string, Run> runs;
  for (const std::string& walkthrough : walkthroughs()) {
    runs[walkthrough] = run(shell_word(walkthrough) + " " + option);
  }
  return runs;
}

const std::map<std::string, Run>& runs() {
  static const std::map<std::string, Run> runs = runs_of_all("");
  return runs;
}

const std::map<std::string, Run>& runs_for_the_weaver() {
  static const std::map<std::string, Run> runs = runs_of_all("--weave");
  return runs;
}

std::string readme() {
  std::ifstream in(from_meson("SOURCE_ROOT") + "/README.md");
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_walkthrough_agrees_with_all_its_documented_values) {
  for (const auto& [walkthrough, result] : runs()) {
    BOOST_TEST(result.status == 0, walkthrough);
    BOOST_TEST(result.err == "");
    const std::size_t last_line = result.out.rfind('\n', result.out.size() - 2) + 1;
    BOOST_TEST(result.out.substr(last_line).starts_with("All "), result.out.substr(last_line));
  }
}

BOOST_AUTO_TEST_CASE(the_overview_has_a_row_for_each_chapter_and_the_number_that_readme_names) {
  const Run result = run(shell_word(from_meson("OVERVIEW")));
  BOOST_TEST(result.status == 0);
  BOOST_TEST(result.out.starts_with(runs().at(first_walkthrough()).out));
  for (const auto& [walkthrough, chapter] : runs()) {
    const std::string title = chapter.out.substr(1, chapter.out.find('\n', 1) - 1);
    BOOST_TEST(result.out.find("\n  " + title + " ") != std::string::npos, title);
  }
  const std::size_t last_line = result.out.rfind('\n', result.out.size() - 2) + 1;
  const std::string number =
      result.out.substr(last_line, result.out.find(' ', last_line) - last_line);
  BOOST_TEST(readme().find(number + " numbers, digit for digit") != std::string::npos, number);
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

BOOST_AUTO_TEST_CASE(every_walkthrough_prints_plain_lines_of_80_columns) {
  for (const auto& [walkthrough, result] : runs()) {
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      BOOST_TEST(line.size() <= 80, line);
      BOOST_TEST(std::ranges::all_of(line, [](char c) { return ' ' <= c && c <= '~'; }), line);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wider_terminal_has_wider_tables_and_a_width_that_is_none_counts_as_80) {
  const auto in_columns = [](const std::string& number) {
    return run("COLUMNS=" + number + " " + shell_word(first_walkthrough())).out;
  };
  BOOST_TEST(in_columns("-5") == in_columns("80"));
  BOOST_TEST(in_columns("120") != in_columns("80"));
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
               first_walkthrough() + ": a name is missing after '--step': try --help\n");
  }
  const Run unknown = run(shell_word(first_walkthrough()) + " --section Nowhere");
  BOOST_TEST(unknown.status == 1);
  BOOST_TEST(unknown.err ==
             first_walkthrough() + ": no step or section is named 'Nowhere': see --list\n");
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
  for (const auto& [walkthrough, result] : runs_for_the_weaver()) {
    BOOST_TEST(result.status == 0, result.err);
    folder.write(std::filesystem::path(walkthrough).filename().string() + ".txt", result.out);
  }
  folder.write("attention.html", run(shell_word(from_meson("ATTENTION_PAGE"))).out);
  const Run check = run(shell_word(from_meson("WEAVE")) + " --check " +
                        shell_word(from_meson("SOURCE_ROOT")) + " " + shell_word(folder.path()));
  BOOST_TEST(check.status == 0, check.err);
}
