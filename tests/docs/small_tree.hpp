#pragma once

#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>

#include "check.hpp"
#include "run.hpp"

inline const std::string walkthrough_file = "walkthrough/1_small.cpp";

// The line numbers that the run names are those of the walkthrough below.
inline const std::map<std::string, std::string> small_tree{
    {walkthrough_file, R"(#include <longhand/small.hpp>

void walkthrough::chapter(Page& page) {
  page.title("1 Small", "A \"short\" "
                        "lead.");

  // **Prose** with a [link](../README.md).
  //
  // @code twice src/small.cpp
  //
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
    {"docs/glossary.md",
     "# Glossary\n\n| [prose](1_small.md) | Text. | $p$ | `two` | a number |\n"},
    {"README.md",
     "[Small](docs/1_small.md)\nBefore\n<!-- weave 1_small two -->\nold\n<!-- /weave -->\nAfter\n"},
    {"1_small.txt", R"(@title 4

1 Small
=======
A "short" lead.
@show 13

two [scalar]
  computed    2.
@figure 15 map A caption
<svg></svg>
@end

All 0 comparisons with documented values agree.
)"}};

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

// Nothing is written, and the message says this and nothing else.
inline void check_refusal(const Tree& tree, const std::string& message) {
  const Run result = tree.weave();
  BOOST_TEST(result.status == 2);
  BOOST_TEST(result.err == "weave: " + message + "\n");
  BOOST_TEST(!std::filesystem::exists(tree.folder().path() + "/docs/1_small.md"));
}

inline void check_refusal(const std::string& old_text, const std::string& new_text,
                          const std::string& message) {
  check_refusal(Tree(walkthrough_file, old_text, new_text), walkthrough_file + message);
}
