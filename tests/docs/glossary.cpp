// The glossary holds each term that is bold in a chapter, once, and leads to that place.

#include "small_tree.hpp"

namespace {

const std::string glossary_file = "docs/glossary.md";
const std::string row = "| [prose](1_small.md) | Text. | $p$ | `two` | a number |\n";
const std::string format =
    ": a row is '| [term](CHAPTER.md#section) | a sentence | symbol | `names` | shape |'";

void check_glossary_refusal(const std::string& rows, const std::string& message) {
  check_refusal(Tree(glossary_file, row, rows), glossary_file + message);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_bold_term_without_a_row_is_refused_with_the_way_out) {
  const std::string message =
      " is bold, and docs/glossary.md has no row for it: add one with the link 1_small.md";
  const std::string way_out = ", or write it without ** if it is no term";
  check_refusal(Tree(walkthrough_file, "More prose.", "A **tile**."),
                "docs/1_small.md:35: 'tile'" + message + way_out);
  check_refusal(Tree(walkthrough_file, "More prose.", "## The part\n  //\n  // **FLOP**"),
                "docs/1_small.md:37: 'flop'" + message + "#the-part" + way_out);
}

BOOST_AUTO_TEST_CASE(a_term_that_is_bold_twice_is_refused) {
  check_refusal(Tree(walkthrough_file, "More prose.", "More **prose**."),
                "docs/1_small.md:35: 'prose' is bold in 1_small.md already: bold is for the place "
                "where a term first appears");
}

BOOST_AUTO_TEST_CASE(a_bold_term_that_does_not_end_in_its_line_is_refused) {
  check_refusal(Tree(walkthrough_file, "More prose.", "More **bold\n  // prose**."),
                "docs/1_small.md:35: a bold term must end in its line, with **");
}

BOOST_AUTO_TEST_CASE(stars_in_code_make_no_term) {
  const Tree tree(walkthrough_file, "More prose.", "The pointer `**p`.");
  BOOST_TEST(tree.weave().status == 0);
}

BOOST_AUTO_TEST_CASE(a_row_whose_term_is_bold_nowhere_is_refused) {
  check_glossary_refusal("| [next](1_small.md) | Text. | | | |\n" + row,
                         ":3: 'next' is bold in no chapter: put ** around it there");
}

BOOST_AUTO_TEST_CASE(a_row_that_leads_elsewhere_is_refused) {
  check_glossary_refusal("| [prose](README.md) | Text. | $p$ | | |\n",
                         ":3: 'prose' is bold in 1_small.md, not in README.md");
}

BOOST_AUTO_TEST_CASE(rows_out_of_order_or_twice_are_refused) {
  check_glossary_refusal(row + row, ":4: 'prose' must stand before 'prose', and once");
  check_glossary_refusal(row + "| [a](1_small.md) | Text. | | | |\n",
                         ":4: 'a' must stand before 'prose', and once");
}

BOOST_AUTO_TEST_CASE(a_name_that_the_chapter_does_not_use_is_refused) {
  for (const std::string name : {"three", "tw", "wo", "wice"}) {
    check_glossary_refusal("| [prose](1_small.md) | Text. | | `two`, `" + name + "` | |\n",
                           ":3: `" + name + "` does not stand in docs/1_small.md");
  }
}

BOOST_AUTO_TEST_CASE(a_row_of_another_form_is_refused) {
  for (const std::string other :
       {"| [prose](1_small.md) | Text. | | |\n", "| [prose](1_small.md) x | Text. | | | |\n",
        "| [prose] | Text. | | | |\n"}) {
    check_glossary_refusal(other, ":3" + format);
  }
}
