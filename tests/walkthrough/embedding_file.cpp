#include "embedding_file.hpp"

#include <cmath>

#include "check.hpp"
#include "run.hpp"

using longhand::Matrix;
using walkthrough::parse_embedding;

namespace {

using Labels = std::vector<std::string>;

Matrix numbers_of(const std::string& text) { return parse_embedding(text).inputs; }

Labels labels_of(const std::string& text) { return parse_embedding(text).labels; }

// "2:5: the reason", or nothing if the text is accepted.
std::string refusal_of(const std::string& text) {
  try {
    parse_embedding(text);
    return "";
  } catch (const walkthrough::EmbeddingError& error) {
    return std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_line_is_a_label_if_wanted_and_numbers_with_blanks_or_commas) {
  for (const std::string text :
       {"a 1 2 3", "a,1,2,3", "  a\t1  2\t\t3  ", "a , 1 ,2, 3", "a 1,2,3"}) {
    BOOST_TEST((numbers_of(text) == Matrix{{1, 2, 3}}), text);
    BOOST_TEST((labels_of(text) == Labels{"a"}), text);
  }
  BOOST_TEST((numbers_of("1 2 3\n4 5 6") == Matrix{{1, 2, 3}, {4, 5, 6}}));
  BOOST_TEST(labels_of("1 2 3\n4 5 6").empty());
}

// The mark of some editors, the line ends of Windows, and a last line that does not end.
BOOST_AUTO_TEST_CASE(empty_lines_comments_and_line_ends_count_for_nothing) {
  const std::string text = "\xEF\xBB\xBF# \"anything\"\r\n\n  \t\na 1 2 # more\r\n\t# more\nb 3 4";
  BOOST_TEST((numbers_of(text) == Matrix{{1, 2}, {3, 4}}));
  BOOST_TEST((labels_of(text) == Labels{"a", "b"}));
}

BOOST_AUTO_TEST_CASE(a_label_may_be_any_word_and_in_quotes_any_text) {
  for (const std::string word : {"don't", "it\"s", "-", "C#", "e5", "infinite", "旅程"}) {
    BOOST_TEST((labels_of(word + " 1") == Labels{word}), word);
  }
  BOOST_TEST((labels_of("\"7\" 1\n\"New York\" 2\n\"a,b\",3\n\"#\" 4\n\"say \"\"hi\"\"\" 5") ==
              Labels{"7", "New York", "a,b", "#", "say \"hi\""}));
}

// Each is rounded once: a double in between would be rounded to the middle of two floats, and to 1.
BOOST_AUTO_TEST_CASE(numbers_are_decimal_and_rounded_once) {
  BOOST_TEST((numbers_of("1 +1 -1 .5 5. 0005 1e2 1E+2 1e-2 -1e-400") ==
              Matrix{{1, 1, -1, 0.5, 5, 5, 100, 100, 0.01F, 0}}));
  BOOST_TEST(numbers_of("1.00000005960464477539062501")(0, 0) == std::nextafter(1.0F, 2.0F));
}

BOOST_AUTO_TEST_CASE(what_is_no_finite_decimal_number_is_refused) {
  for (const std::string word :
       {"x", "0x1p3", "1.2.3", "1e", "1f", "-inf", "--1", ".", "1;2", "−1"}) {
    BOOST_TEST(refusal_of("1 " + word) ==
               "1:3: '" + word + "' is not a number: numbers look like -0.5 or 1e-3");
  }
  BOOST_TEST(refusal_of("a 3.4028236e38") ==
             "1:3: '3.4028236e38' is beyond the largest float, 3.4e38");
  BOOST_TEST(refusal_of("旅程 1 x").starts_with("1:6: 'x'"));  // columns count characters
}

// Guessing wrong would take a label for a number, or a misspelt number for a label.
BOOST_AUTO_TEST_CASE(a_label_that_begins_like_a_number_or_holds_blanks_needs_quotes) {
  BOOST_TEST(refusal_of("2nd 1") == "1:1: '2nd' is not a number: as a label, it needs quotes");
  BOOST_TEST(refusal_of("New York 1") ==
             "1:5: 'York' is not a number: a label of several words needs quotes");
  BOOST_TEST(refusal_of("\"cat 1 2") == "1:1: the quote is not closed");
  BOOST_TEST(refusal_of("\"a\"b 1") == "1:4: a blank or a comma must follow the closing quote");
  BOOST_TEST(refusal_of("\"\" 1") == "1:1: the label is empty");
  BOOST_TEST(refusal_of(std::string(39, 'w') + " 1") ==
             "1:1: the label takes 39 columns: at most 38 fit on the page");
}

BOOST_AUTO_TEST_CASE(all_tokens_have_a_label_or_none_and_the_same_number_of_numbers) {
  BOOST_TEST(refusal_of("# the tokens\ncat 1 2\n\n7 1 2\n")
                 .starts_with("4:1: there is no label, but line 2 has one"));
  BOOST_TEST(
      refusal_of("1 2\n  cat 1 2\n").starts_with("2:3: there is a label, but line 1 has none"));
  BOOST_TEST(refusal_of("a 1 2\n\nb 3  # one\n").starts_with("3:6: 1 number, but line 1 has 2"));
  BOOST_TEST(refusal_of("a 1 2\nb 3 4 5 6\n").starts_with("2:7: 4 numbers, but line 1 has 2"));
  BOOST_TEST(refusal_of("cat") == "1:4: there is no number after the label");
  BOOST_TEST(refusal_of("\n#none\n").starts_with("3:1: there is no token"));
}

// "0,43 0,15" would be four numbers.
BOOST_AUTO_TEST_CASE(a_comma_stands_between_two_numbers) {
  BOOST_TEST(refusal_of("0,43 0,15").starts_with("1:6: blanks and commas are mixed"));
  BOOST_TEST(refusal_of(",1") == "1:1: a label or a number is missing before the comma");
  BOOST_TEST(refusal_of("a 1, ,2") == "1:6: a number is missing after the comma");
}

// They would move what stands beside them on a terminal, or end an SVG.
BOOST_AUTO_TEST_CASE(characters_that_cannot_be_shown_are_refused_even_in_comments) {
  BOOST_TEST(refusal_of("1 # \033[31m") ==
             "1:5: the character U+001B cannot be shown: take it out");
  BOOST_TEST(refusal_of("łódź\u202E 1") ==
             "1:5: the character U+202E cannot be shown: take it out");
  BOOST_TEST(refusal_of("a 1\ncaf\xE9 1") ==
             "2:4: the byte 0xE9 is not UTF-8: save the file in this encoding");
}

BOOST_AUTO_TEST_CASE(an_embedding_beyond_what_can_be_read_is_refused) {
  std::string text = "a";
  for (std::size_t i = 0; i < walkthrough::most_numbers; ++i) text += " 1";
  BOOST_TEST(refusal_of(text) == "");
  BOOST_TEST(refusal_of(text + " 1").starts_with("1:1: there are more than 100000 numbers"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_named) {
  const Folder folder;
  const std::string file = folder.path() + "/tokens.txt";
  BOOST_CHECK_EXCEPTION(walkthrough::read_embedding(file), std::runtime_error,
                        says(file + ": cannot be read: is it there, and may you read it?"));
  BOOST_CHECK_EXCEPTION(walkthrough::read_embedding(folder.path()), std::runtime_error,
                        says(folder.path() + ": is a folder, but a file is needed"));
}
