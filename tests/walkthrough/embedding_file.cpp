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
  const std::string ids =
      "1: the first column holds whole numbers: these can be labels or a feature";
  const std::string names =
      "1: whole numbers stand in the first line alone: these can be names of columns or a token: "
      "delete a row of names, or write ";
  const std::string not_shown =
      ": holds what cannot be shown: save the file as plain text in UTF-8";
  const std::vector<std::pair<std::string, std::string>> texts{
      {"1 0.1257 -0.1321\n2 0.5 0.5\n", ids},
      {"101 0.12\n2023 0.5\n102 0.25\n", ids},
      {"word,0,1,2\nyour,0.43,0.15,0.89\n", names + "0.0"},
      {"0 1 2\n0.43 0.15 0.89\n", names + "0.0"},
      {"2 2\n0.1 0.2\n0.3 0.4\n", names + "2.0"},
      {"40 3\n0.1 0.2 0.3\n", "2: there are 3 fields, but line 1 has 2, all of them numbers"},
      {"1.5 2\ncat 1 2\n", "2: there are 3 fields, but line 1 has 2, all of them numbers"},
      {"a 1.5 2\n\nb 3\n", "3: there are 2 fields, but line 1 has 3, of them a label"},
      {"word,x,y\nyour,0.43,0.15\n", "1: 'x' is not a number: numbers look like -0.5"},
      {"New York 0.1 0.2\n", "1: 'York' is not a number"},
      {"the\t0,43\t0,15\n", "1: '0,43' is not a number"},
      {"[[0.1, 0.2],\n", "1: '0.2]' is not a number"},
      {"1.5 2\ncat 1\n", "2: 'cat' is not a number"},
      {"a 1.5 nan", "1: 'nan' is not a number"},
      {"a 0x1p3 1.5", "1: '0x1p3' is not a number"},
      {"a 1.5 1e", "1: '1e' is not a number"},
      {"a \u22121 2\n", "1: '\u22121' is not a number"},
      {"a,0.1,0.2,\n", "1: '' is not a number"},
      {"a 3.4028236e38", "1: '3.4028236e38' is beyond the largest float, 3.4e38"},
      {"a 0.1\rb 0.2\r", "1" + not_shown},
      {std::string("\xFF\xFE\x61\0", 4), "1" + not_shown},
      {"a 1\ncaf\xE9 1", "2" + not_shown},
      {"a \033[31m", "1" + not_shown},
      {"a,0.5\n,1.5\n", "2: the label takes 0 columns: 1 to 38 fit on the page"},
      {std::string(39, 'w') + " 1.5", "1: the label takes 39 columns: 1 to 38 fit on the page"},
      {"cat", "1: there is no number after the label"},
      {"\n \n", "1: there is no token"},
      {"", "1: there is no token"},
  };
  for (const auto& [text, reason] : texts) {
    BOOST_TEST(refusal_of(text).starts_with(reason), text << ": " << refusal_of(text));
  }
}

BOOST_AUTO_TEST_CASE(a_way_out_that_a_refusal_names_is_accepted) {
  for (const std::string text : {"1.0 0.1257\n2 0.5\n", "word,0.0,1,2\nyour,0.43,0.15,0.89\n",
                                 "2.0 2\n0.1 0.2\n", "Windows 95\t0.1\t0.2\n", "a,1,0,0\n"}) {
    BOOST_TEST(refusal_of(text) == "", text);
  }
  for (const std::string label : {"1", "nan"}) {
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
