// The documented values: each text is what our formatter makes of its float32. That the library
// computes them, the walkthroughs show.

#include "documented.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include "check.hpp"
#include "run.hpp"
#include "tensor.hpp"

BOOST_AUTO_TEST_CASE(each_text_is_what_pytorch_prints_for_its_float32) {
  for (const auto& [name, value] : walkthrough::documented_values()) {
    if (value.values.empty()) continue;  // a mere text
    std::size_t numbers = 1;
    for (const std::size_t size : value.shape) numbers *= size;
    BOOST_TEST(value.values.size() == numbers, name);
    if (value.text.empty()) continue;  // PyTorch's alone
    BOOST_TEST(walkthrough::text({value.shape, value.values}) == value.text, name);
  }
  BOOST_TEST(walkthrough::documented_values().contains("self_attention.W_query"));
}

// Under the name of another chapter, nobody would miss a value that no step shows.
BOOST_AUTO_TEST_CASE(each_value_belongs_to_a_chapter_that_shows_all_of_its_values) {
  const std::set<std::string> chapters{
      "simplified_self_attention", "self_attention", "causal_attention",
      "multi_head_attention",      "learning",       "one_token_at_a_time"};
  for (const auto& [name, value] : walkthrough::documented_values()) {
    BOOST_TEST(chapters.contains(name.substr(0, name.find('.'))), name);
  }
}

BOOST_AUTO_TEST_CASE(a_value_has_a_shape_float32_a_bound_and_a_text) {
  const auto values = walkthrough::parse_documented(
      "# a comment\nfloat32 a.m 2 1\n3f800000 ff800000\nbound 5e-5\n| first\n|  second\n\ntext "
      "b\n| 7");
  BOOST_TEST(values.size() == 2U);
  const walkthrough::Documented& m = values.at("a.m");
  BOOST_TEST(m.shape == (std::vector<std::size_t>{2, 1}));
  BOOST_TEST(m.values == (std::vector<float>{1, -std::numeric_limits<float>::infinity()}));
  BOOST_TEST(m.bound == 5e-5);
  BOOST_TEST(m.text == "first\n second");
  BOOST_TEST(values.at("b").text == "7");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_not_understood_is_named) {
  for (const std::string line : {"3f80000x", "float32 a.m two", "text a.m", "bound none"}) {
    BOOST_CHECK_EXCEPTION(walkthrough::parse_documented("float32 a.m 1\n" + line),
                          std::invalid_argument,
                          says("parse_documented: '" + line + "' is not understood"));
  }
  BOOST_CHECK_THROW(walkthrough::parse_documented("| first"), std::invalid_argument);
}

// So that nobody is sent to a function that has gone.
BOOST_AUTO_TEST_CASE(the_function_that_computes_a_value_stands_in_its_file) {
  std::size_t found = 0;
  for (const auto& [name, value] : walkthrough::documented_values()) {
    const std::string place = walkthrough::computed_by(name);
    if (place.empty()) continue;
    const std::size_t in = place.find(" in ");
    std::ifstream file(from_meson("SOURCE_ROOT") + "/" + place.substr(in + 4));
    const std::string source{std::istreambuf_iterator<char>(file), {}};
    BOOST_TEST(source.find(place.substr(0, in) + "(") != std::string::npos, place);
    ++found;
  }
  BOOST_TEST(found > 80U);
}
