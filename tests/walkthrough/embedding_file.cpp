#include "embedding_file.hpp"

#include <cmath>

#include "check.hpp"
#include "run.hpp"

using longhand::Matrix;
using walkthrough::parse_embedding;

namespace {

using Labels = std::vector<std::string>;

// "2: the reason", or nothing if the text is accepted.
std::string refusal_of(const std::string& text) {
  try {
    parse_embedding(text);
    return "";
  } catch (const walkthrough::EmbeddingError& error) {
    return std::to_string(error.line) + ": " + error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_line_decides_what_separates_and_whether_there_are_labels) {
  const std::vector<std::pair<std::string, std::string>> texts{
      {"a b 1 2.5\nc 3 4\n", ""},
      {"a 1 2.5\nc 3 4", "blanks"},
      {"  a  1   2.5  \n\n \t\r\nc 3 4\r\n", "blanks"},
      {"a,1,2.5\nc, 3 , 4\n", "commas"},
      {"a;1;2.5\nc;3;4\n", "semicolons"},
      {"a\t1\t2.5\nc\t3\t4\n", "tabs"},
      {"\xEF\xBB\xBF"
       "a 1 2.5\nc 3 4\n",
       "blanks"},
  };
  for (const auto& [text, separator] : texts) {
    if (separator.empty()) {
      BOOST_TEST(refusal_of(text) != "");
      continue;
    }
    const walkthrough::Embedding embedding = parse_embedding(text);
    BOOST_TEST(embedding.separator == separator, text);
    BOOST_TEST((embedding.labels == Labels{"a", "c"}), text);
    BOOST_TEST((embedding.inputs == Matrix{{1, 2.5}, {3, 4}}), text);
  }
  BOOST_TEST(parse_embedding("1 2.5\n3 4").labels.empty());
}

BOOST_AUTO_TEST_CASE(any_word_is_a_label_where_the_first_line_has_one) {
  const Labels words{"the", "##ization", "#", "2nd", "7", "-", "[CLS]", "{", "\"", "旅程", "don't"};
  std::string text;
  for (const std::string& word : words) text += word + " 0.5 1\n";
  BOOST_TEST((parse_embedding(text).labels == words));
  BOOST_TEST((parse_embedding("New York, NY\t0.5\n").labels == Labels{"New York, NY"}));
}

// Each is rounded once: a double in between would be rounded to the middle of two floats, and to 1.
BOOST_AUTO_TEST_CASE(numbers_are_decimal_and_rounded_once) {
  BOOST_TEST((parse_embedding("1 +1 -1 .5 5. 0005 1e2 1E+2 1e-2 -1e-400").inputs ==
              Matrix{{1, 1, -1, 0.5, 5, 5, 100, 100, 0.01F, 0}}));
  BOOST_TEST(parse_embedding("1.00000005960464477539062501").inputs(0, 0) ==
             std::nextafter(1.0F, 2.0F));
}

// The text, and how its refusal begins.
BOOST_AUTO_TEST_CASE(what_can_be_read_in_two_ways_or_in_none_is_refused) {
  const std::string names = "1: this can be a row of names";
  const std::string comma = " can be two fields or one, with a decimal comma";
  const std::vector<std::pair<std::string, std::string>> texts{
      {"word,0,1,2\nyour,0.43,0.15,0.89\n",
       names + " or a token: delete a row of names, or write 0.0"},
      {"word 1 2\nyour 0.43 0.15\n", names + " or a token: delete a row of names, or write 1.0"},
      {"word,x,y\nyour,0.43,0.15\n", names + ", or a label of several words"},
      {",0,1\n0,0.43,0.15\n", names + ", or a label of several words"},
      {"New York 0.1 0.2\n", names + ", or a label of several words"},
      {"# words\na 1 2\n", names + ", or a label of several words"},
      {"1 0.1257 -0.1321\n2 0.5 0.5\n", "1: the first column counts up"},
      {"0\t0.5\n1\t0.6\n2\t0.7\n", "1: the first column counts up"},
      {"3 2\nthe 0.1 0.2\n", "1: this looks like the counts at the head of a file of word2vec"},
      {"2 2\n0.1 0.2\n0.3 0.4\n", "1: this can be the counts at the head of a file or a token"},
      {"0,43\n", "1: '0,43' can be two numbers or one, with a decimal comma"},
      {"0,43;0,15\n", "1: '0,43'" + comma},
      {"cat 0,43 0,15\n", "1: 'cat 0'" + comma},
      {"cat 0.1,0.2\n", "1: 'cat 0.1'" + comma},
      {"a −1 2\n", "1: U+2212 before a digit can be a minus or part of a word"},
      {"[[0.1, 0.2],\n", "1: this looks like a tensor that numpy or torch printed"},
      {"[0.1 0.2]\n", "1: this looks like a tensor that numpy or torch printed"},
      {"tensor([[0.1]])\n", "1: this looks like a tensor that numpy or torch printed"},
      {"{\"a\": [0.1]}\n", "1: this looks like JSON"},
      {"\"New York\",0.1,0.2\n", "1: '\"New York\"' is in quotes"},
      {"a\u00A00.1\n", "1: U+00A0 looks like a blank and is none"},
      {"a 0.1\rb 0.2\r", "1: a line ends in CR alone"},
      {std::string("a\0", 2), "1: a byte 0: the file is binary"},
      {"a 1\ncaf\xE9 1", "2: the byte 0xE9 is not UTF-8: save the file in this encoding"},
      {"a \033[31m", "1: the character U+001B cannot be shown: take it out"},
      {"łódź\u202E 1", "1: the character U+202E cannot be shown: take it out"},
      {"a 1.5 2\n\nb 3\n", "3: there are 1 numbers, but line 1 has 2 after its label"},
      {"1.5 2\ncat 1 2\n", "2: there are 3 numbers, but line 1 has 2 and no label"},
      {"1.5 2\ncat 1\n", "2: 'cat' is not a number"},
      {"a 1.5 0x1p3", "1: '0x1p3' is not a number"},
      {"a 1.5 nan", "1: 'nan' is not a number"},
      {"a 1.5 1e", "1: '1e' is not a number"},
      {"a 3.4028236e38", "1: '3.4028236e38' is beyond the largest float, 3.4e38"},
      {"a,0.1,0.2,\n", "1: a field is empty: between two separators, or after the last one"},
      {"a,0.5\n,1.5\n", "2: the label is empty"},
      {std::string(39, 'w') + " 1", "1: the label takes 39 columns: at most 38 fit on the page"},
      {"cat", "1: there is no number after the label"},
      {"\n \n", "1: there is no token"},
  };
  for (const auto& [text, reason] : texts) {
    BOOST_TEST(refusal_of(text).starts_with(reason), text << ": " << refusal_of(text));
  }
}

BOOST_AUTO_TEST_CASE(a_way_out_that_a_refusal_names_is_accepted) {
  for (const std::string text :
       {"your,0.43,0.15,0.89\n", "word,0.0,1,2\nyour,0.43,0.15,0.89\n", "1.0 0.1257\n2 0.5\n",
        "0.1257 -0.1321\n0.5 0.5\n", "2.0 2\n0.1 0.2\n0.3 0.4\n", "0, 43\n", "0.43\n",
        "0.43;0.15\n", "New York\t0.1\t0.2\n", "a -1 2\n"}) {
    BOOST_TEST(refusal_of(text) == "", text);
  }
}

BOOST_AUTO_TEST_CASE(an_embedding_beyond_what_can_be_read_says_how_many_tokens_fit) {
  std::string text;
  for (std::size_t token = 0; token < walkthrough::most_numbers / 2; ++token) text += "a 1 1\n";
  BOOST_TEST(refusal_of(text) == "");
  BOOST_TEST(refusal_of(text + "a 1 1\n") ==
             "1: 50001 tokens of 2 numbers are too many to print: at most 50000 such tokens fit");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_named) {
  const Folder folder;
  const std::string file = folder.path() + "/tokens.txt";
  BOOST_CHECK_EXCEPTION(walkthrough::read_embedding(file), std::runtime_error,
                        says(file + ": cannot be read: is it there, and may you read it?"));
  BOOST_CHECK_EXCEPTION(walkthrough::read_embedding(folder.path()), std::runtime_error,
                        says(folder.path() + ": is a folder, but a file is needed"));
}
