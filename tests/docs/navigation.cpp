// Chapters lead to each other and to their code, and both indexes lead to every chapter.

#include "small_tree.hpp"

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The small tree with a second and a third chapter, for which there is no code beside them.
class Book : public Tree {
 public:
  Book() {
    for (const std::string stem : {"2_middle", "3_end"}) {
      const std::string chapter = "void walkthrough::chapter(Page& page) {\n  page.title(\"" +
                                  stem +
                                  "\", \"Lead.\");\n  // ## Part\n  //\n  // [part](#part)\n}\n";
      folder().write("walkthrough/" + stem + ".cpp", chapter);
      folder().write(stem + ".txt", "@title 2\n@end\n\nAll 0\n");
    }
    link_from("README.md", "docs/");
    link_from("docs/README.md", "");
  }

 private:
  void link_from(const std::string& index, const std::string& folder_of_chapters) {
    folder().write(index, small_tree.at(index) + "[b](" + folder_of_chapters +
                              "2_middle.md), [c](" + folder_of_chapters + "3_end.md#part)\n");
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(each_chapter_leads_to_the_one_before_and_the_one_after) {
  const Book book;
  const Run result = book.weave();
  BOOST_REQUIRE_MESSAGE(result.status == 0, result.err);
  const std::string first = book.folder().read("docs/1_small.md");
  BOOST_TEST(contains(first, "\n\nnext: [2_middle](2_middle.md) | [where to start]"));
  BOOST_TEST(
      first.ends_with("\n\n---\n\nnext: [2_middle](2_middle.md) | [where to start](README.md)\n"));
  BOOST_TEST(
      book.folder().read("docs/2_middle.md") ==
      "# 2_middle\n\nLead.\n\n"
      "previous: [1 Small](1_small.md) | next: [3_end](3_end.md) | "
      "[where to start](README.md) | [glossary](glossary.md) | "
      "[interface](interface.md#2_middle)\n\n"
      "*Woven from the [walkthrough](../walkthrough/2_middle.cpp) and what it prints: change "
      "it there.*\n\n"
      "## Part\n\n[part](#part)\n\n---\n\n"
      "previous: [1 Small](1_small.md) | next: [3_end](3_end.md) | "
      "[where to start](README.md)\n");
  BOOST_TEST(
      book.folder()
          .read("docs/3_end.md")
          .ends_with(
              "\n\n---\n\nprevious: [2_middle](2_middle.md) | [where to start](README.md)\n"));
}

// The small tree has no test; here it gets one.
BOOST_AUTO_TEST_CASE(a_chapter_leads_to_the_code_of_its_stem_as_far_as_there_is_any) {
  const Tree tree;
  tree.folder().write("tests/library/small.cpp", "");
  tree.weave();
  BOOST_TEST(contains(tree.folder().read("docs/1_small.md"),
                      "change it there. Beside it: [header](../include/longhand/small.hpp), "
                      "[source](../src/small.cpp), [test](../tests/library/small.cpp).*\n"));
}

BOOST_AUTO_TEST_CASE(an_index_that_leaves_out_a_chapter_is_refused) {
  for (const std::string index : {"README.md", "docs/README.md"}) {
    const std::string folder = index == "README.md" ? "docs/" : "";
    check_refusal(Tree(index, "](" + folder + "1_small.md)", "](" + folder + "glossary.md)"),
                  index + ": has no link to 1_small.md: say what the chapter is for");
  }
}

BOOST_AUTO_TEST_CASE(a_missing_page_is_refused) {
  for (const std::string page : {"docs/README.md", "docs/glossary.md"}) {
    const Tree tree;
    std::filesystem::remove(tree.folder().path() + "/" + page);
    check_refusal(tree, page + ": cannot be read: is it there?");
  }
}

BOOST_AUTO_TEST_CASE(a_link_to_a_section_that_does_not_exist_is_refused) {
  check_refusal(
      Tree("docs/README.md", "1_small.md", "1_small.md#step-2"),
      "docs/README.md:3: links to '1_small.md#step-2', but no heading there has that name");
  check_refusal(Tree(walkthrough_file, "../README.md", "#nowhere"),
                "docs/1_small.md:9: links to '#nowhere', but no heading there has that name");
}

BOOST_AUTO_TEST_CASE(what_looks_like_a_heading_in_a_block_of_code_is_none) {
  const Tree tree;
  tree.folder().write("docs/README.md", "[Small](1_small.md)\n```sh\n# note\n```\n[note](#note)\n");
  check_refusal(tree, "docs/README.md:5: links to '#note', but no heading there has that name");
}

// As GitHub does it: lower case, blanks and hyphens become hyphens, other marks go.
BOOST_AUTO_TEST_CASE(a_heading_is_linked_by_its_words) {
  const Tree tree(walkthrough_file, "More prose.", "## Step 2: d_k and-\"so\" on");
  tree.folder().write("docs/README.md", "[Small](1_small.md#step-2-d_k-and-so-on)\n");
  const Run result = tree.weave();
  BOOST_TEST(result.status == 0, result.err);
}
