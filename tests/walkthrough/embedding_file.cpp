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
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_line_decides_what_separates_and_whether_there_are_labels) {
  const std::vector<std::pair<std::string, std::string>> texts{
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
    const walkthrough::Embedding embedding = parse_embedding(text);
    BOOST_TEST(embedding.separator == separator, text);
    BOOST_TEST((embedding.labels == Labels{"a", "c"}), text);
    BOOST_TEST((embedding.inputs == Matrix{{1, 2.5}, {3, 4}}), text);
  }
  BOOST_TEST((parse_embedding("1.0 2.5\n3 4").labels == Labels{"x(1)", "x(2)"}));
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
  BOOST_TEST((parse_embedding("1.0 +1 -1 .5 5. 0005 1e2 1E+2 1e-2 -1e-400").inputs ==
              Matrix{{1, 1, -1, 0.5, 5, 5, 100, 100, 0.01F, 0}}));
  BOOST_TEST(parse_embedding("1.00000005960464477539062501").inputs(0, 0) ==
             std::nextafter(1.0F, 2.0F));
}

// The text, and how its refusal begins.
BOOST_AUTO_TEST_CASE(what_can_be_read_in_two_ways_or_in_none_is_refused) {
  const std::string row = "1: this can be a row of names or a token: delete a row of names, or ";
  const std::string names =
      " is no number: this can be a row of names, or a label of several words";
  const std::string counts =
      "1: this can be the counts at the head of a file of word2vec or fastText, or a token";
  const std::string ids =
      "1: the first column holds whole numbers: these can be labels or a feature";
  const std::string comma = " can be two numbers or one, with a decimal comma";
  const std::string two_fields = " can be a label that ends in a number, or two fields";
  const std::string list = "1: this looks like a list that numpy, torch or Python prints";
  const std::string json = "1: this looks like JSON";
  const std::string label = " can be a number or a label";
  const std::string binary = "1: the file is binary, as .npy and .bin are, or UTF-16";
  const std::vector<std::pair<std::string, std::string>> texts{
      {"word,0,1,2\nyour,0.43,0.15,0.89\n", row + "write 0.0"},
      {"word 2001 2002\nyour 0.43 0.15\n", row + "write 2001.0"},
      {"word,0\nyour,0.43\n", row + "write 0.0"},
      {"0,1,2\n0.43,0.15,0.89\n", row + "write 0.0"},
      {"word,x,y\nyour,0.43,0.15\n", "1: 'x'" + names},
      {",0,1\n0,0.43,0.15\n", "1: an empty field" + names},
      {"New York 0.1 0.2\n", "1: 'York'" + names},
      {"# words\na 1 2\n", "1: 'words'" + names},
      {"1 0.1257 -0.1321\n2 0.5 0.5\n", ids},
      {"0\t0.5\n1\t1\n2\t0.7\n", ids},
      {"101 0.12\n2023 0.5\n102 0.25\n", ids},
      {"3 2\nthe 0.1 0.2\n", counts},
      {"2 2\n0.1 0.2\n0.3 0.4\n", counts},
      {"40 3\n0.1 0.2 0.3\n", counts},
      {"0,43\n", "1: '0,43'" + comma},
      {"the,0,43,-0,15\ncat,1,5,0,25\n", "1: '0,43'" + comma},
      {"0,43;5\n", "1: '0,43'" + label},
      {"the\t0,43\t0,15\n", "1: '0,43'" + comma},
      {"cat 0,43 0,15\n", "1: 'cat 0'" + two_fields},
      {"cat 0.1;0.2\n", "1: 'cat 0.1'" + two_fields},
      {"\u22120.5 2\n", "1: '\u22120.5'" + label},
      {"nan 0.5\n", "1: 'nan'" + label},
      {"0x1p3 0.5\n", "1: '0x1p3'" + label},
      {"[[0.1, 0.2],\n", list},
      {"[ 0.1 -0.2]\n", list},
      {"tensor([[0.1]])\n", list},
      {"array([[0.1]])\n", list},
      {"the [0.1, 0.2]\n", list},
      {"{\"a\": [0.1]}\n", json},
      {"[\n  {\"a\": [0.1]}\n]\n", json},
      {"{'a': [0.1]}\n", json},
      {"\"New York\",0.1,0.2\n", "1: '\"New York\"' is in quotes"},
      {"a,0.1\n\"b,c\",0.2\n", "2: '\"b' is in quotes"},
      {"a\u00A00.1\n", "1: U+00A0 is a blank that does not separate, such as a no-break space"},
      {"a 0.1\rb 0.2\r", "1: a line ends in CR alone: save the file with line ends LF"},
      {std::string("\x93NUMPY\0", 7), binary},
      {std::string("\xFF\xFE\x61\0", 4), binary},
      {"a 1\ncaf\xE9 1", "2: a byte is not UTF-8"},
      {"a \033[31m", "1: the character U+001B cannot be shown: take it out"},
      {"łódź\u202E 1", "1: the character U+202E cannot be shown: take it out"},
      {"a 1.5 2\n\nb 3\n", "3: there are 2 fields, but line 1 has 3, of them a label"},
      {"1.5 2\ncat 1 2\n", "2: there are 3 fields, but line 1 has 2, all of them numbers"},
      {"1.5 2\ncat 1\n", "2: 'cat' is not a number"},
      {"a 0x1p3 1.5", "1: '0x1p3' is not a number"},
      {"a 1.5 nan", "1: 'nan' is not a number"},
      {"a 1.5 1e", "1: '1e' is not a number"},
      {"a \u22121 2\n", "1: '\u22121' is not a number: numbers look like -0.5"},
      {"a 3.4028236e38", "1: '3.4028236e38' is beyond the largest float, 3.4e38"},
      {"a,0.1,0.2,\n", "1: a field is empty: one separator is too many"},
      {"a,0.5\n,1.5\n", "2: the label is empty"},
      {std::string(39, 'w') + " 1.5", "1: the label takes 39 columns: at most 38 fit on the page"},
      {"cat", "1: there is no number after the label"},
      {"\n \n", "1: there is no token"},
      {"", "1: there is no token"},
  };
  for (const auto& [text, reason] : texts) {
    BOOST_TEST(refusal_of(text).starts_with(reason), text << ": " << refusal_of(text));
  }
}

BOOST_AUTO_TEST_CASE(a_way_out_that_a_refusal_names_is_accepted) {
  for (const std::string text :
       {"your,0.43,0.15,0.89\n", "word,0.0,1,2\nyour,0.43,0.15,0.89\n", "1.0 0.1257\n2 0.5\n",
        "0.1257 -0.1321\n0.5 0.5\n", "2 2.0\n0.1 0.2\n0.3 0.4\n", "43, 0\n", "0.43\n",
        "0.43;0.15\n", "Windows 95\t0.1\t0.2\n", "a -1 2\n", "0 1.5\n1 0\n0 0.5\n", "a,1,0,0\n"}) {
    BOOST_TEST(refusal_of(text) == "", text);
  }
  for (const std::string label : {"1", "nan", "\u22120.5"}) {
    const auto embedding = parse_embedding(label + " 0.5\n2 0.25\n", true);
    BOOST_TEST((embedding.labels == Labels{label, "2"}));
    BOOST_TEST((embedding.inputs == Matrix{{0.5}, {0.25}}));
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
  const std::string endless = "/dev/zero";
  if (std::filesystem::exists(endless)) {
    BOOST_CHECK_EXCEPTION(walkthrough::read_embedding(endless), std::runtime_error,
                          says(endless + ": 8 MiB or more: an embedding to look at is smaller"));
  }
}
