#include "embedding_file.hpp"

#include <cmath>
#include <limits>

#include "check.hpp"
#include "run.hpp"

using longhand::Matrix;
using walkthrough::Embedding;
using walkthrough::parse_embedding;

namespace {

Matrix numbers_of(const std::string& text) { return parse_embedding(text).inputs; }

std::vector<std::string> labels_of(const std::string& text) { return parse_embedding(text).labels; }

// "2:5: the reason", or nothing where the text is accepted.
std::string refusal_of(const std::string& text) {
  try {
    parse_embedding(text);
    return "";
  } catch (const walkthrough::EmbeddingError& error) {
    return std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.what();
  }
}

using Labels = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(a_line_is_a_label_and_its_numbers) {
  const Embedding embedding = parse_embedding("the 0.5 -1\ncat 2 3e-1\n");
  BOOST_TEST((embedding.inputs == Matrix{{0.5, -1}, {2, 0.3F}}));
  BOOST_TEST((embedding.labels == Labels{"the", "cat"}));
}

BOOST_AUTO_TEST_CASE(labels_are_optional) {
  BOOST_TEST((numbers_of("1 2 3\n4 5 6") == Matrix{{1, 2, 3}, {4, 5, 6}}));
  BOOST_TEST(labels_of("1 2 3\n4 5 6").empty());
}

BOOST_AUTO_TEST_CASE(blanks_or_commas_stand_between_numbers) {
  for (const std::string text : {"a 1 2 3", "a,1,2,3", "  a\t1  2\t\t3  ", "a , 1 ,2, 3", "a 1,2,3",
                                 "a, 1 2 3", "\ta,1\t,\t2,3"}) {
    BOOST_TEST((numbers_of(text) == Matrix{{1, 2, 3}}), text);
    BOOST_TEST((labels_of(text) == Labels{"a"}), text);
  }
}

BOOST_AUTO_TEST_CASE(empty_lines_and_comments_count_for_nothing) {
  const std::string text =
      "# a comment, \"anything\" goes\n\n  \t\na 1 2 # more\n\t# and more\nb 3 4";
  BOOST_TEST((numbers_of(text) == Matrix{{1, 2}, {3, 4}}));
  BOOST_TEST((labels_of("C# 1") == Labels{"C#"}));
}

BOOST_AUTO_TEST_CASE(lines_may_end_as_on_windows_and_the_last_need_not_end) {
  const std::string mark = "\xEF\xBB\xBF";  // some editors begin with it
  for (const std::string& text :
       Labels{"a 1\nb 2\n", "a 1\r\nb 2\r\n", "a 1\nb 2", "a 1\r\nb 2\r", mark + "a 1\nb 2"}) {
    BOOST_TEST((numbers_of(text) == Matrix{{1}, {2}}), text);
    BOOST_TEST((labels_of(text) == Labels{"a", "b"}), text);
  }
}

BOOST_AUTO_TEST_CASE(a_label_in_quotes_may_be_any_text) {
  BOOST_TEST(
      (labels_of("\"7\" 1\n\"New York\" 2\n\"a,b\",3\n\"#\" 4\n\"say \"\"hi\"\"\" 5\n\"\"\"\" 6") ==
       Labels{"7", "New York", "a,b", "#", "say \"hi\"", "\""}));
}

BOOST_AUTO_TEST_CASE(a_label_without_quotes_may_be_any_word) {
  const Labels words{"don't", "it\"s",    "-",    "...",  "+",   "$",
                     "e5",    "infinite", "nano", "旅程", "łódź"};
  for (const std::string& word : words) {
    BOOST_TEST((labels_of(word + " 1") == Labels{word}), word);
  }
}

// Each is rounded once, to the nearest float. A double in between would be rounded to the middle of
// two floats here, and then to 1.
BOOST_AUTO_TEST_CASE(numbers_are_decimal_and_rounded_once) {
  BOOST_TEST((numbers_of("1 +1 -1 .5 5. 0005 1e2 1E+2 1e-2 -0 0e999") ==
              Matrix{{1, 1, -1, 0.5, 5, 5, 100, 100, 0.01F, 0, 0}}));
  BOOST_TEST(std::signbit(numbers_of("-0")(0, 0)));
  BOOST_TEST(numbers_of("1.00000005960464477539062501")(0, 0) == std::nextafter(1.0F, 2.0F));
  BOOST_TEST(numbers_of("3.4028235e38")(0, 0) == std::numeric_limits<float>::max());
  BOOST_TEST(numbers_of("1e-45")(0, 0) == std::numeric_limits<float>::denorm_min());
  BOOST_TEST(numbers_of("-1e-400")(0, 0) == 0);
  BOOST_TEST(numbers_of("1" + std::string(5000, '0') + "e-5000")(0, 0) == 1);
}

BOOST_AUTO_TEST_CASE(what_is_no_finite_decimal_number_is_refused) {
  for (const std::string word : {"x", "0x1p3", "0x10", "1.2.3", "1e", "1e+", "1_000", "1f", "--1",
                                 "1-", ".", "-", "1;2", "−1", "0.1\u00A00.2"}) {
    BOOST_TEST(refusal_of("1 " + word) ==
               "1:3: '" + word + "' is not a number: numbers look like -0.5 or 1e-3");
  }
  for (const std::string word : {"nan", "NaN", "-inf", "+Infinity"}) {
    BOOST_TEST(refusal_of("1 " + word) ==
               "1:3: '" + word + "' is not a finite number: numbers look like -0.5 or 1e-3");
  }
  for (const std::string word : {"3.4028236e38", "-1e39", "1e99999999999999999999"}) {
    BOOST_TEST(refusal_of("a " + word) ==
               "1:3: '" + word + "' is beyond the largest float, 3.4e38");
  }
}

// Guessing wrong would take a label for a number, or a misspelt number for a label.
BOOST_AUTO_TEST_CASE(a_label_that_begins_like_a_number_needs_quotes) {
  for (const std::string word : {"2nd", "0x1", "1.2.3", "-1-", "+.5x"}) {
    BOOST_TEST(refusal_of(word + " 1") ==
               "1:1: '" + word + "' is not a number: as a label, it needs quotes");
    BOOST_TEST((labels_of("\"" + word + "\" 1") == Labels{word}));
  }
  BOOST_TEST(refusal_of("nan 1") ==
             "1:1: 'nan' is not a finite number: as a label, it needs quotes");
  BOOST_TEST(refusal_of("New York 1") ==
             "1:5: 'York' is not a number: a label of several words needs quotes");
  BOOST_TEST(refusal_of("a 1;2") == "1:3: '1;2' is not a number: numbers look like -0.5 or 1e-3");
}

BOOST_AUTO_TEST_CASE(all_tokens_have_a_label_or_none_has) {
  BOOST_TEST(refusal_of("# the tokens\ncat 1 2\n\n7 1 2\n") ==
             "4:1: there is no label, where line 2 has one: label every token or none, and put a "
             "label that begins like a number in quotes");
  BOOST_TEST(refusal_of("1 2\n  cat 1 2\n") ==
             "2:3: 'cat' is a label, where line 1 has none: label every token, or none");
}

BOOST_AUTO_TEST_CASE(all_tokens_have_equally_many_numbers) {
  BOOST_TEST(refusal_of("a 1 2\n\nb 3  # one\n") ==
             "3:6: 1 number, where line 1 has 2: every token needs equally many");
  BOOST_TEST(refusal_of("a 1 2\nb 3 4 5 6\n") ==
             "2:7: there is a number too many: line 1 has 2 numbers, and every token needs equally "
             "many");
  BOOST_TEST(refusal_of("1\n2 3\n") ==
             "2:3: there is a number too many: line 1 has 1 number, and every token needs equally "
             "many");
  BOOST_TEST(refusal_of("cat") == "1:4: there is no number after the label");
  BOOST_TEST(refusal_of("cat , # none").starts_with("1:7: a number is missing after the comma"));
}

// "0,43 0,15" would be four numbers.
BOOST_AUTO_TEST_CASE(decimal_commas_are_not_taken_for_separators) {
  const std::string reason =
      "blanks and commas are mixed between the numbers of this line: use one of them, and a point "
      "for decimals";
  BOOST_TEST(refusal_of("0,43 0,15") == "1:5: " + reason);
  BOOST_TEST(refusal_of("a 1 2,3") == "1:6: " + reason);
}

BOOST_AUTO_TEST_CASE(a_missing_number_is_refused_where_it_is_missing) {
  BOOST_TEST(refusal_of(",1") == "1:1: a label or a number is missing before the comma");
  BOOST_TEST(refusal_of("a,,1") == "1:3: a number is missing after the comma");
  BOOST_TEST(refusal_of("a 1, ,2") == "1:6: a number is missing after the comma");
  BOOST_TEST(refusal_of("a 1,2,") == "1:7: a number is missing after the comma");
}

BOOST_AUTO_TEST_CASE(a_text_without_a_token_is_refused) {
  const std::string reason = "there is no token: write one a line, such as: cat 0.25 -0.5";
  BOOST_TEST(refusal_of("") == "1:1: " + reason);
  BOOST_TEST(refusal_of("\n#none\n") == "3:1: " + reason);
  BOOST_TEST(refusal_of("# none") == "1:7: " + reason);
}

BOOST_AUTO_TEST_CASE(a_label_must_fit_on_the_page) {
  const std::string widest(walkthrough::widest_label, 'w');
  BOOST_TEST(refusal_of(widest + " 1") == "");
  BOOST_TEST(refusal_of(widest + "w 1") ==
             "1:1: the label takes 39 columns: at most 38 fit on the page");
  BOOST_TEST(refusal_of("\"\" 1") == "1:1: the label is empty");
  BOOST_TEST(refusal_of("\u200B 1") == "1:1: the label is empty");  // a space of no width
  BOOST_TEST(refusal_of("\"a\tb\" 1") == "1:3: a label cannot hold a tab");
}

BOOST_AUTO_TEST_CASE(quotes_are_closed_and_stand_alone) {
  BOOST_TEST(refusal_of("\"cat 1 2") == "1:1: the quote is not closed");
  BOOST_TEST(refusal_of("\"cat\"\" 1 2") == "1:1: the quote is not closed");
  BOOST_TEST(refusal_of("\"a\"b 1") == "1:4: a blank or a comma must follow the closing quote");
  BOOST_TEST(refusal_of("\"a\"# 1") == "1:4: a blank or a comma must follow the closing quote");
}

// They would move what stands beside them on a terminal, or end an SVG.
BOOST_AUTO_TEST_CASE(characters_that_cannot_be_shown_are_refused_even_in_comments) {
  const auto reason = [](const std::string& code) {
    return "the character " + code + " cannot be shown: take it out";
  };
  BOOST_TEST(refusal_of(std::string("a\0 1", 4)) == "1:2: " + reason("U+0000"));
  BOOST_TEST(refusal_of("1 # \033[31m") == "1:5: " + reason("U+001B"));
  BOOST_TEST(refusal_of("a 1\rb 2\r") == "1:4: " + reason("U+000D"));
  BOOST_TEST(refusal_of("1 # \x1F") == "1:5: " + reason("U+001F"));
  BOOST_TEST(refusal_of("a\x7F 1") == "1:2: " + reason("U+007F"));
  BOOST_TEST(refusal_of("a\u009F 1") == "1:2: " + reason("U+009F"));
  BOOST_TEST(refusal_of("a\u2028 1") == "1:2: " + reason("U+2028"));
  BOOST_TEST(refusal_of("łódź\u202E 1") == "1:5: " + reason("U+202E"));
  BOOST_TEST(refusal_of("a\u2066 1") == "1:2: " + reason("U+2066"));
  BOOST_TEST(refusal_of("a\u2069 1") == "1:2: " + reason("U+2069"));
  BOOST_TEST(refusal_of("a\uFFFE 1") == "1:2: " + reason("U+FFFE"));
  BOOST_TEST(refusal_of("a\uFFFF 1") == "1:2: " + reason("U+FFFF"));
  for (const std::string beside :
       {"~", "\u00A0", "\u2027", "\u202F", "\u2065", "\u206A", "\uFFFD"}) {
    BOOST_TEST(refusal_of("a" + beside + " 1") == "", beside);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_utf8_is_refused) {
  BOOST_TEST(refusal_of("a 1\ncaf\xE9 1") ==
             "2:4: the byte 0xE9 is not UTF-8: save the file in this encoding");
  BOOST_TEST(refusal_of(std::string("\xFF\xFE"
                                    "1\0",
                                    4)) ==
             "1:1: the byte 0xFF is not UTF-8: save the file in this encoding");
}

BOOST_AUTO_TEST_CASE(columns_count_characters) {
  BOOST_TEST(refusal_of("旅程 1 x").starts_with("1:6: 'x'"));
}

BOOST_AUTO_TEST_CASE(a_long_word_is_cut_in_the_error) {
  BOOST_TEST(refusal_of("1 " + std::string(100, 'x')) ==
             "1:3: '" + std::string(32, 'x') +
                 "...' is not a number: numbers look like -0.5 or 1e-3");
}

BOOST_AUTO_TEST_CASE(an_embedding_beyond_what_can_be_read_is_refused) {
  std::string text = "a";
  for (std::size_t i = 0; i < walkthrough::most_numbers; ++i) text += " 1";
  BOOST_TEST(refusal_of(text) == "");
  BOOST_TEST(refusal_of(text + " 1") ==
             "1:200003: there are more than 100000 numbers: every one is printed, so use fewer "
             "tokens or dimensions");
}

BOOST_AUTO_TEST_CASE(a_file_is_named_in_its_errors) {
  const auto refusal = [](const std::string& file) {
    try {
      walkthrough::read_embedding(file);
      return std::string();
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
  };
  const Folder folder;
  const std::string file = folder.path() + "/tokens.txt";
  BOOST_TEST(refusal(file) == file + ": cannot be read: is it there, and may you read it?");
  BOOST_TEST(refusal("") == ": cannot be read: is it there, and may you read it?");
  BOOST_TEST(refusal(folder.path()) == folder.path() + ": is a folder, where a file is needed");
  folder.write("tokens.txt", "a 1\nb x\n");
  BOOST_TEST(refusal(file) ==
             file + ":2:3: 'x' is not a number: a label of several words needs quotes");
  folder.write("tokens.txt", std::string(8 * 1024 * 1024 + 1, ' '));
  BOOST_TEST(refusal(file) == file + ": more than 8 MiB: an embedding to look at is smaller");
  folder.write("tokens.txt", "a 1\nb 2\n");
  BOOST_TEST((walkthrough::read_embedding(file).inputs == Matrix{{1}, {2}}));
}
