// The weaver is run on a small tree, whole and then broken in the ways that it must refuse.

#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>

#include "check.hpp"
#include "run.hpp"

namespace {

const std::string walkthrough_file = "walkthrough/1_small.cpp";

// The line numbers that the run names are those of the walkthrough below.
const std::map<std::string, std::string> small_tree{
    {walkthrough_file, R"(#include <longhand/small.hpp>

void walkthrough::chapter_1(Page& page) {
  page.title("1 Small", "A \"short\" "
                        "lead.");

  page.say("A sentence that the terminal prints, too.");
  // Prose with a [link](../README.md).
  //
  // @code twice src/small.cpp
  const float two = twice(1);

  page.show("two", {}, two);
  page.heat_map("map", {"a", "b"}, two,
                "A caption");
  // More prose.
}
)"},
    {"src/small.cpp", R"(namespace {

struct Pair {
  int first;
};

}

// 2 x = x + x
float twice(float x) {
  return x + x;
}

float thrice(float x) { return 3 * x; }

Other::Other(int its_first)
    : first(its_first) {
}

float declared(float x);
)"},
    {"include/longhand/small.hpp", "// Twice a number. Rounds never.\nfloat twice(float x);\n"},
    {"docs/README.md", "# Where to start\n\n[Small](1_small.md)\n"},
    {"docs/glossary.md", "# Glossary\n"},
    {"docs/interface.md", "[small](../include/longhand/small.hpp)\n"},
    {"README.md", "[Small](docs/1_small.md)\n"},
    {"1_small.txt", R"(@prose 4
# 1 Small

A "short" lead.
@prose 7
A sentence that the terminal prints, too.
@show 13

two [scalar]
  computed    2.
@figure 15 map A caption
<svg></svg>
@end

All 0 comparisons with documented values agree.
)"},
    {"attention.html", "<!doctype html>\n"}};

const std::string woven_chapter = R"(# 1 Small

A "short" lead.

[README](../README.md) | [where to start](README.md) | [glossary](glossary.md) | [interface](interface.md)

*Woven from the [walkthrough](../walkthrough/1_small.cpp) and what it prints: change it there.*

A sentence that the terminal prints, too.
Prose with a [link](../README.md).

[`src/small.cpp`](../src/small.cpp#L10):

```cpp
// 2 x = x + x
float twice(float x) {
  return x + x;
}
```

```cpp
const float two = twice(1);
```

```text
two [scalar]
  computed    2.
```

![A caption](figures/1_map.svg)

More prose.

---

[README](../README.md)
)";

// The small tree in a folder, with a place in one of its files replaced.
class Tree {
 public:
  Tree() {
    for (const auto& [file, text] : small_tree) folder_.write(file, text);
    std::filesystem::create_directories(folder_.path() + "/docs/figures");
  }
  Tree(const std::string& file, const std::string& old_text, const std::string& new_text) : Tree() {
    std::string text = small_tree.at(file);
    const std::size_t at = text.find(old_text);
    if (at == std::string::npos) throw std::runtime_error(file + " has no " + old_text);
    folder_.write(file, text.replace(at, old_text.size(), new_text));
  }

  const Folder& folder() const { return folder_; }
  Run weave(const std::string& options = "") const {
    return run(shell_word(from_meson("WEAVE")) + " " + options + " " + shell_word(folder_.path()) +
               " " + shell_word(folder_.path()));
  }

 private:
  Folder folder_;
};

// One change of the small tree, and what the weaver says of it.
struct Refusal {
  std::string file, old_text, new_text, message;
};

void check_refusals(const std::vector<Refusal>& refusals) {
  for (const Refusal& refusal : refusals) {
    const Tree tree(refusal.file, refusal.old_text, refusal.new_text);
    const Run result = tree.weave();
    BOOST_TEST(result.status == 2);
    BOOST_TEST(result.err == "weave: " + refusal.message + "\n");
    BOOST_TEST(!std::filesystem::exists(tree.folder().path() + "/docs/1_small.md"));
  }
}

// Weaves the small tree with one change of its walkthrough, and finds this in the chapter.
void check_woven(const std::string& old_text, const std::string& new_text,
                 const std::string& part) {
  const Tree tree(walkthrough_file, old_text, new_text);
  BOOST_TEST(tree.weave().status == 0);
  const std::string chapter = tree.folder().read("docs/1_small.md");
  BOOST_TEST(chapter.find(part) != std::string::npos, chapter);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_walkthrough_and_its_run_become_a_chapter_with_figures) {
  const Tree tree;
  const Run result = tree.weave();
  BOOST_TEST(result.status == 0, result.err);
  BOOST_TEST(tree.folder().read("docs/1_small.md") == woven_chapter);
  BOOST_TEST(tree.folder().read("docs/figures/1_map.svg") == "<svg></svg>\n");
  BOOST_TEST(tree.folder().read("docs/attention.html") == "<!doctype html>\n");
  BOOST_TEST(tree.weave().out == "");  // nothing is left to change
}

BOOST_AUTO_TEST_CASE(what_prints_is_hidden_and_what_it_prints_stands_below_the_lines_before) {
  check_woven(R"(
  page.show("two", {}, two);
  page.heat_map("map", {"a", "b"}, two,
                "A caption");
)",
              R"(  for (;;) {
    page.show("two (", {}, two);
  }
  page.heat_map("map", {"a", "b"}, two, "A caption");
  page.label("a", {"b"});
  more();
)",
              R"(
```cpp
const float two = twice(1);
for (;;) {
}
```

```text
two [scalar]
  computed    2.
```

![A caption](figures/1_map.svg)

```cpp
more();
```

More prose.
)");
}

BOOST_AUTO_TEST_CASE(chapters_lead_to_each_other) {
  const Tree tree;
  tree.folder().write(
      "walkthrough/2_end.cpp",
      "void walkthrough::chapter_2(Page& page) {\n  page.title(\"2 End\", \"Lead.\");\n}\n");
  tree.folder().write("2_end.txt", "@prose 2\n# 2 End\n\nLead.\n@end\n\nAll 0\n");
  BOOST_TEST(tree.weave().status == 0);
  BOOST_TEST(tree.folder()
                 .read("docs/1_small.md")
                 .ends_with("\n---\n\nnext: [2 End](2_end.md) | [README](../README.md)\n"));
  BOOST_TEST(tree.folder()
                 .read("docs/2_end.md")
                 .ends_with("\n---\n\nprevious: [1 Small](1_small.md) | "
                            "[README](../README.md)\n"));
}

BOOST_AUTO_TEST_CASE(a_definition_of_one_line_a_constructor_and_a_struct_can_be_pulled_in) {
  check_woven("@code twice", "@code thrice",
              "```cpp\nfloat thrice(float x) { return 3 * x; }\n```\n");
  check_woven("@code twice", "@code Other::Other",
              "```cpp\nOther::Other(int its_first)\n    : first(its_first) {\n}\n```\n");
  check_woven("@code twice", "@code Pair", "```cpp\nstruct Pair {\n  int first;\n};\n```\n");
}

BOOST_AUTO_TEST_CASE(a_formula_becomes_a_block_of_its_own) {
  check_woven("  // More prose.", "  // $$a =\n  // b$$\n  //\n  // $$c$$",
              "\n\n```math\na =\nb\n```\n\n```math\nc\n```\n\n---\n");
}

BOOST_AUTO_TEST_CASE(committed_files_that_differ_are_named_with_the_line_and_the_way_out) {
  const Tree tree;
  tree.weave();
  std::string chapter = woven_chapter;
  tree.folder().write("docs/1_small.md", chapter.replace(chapter.find("2.\n```"), 2, "3."));
  std::filesystem::remove(tree.folder().path() + "/docs/figures/1_map.svg");
  tree.folder().write("docs/0_old.md", "");
  const Run result = tree.weave("--check");
  BOOST_TEST(result.status == 1);
  BOOST_TEST(result.err ==
             "docs/1_small.md:27: differs from what is woven now\n"
             "  file:    computed    3.\n"
             "  woven:   computed    2.\n"
             "docs/figures/1_map.svg: is missing\n"
             "docs/0_old.md: nothing weaves it: delete it\n"
             "Where all other tests pass and the change is right: 'meson compile -C build docs' "
             "weaves it in.\n");
  BOOST_TEST(tree.folder().read("docs/1_small.md") == chapter);
}

BOOST_AUTO_TEST_CASE(a_run_that_stopped_or_differs_or_is_older_is_refused) {
  check_refusals(
      {{"1_small.txt", "@end\n", "",
        "1_small.txt: the run stopped before its end: mend the walkthrough first"},
       {"1_small.txt", "All 0 comparisons with documented values agree.",
        "1 of 4 comparisons with documented values differ.\n  two: computed 3., documented 2.",
        "1_small.txt: a computed value is wrong, or a documented one: mend that first\n"
        "1 of 4 comparisons with documented values differ.\n  two: computed 3., documented 2.\n"},
       {"1_small.txt", "@show 13", "@show 12",
        walkthrough_file + ":13: this statement printed nothing: is the run older than it?"},
       {"1_small.txt", "@figure", "@show 99\n@figure",
        walkthrough_file + ":99: the run printed here, but the chapter does not reach here"}});
}

BOOST_AUTO_TEST_CASE(what_is_not_understood_in_a_walkthrough_is_refused) {
  const auto says = [](const std::string& old_text, const std::string& new_text,
                       const std::string& message) {
    return Refusal{walkthrough_file, old_text, new_text, walkthrough_file + message};
  };
  check_refusals(
      {says("// More", "//More", ":16: a comment must start with '// '"),
       says("\n  page.show(\"two\"", "    // In here.\n  page.show(\"two\"",
            ":12: a comment inside of a loop would cut it in two: move it"),
       says("src/small.cpp", "", ":10: '@code twice ' is not understood: '@code NAME FILE' is"),
       says("@code twice", "@code twic", ":10: @code twic: no definition starts in column 0"),
       says("src/small.cpp", "src/other.cpp",
            ":10: @code twice: src/other.cpp: cannot be read: is it there?"),
       {"src/small.cpp", "thrice", "twice", walkthrough_file + ":10: @code twice: defined twice"},
       says("More prose.", "$$a = b", ":16: a formula is not closed: end it with $$"),
       says("More prose.", "`b` $a", ":16: a formula in a line must end in that line, with $"),
       says("More prose.", "The score ($a$)",
            ":16: GitHub would not see this formula: leave a blank before its $"),
       {"docs/glossary.md", "Glossary", "Glossary ($a$)",
        "docs/glossary.md:1: GitHub would not see this formula: leave a blank before its $"},
       says("More prose.", "$(A B)_i$",
            ":16: GitHub would break '}_' and ')_' in a line: use $$ on a line of its own"),
       says("\"A caption\");", "\"A caption\")", ":14: no ';' ends this statement"),
       says("void walkthrough", "int walkthrough",
            ": has no line 'void walkthrough::chapter_1(Page& page) {'"),
       says("More prose.\n}\n", "More prose.\n}\nint x;\n",
            ":18: the chapter must end the file, with '}'")});
}

// Headings are linked as GitHub does it: in lower case, with hyphens for blanks.
BOOST_AUTO_TEST_CASE(a_link_to_nowhere_and_a_header_without_a_line_in_the_interface_are_refused) {
  const std::string nowhere = "', which is neither here nor https://";
  const std::string no_heading = "', but no heading there has that name";
  check_refusals(
      {{walkthrough_file, "../README.md", "../READ.md",
        "docs/1_small.md:10: links to '../READ.md" + nowhere},
       {walkthrough_file, "../README.md", "../..", "docs/1_small.md:10: links to '../.." + nowhere},
       {walkthrough_file, "../README.md", "#two",
        "docs/1_small.md:10: links to '#two" + no_heading},
       {"docs/README.md", "1_small.md", "1_small.md#step-2",
        "docs/README.md:3: links to '1_small.md#step-2" + no_heading},
       {"docs/interface.md", "small.hpp", "",
        "docs/interface.md: has no line for small.hpp: say what it is for"}});
  const Tree tree(walkthrough_file, "More prose.", "## Step 2: d_k and-\"so\" on\n  // `a[0](1)`");
  tree.folder().write("docs/README.md", "[Small](1_small.md#step-2-d_k-and-so-on)\n");
  const Run result = tree.weave();
  BOOST_TEST(result.status == 0, result.err);
}
