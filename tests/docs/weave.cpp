// The weaver is run on a small tree, whole and then broken in every way it must refuse.

#include "small_tree.hpp"

namespace {

const std::string woven_chapter = R"(# 1 Small

A "short" lead.

[where to start](README.md) | [glossary](glossary.md) | [interface](interface.md#1-small)

*Woven from the [walkthrough](../walkthrough/1_small.cpp) and what it prints: change it there. Beside it: [header](../include/longhand/small.hpp), [source](../src/small.cpp).*

**Prose** with a [link](../README.md).

[`src/small.cpp`](../src/small.cpp):

```cpp
// 2 x = x + x
float twice(float x) {
  return x + x;
}
```

```cpp
const float two = twice(1);

page.show("two", {}, two);
page.heat_map("map", {"a", "b"}, two,
              "A caption");
```

```text
two [scalar]
  computed    2.
```

![A caption](figures/1_map.svg)

More prose.

---

[where to start](README.md)
)";

}  // namespace

BOOST_AUTO_TEST_CASE(a_walkthrough_and_its_run_become_a_chapter_with_figures) {
  const Tree tree;
  const Run result = tree.weave();
  BOOST_TEST(result.status == 0, result.err);
  BOOST_TEST(tree.folder().read("docs/1_small.md") == woven_chapter);
  BOOST_TEST(tree.folder().read("docs/figures/1_map.svg") == "<svg></svg>\n");
}

BOOST_AUTO_TEST_CASE(the_readme_gets_what_was_printed) {
  const Tree tree;
  tree.weave();
  BOOST_TEST(tree.folder().read("README.md") ==
             "[Small](docs/1_small.md)\nBefore\n<!-- weave 1_small two -->\n```text\ntwo "
             "[scalar]\n  computed    2.\n```\n\n"
             "<!-- /weave -->\nAfter\n");
}

BOOST_AUTO_TEST_CASE(weaving_twice_changes_nothing) {
  const Tree tree;
  BOOST_TEST(tree.weave().out ==
             "woven: README.md\nwoven: docs/1_small.md\nwoven: docs/figures/1_map.svg\nwoven: "
             "docs/interface.md\n");
  BOOST_TEST(tree.weave().out == "");
  BOOST_TEST(tree.weave("--check").status == 0);
}

BOOST_AUTO_TEST_CASE(a_definition_of_one_line_a_constructor_and_a_struct_can_be_pulled_in) {
  const Tree one_line(walkthrough_file, "@code twice", "@code thrice");
  one_line.weave();
  BOOST_TEST(one_line.folder()
                 .read("docs/1_small.md")
                 .find("```cpp\nfloat thrice(float x) { return 3 * x; }\n```\n") !=
             std::string::npos);
  const Tree constructor(walkthrough_file, "@code twice", "@code Other::Other");
  constructor.weave();
  BOOST_TEST(constructor.folder()
                 .read("docs/1_small.md")
                 .find("```cpp\nOther::Other(int its_first)\n    : first(its_first) {\n}\n```\n") !=
             std::string::npos);
  const Tree type(walkthrough_file, "@code twice", "@code Pair");
  type.weave();
  BOOST_TEST(type.folder()
                 .read("docs/1_small.md")
                 .find("```cpp\nstruct Pair {\n  int first;\n};\n```\n") != std::string::npos);
}

// One digit of a chapter, of a figure or of the README.
BOOST_AUTO_TEST_CASE(a_committed_file_that_differs_is_named_with_its_line_and_the_way_out) {
  const std::string way_out =
      "Where all other tests pass and the change is wanted: 'meson compile -C build docs' "
      "weaves it in.\n";
  const auto message_after_change = [](const std::string& file, const std::string& text) {
    const Tree tree;
    tree.weave();
    tree.folder().write(file, text);
    const Run result = tree.weave("--check");
    BOOST_TEST(result.status == 1);
    BOOST_TEST(tree.folder().read(file) == text);
    return result.err;
  };
  std::string chapter = woven_chapter;
  chapter.replace(chapter.find("2.\n```"), 2, "3.");
  BOOST_TEST(message_after_change("docs/1_small.md", chapter) ==
             "docs/1_small.md:30: differs from what is woven now\n"
             "  file:    computed    3.\n"
             "  woven:   computed    2.\n" +
                 way_out);
  BOOST_TEST(message_after_change("docs/figures/1_map.svg", "<svg/>\n") ==
             "docs/figures/1_map.svg:1: differs from what is woven now\n"
             "  file:  <svg/>\n"
             "  woven: <svg></svg>\n" +
                 way_out);
  BOOST_TEST(message_after_change("docs/1_small.md", woven_chapter + "more\n") ==
             "docs/1_small.md:40: differs from what is woven now\n"
             "  file:  more\n"
             "  woven: (ends)\n" +
                 way_out);
}

BOOST_AUTO_TEST_CASE(a_missing_chapter_and_a_figure_that_nobody_draws_are_named) {
  const Tree tree;
  tree.weave();
  std::filesystem::remove(tree.folder().path() + "/docs/1_small.md");
  tree.folder().write("docs/figures/1_old.svg", "");
  tree.folder().write("docs/0_old.md", "");
  const Run result = tree.weave("--check");
  BOOST_TEST(result.status == 1);
  BOOST_TEST(result.err ==
             "docs/1_small.md: is missing\n"
             "docs/0_old.md: nothing weaves it: delete it\n"
             "docs/figures/1_old.svg: nothing weaves it: delete it\n"
             "Where all other tests pass and the change is wanted: 'meson compile -C build docs' "
             "weaves it in.\n");
}

BOOST_AUTO_TEST_CASE(a_wrong_call_prints_the_usage) {
  for (const std::string arguments : {"", "one", "--check one", "one two three"}) {
    const Run result = run(shell_word(from_meson("WEAVE")) + " " + arguments);
    BOOST_TEST(result.status == 2);
    BOOST_TEST(result.err.starts_with("usage: weave [--check] ROOT RUNS\n"));
  }
}

BOOST_AUTO_TEST_CASE(a_run_that_stopped_early_is_refused) {
  check_refusal(Tree("1_small.txt", "@end\n", ""),
                "1_small.txt: the run stopped before its end: mend the walkthrough first");
}

BOOST_AUTO_TEST_CASE(a_run_with_a_wrong_value_is_refused) {
  check_refusal(
      Tree("1_small.txt", "All 0 comparisons with documented values agree.",
           "1 of 4 comparisons with documented values differ.\n  two: computed 3., documented 2."),
      "1_small.txt: a computed value is wrong, or a documented one: mend that first\n"
      "1 of 4 comparisons with documented values differ.\n  two: computed 3., documented 2.\n");
}

BOOST_AUTO_TEST_CASE(a_missing_run_is_refused) {
  const Tree tree;
  std::filesystem::remove(tree.folder().path() + "/1_small.txt");
  check_refusal(tree, "1_small.txt: cannot be read: is it there?");
}

BOOST_AUTO_TEST_CASE(a_show_that_printed_nothing_is_refused) {
  check_refusal(
      Tree("1_small.txt", "@show 13", "@show 12"),
      walkthrough_file + ":13: this statement printed nothing: is the run older than it?");
  check_refusal(Tree("1_small.txt", "@title 4", "@title 6"),
                walkthrough_file + ":4: this statement printed nothing: is the run older than it?");
}

BOOST_AUTO_TEST_CASE(something_printed_where_no_statement_stands_is_refused) {
  check_refusal(
      Tree("1_small.txt", "@figure", "@show 99\n@figure"),
      walkthrough_file + ":99: the run printed here, but the chapter does not reach here");
}

BOOST_AUTO_TEST_CASE(two_figures_of_one_name_are_refused) {
  check_refusal(Tree("1_small.txt", "@end", "@figure 15 map Again\n<svg/>\n@end"),
                walkthrough_file + ":15: two figures are named map");
}

BOOST_AUTO_TEST_CASE(a_comment_that_ends_in_a_backslash_is_refused) {
  check_refusal("More prose.", "More prose. \\", ":16: a comment must not end in a backslash");
}

BOOST_AUTO_TEST_CASE(a_comment_without_its_blank_is_refused) {
  check_refusal("// More", "//More", ":16: a comment must start with '// '");
}

BOOST_AUTO_TEST_CASE(a_comment_inside_of_a_loop_is_refused) {
  check_refusal("\n  page.show(\"two\"", "    // In here.\n  page.show(\"two\"",
                ":12: a comment inside of a loop would cut it in two: move it");
}

BOOST_AUTO_TEST_CASE(code_in_another_column_is_refused) {
  check_refusal("\n  page.show(\"two\"", "#ifdef x\n  page.show(\"two\"",
                ":12: the chapter's code must be indented by two blanks");
}

BOOST_AUTO_TEST_CASE(an_unknown_directive_is_refused) {
  check_refusal("@code twice src/small.cpp", "@figure x",
                ":9: '@figure x' is not understood: '@code NAME FILE' is");
  check_refusal("src/small.cpp", "", ":9: '@code twice ' is not understood: '@code NAME FILE' is");
  check_refusal("src/small.cpp", "src/small.cpp x",
                ":9: '@code twice src/small.cpp x' is not understood: '@code NAME FILE' is");
}

BOOST_AUTO_TEST_CASE(a_function_that_is_not_defined_is_refused) {
  for (const std::string name : {"four_times", "declared", "x", "twic", "Pai", "wice"}) {
    check_refusal("@code twice", "@code " + name,
                  ":9: @code " + name + ": no definition starts in column 0");
  }
}

BOOST_AUTO_TEST_CASE(a_function_that_is_defined_twice_is_refused) {
  check_refusal(Tree("src/small.cpp", "thrice", "twice"),
                walkthrough_file + ":9: @code twice: defined twice");
}

BOOST_AUTO_TEST_CASE(a_function_without_an_end_is_refused) {
  check_refusal(
      Tree("src/small.cpp",
           "}\n\nfloat thrice(float x) { return 3 * x; }\n\nOther::Other(int its_first)\n    : "
           "first(its_first) {\n}\n",
           ""),
      walkthrough_file + ":9: @code twice: no } in column 0 ends it");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_is_refused) {
  check_refusal("src/small.cpp", "src/other.cpp",
                ":9: @code twice: src/other.cpp: cannot be read: is it there?");
}

BOOST_AUTO_TEST_CASE(a_literal_that_is_not_closed_is_refused) {
  const std::string message =
      ":4: a heading takes two string literals, its title and its first paragraph";
  check_refusal("lead.\");", "lead.);", message);
  check_refusal("lead.\");", "lead.\\\");", message);
}

BOOST_AUTO_TEST_CASE(an_unknown_escape_in_a_heading_is_refused) {
  check_refusal("1 Small", "1\\nSmall", ":4: a heading knows the escapes \\\" and \\\\ alone");
}

BOOST_AUTO_TEST_CASE(an_empty_chapter_is_refused) {
  const Tree tree;
  tree.folder().write(walkthrough_file, "void walkthrough::chapter(Page& page) {\n}\n");
  tree.folder().write("1_small.txt", "@end\n\nAll 0\n");
  check_refusal(tree, walkthrough_file + ": the chapter is empty");
}

BOOST_AUTO_TEST_CASE(line_ends_of_windows_are_refused) {
  check_refusal(Tree(walkthrough_file, "More prose.", "More prose.\r"),
                walkthrough_file + ": has the line ends of Windows: turn them into '\\n'");
}

BOOST_AUTO_TEST_CASE(other_files_beside_the_walkthroughs_are_no_chapters) {
  const Tree tree;
  tree.folder().write("walkthrough/1_small.cpp.orig", "");
  tree.folder().write("walkthrough/2_folder/file", "");
  tree.folder().write("walkthrough/page/page.cpp", "");
  BOOST_TEST(tree.weave().status == 0);
}

BOOST_AUTO_TEST_CASE(a_mark_that_is_not_understood_is_refused) {
  check_refusal(Tree("1_small.txt", "@show 13", "@shout 13"),
                "1_small.txt: '@shout 13' is not understood");
  check_refusal(Tree("1_small.txt", "@show 13", "@show here"),
                "1_small.txt: '@show here' is not understood");
  check_refusal(Tree("1_small.txt", "@figure 15 map A caption", "@figure 15 map"),
                "1_small.txt: '@figure 15 map' is not understood");
}

BOOST_AUTO_TEST_CASE(printed_text_that_would_break_the_page_is_refused) {
  check_refusal(Tree("1_small.txt", "two [scalar]", "```"), "1_small.txt: '```' cannot be woven");
  check_refusal(Tree("1_small.txt", "@title", "stray\n@title"),
                "1_small.txt: 'stray' cannot be woven");
}

BOOST_AUTO_TEST_CASE(a_line_that_markdown_would_take_for_a_list_is_refused) {
  const std::string message =
      ":17: Markdown would start a list here: leave a line empty, or break the line elsewhere";
  check_refusal("More prose.", "The width is\n  // 1. More prose.", message);
  check_refusal("More prose.", "The width is 3\n  // - 2.", message);
  const std::string list =
      "1. A list\n  // of two\n  // 1. items.\n  //\n  // - And\n  // - another.";
  BOOST_TEST(Tree(walkthrough_file, "More prose.", list).weave().status == 0);
}

BOOST_AUTO_TEST_CASE(a_formula_becomes_a_block_of_its_own) {
  const Tree tree(walkthrough_file, "  // More prose.", "  // $$a =\n  // b$$\n  //\n  // $$c$$");
  BOOST_TEST(tree.weave().status == 0);
  BOOST_TEST(tree.folder()
                 .read("docs/1_small.md")
                 .find("\n\n```math\na =\nb\n```\n\n```math\nc\n```\n\n---\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_formula_that_is_not_closed_is_refused) {
  check_refusal("More prose.", "$$a = b", ":16: a formula is not closed: end it with $$");
  check_refusal("More prose.", "The $a", ":16: a formula in a line must end in that line, with $");
}

BOOST_AUTO_TEST_CASE(a_formula_that_github_would_break_is_refused) {
  for (const std::string formula : {"$\\mathrm{x}_i$", "$(A B)_i$"}) {
    check_refusal("More prose.", formula,
                  ":16: GitHub would break '}_' and ')_' in a line: use $$ on a line of its own");
  }
  BOOST_TEST(Tree(walkthrough_file, "More prose.", "$x_i$ and }_").weave().status == 0);
}

BOOST_AUTO_TEST_CASE(a_heading_that_is_not_two_literals_is_refused) {
  const std::string message =
      ":4: a heading takes two string literals, its title and its first paragraph";
  check_refusal("\"1 Small\"", "name", message);
  check_refusal("\"1 Small\", ", "", message);
  check_refusal("\"1 Small\"", "\"1\", \"Small\"", message);
}

BOOST_AUTO_TEST_CASE(a_statement_without_an_end_is_refused) {
  check_refusal("\"A caption\");", "\"A caption\")", ":14: no line from here on ends in ';'");
}

BOOST_AUTO_TEST_CASE(a_file_without_a_chapter_is_refused) {
  check_refusal("void walkthrough", "int walkthrough",
                ": has no line 'void walkthrough::chapter(Page& page) {'");
}

BOOST_AUTO_TEST_CASE(code_after_the_chapter_is_refused) {
  check_refusal("More prose.\n}\n", "More prose.\n}\nint x;\n",
                ":18: the chapter must end the file, with '}'");
}

BOOST_AUTO_TEST_CASE(a_link_out_of_the_tree_is_refused) {
  for (const std::string link : {"/etc", "../..", "http://localhost", "mailto:me"}) {
    check_refusal(Tree(walkthrough_file, "../README.md", link),
                  "docs/1_small.md:9: links to '" + link + "', which is neither here nor https://");
  }
}

BOOST_AUTO_TEST_CASE(a_link_in_code_is_none) {
  BOOST_TEST(Tree(walkthrough_file, "More prose.", "`a[0](1)`").weave().status == 0);
}

BOOST_AUTO_TEST_CASE(a_block_of_code_that_is_not_closed_is_refused) {
  check_refusal(Tree(walkthrough_file, "More prose.", "```"),
                "docs/1_small.md:39: a ``` is not closed");
}

BOOST_AUTO_TEST_CASE(a_link_to_nowhere_is_refused) {
  check_refusal(Tree(walkthrough_file, "../README.md", "../READ.md"),
                "docs/1_small.md:9: links to '../READ.md', which is neither here nor https://");
}

BOOST_AUTO_TEST_CASE(a_part_of_the_readme_that_cannot_be_woven_is_refused) {
  check_refusal(Tree("README.md", "weave 1_small", "weave 2_small"),
                "README.md:3: there is no chapter '2_small'");
  check_refusal(Tree("README.md", "two", "three"), "README.md:3: 1_small does not print 'three'");
  check_refusal(Tree("README.md", "two -->", "two three -->"),
                "README.md:3: '<!-- weave CHAPTER NAME -->' is understood, this is not");
  check_refusal(Tree("README.md", "<!-- /weave -->\n", ""),
                "README.md:3: no '<!-- /weave -->' closes this");
  check_refusal(Tree("README.md", "Before\n", "<!-- /weave -->\n"),
                "README.md:2: '<!-- /weave -->' closes nothing");
  check_refusal(Tree("README.md", "old", "<!-- weave 1_small two -->"),
                "README.md:4: the part of line 3 is still open");
  check_refusal(Tree("1_small.txt", "@figure", "@show 13\n\ntwo [scalar]\n@figure"),
                "README.md:3: 1_small prints 'two' more than once");
}
