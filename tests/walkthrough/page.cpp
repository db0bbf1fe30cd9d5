#include "page.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "check.hpp"

using walkthrough::Documented;
using walkthrough::DocumentedValues;
using walkthrough::Page;
using walkthrough::Tensor;

namespace {

const DocumentedValues two_by_two{
    {"m",
     {{2, 2}, "tensor([[0.1000, 0.2000],\n        [0.3000, 0.4000]])", {0.1F, 0.2F, 0.3F, 0.4F}}}};

// A page, what stands on it, and whether all values agreed.
struct Result {
  explicit Result(const std::function<void(Page&)>& fill, Page::Style style = {},
                  const DocumentedValues& documented = two_by_two) {
    std::ostringstream out;
    Page page(out, style, documented);
    page.label_tokens({"your", "journey"});
    fill(page);
    agrees = page.finish().faults.empty();
    text = out.str();
  }
  bool has(const std::string& part) const { return text.find(part) != std::string::npos; }

  std::string text;
  bool agrees = false;
};

Result shown(const std::vector<float>& computed, const Documented& documented) {
  return Result([&](Page& page) { page.show("v", {"d"}, computed); }, {}, {{"v", documented}});
}

Result shown_as_mistake(const std::vector<float>& wrong, const Documented& documented) {
  return Result([&](Page& page) { page.show_mistake("v", {"d"}, wrong, "v"); }, {},
                {{"v", documented}});
}

}  // namespace

BOOST_AUTO_TEST_CASE(computed_and_documented_rows_stand_side_by_side) {
  const Result result([](Page& page) {
    page.show("m", {"tokens", "d_in"}, longhand::Matrix{{0.1, 0.2}, {0.3, 0.4}});
  });
  BOOST_TEST(result.agrees);
  BOOST_TEST(result.text ==
             R"(
m [tokens 2, d_in 2]
  4 of 4 as documented, within 1e-6
                 computed          documented
  your     0.1000  0.2000      0.1000  0.2000
  journey  0.3000  0.4000      0.3000  0.4000

All 4 comparisons agree with the notebook.
)");
}

// Or where both are narrower than their labels.
BOOST_AUTO_TEST_CASE(
    in_a_chapter_the_documented_matrix_stands_below_if_both_are_wider_than_a_phone) {
  for (const std::size_t cols : {1U, 2U, 3U}) {
    const longhand::Matrix m(2, cols, 0.5);
    const Documented documented{{2, cols}, walkthrough::text(m), Tensor(m).values};
    const Result result(
        [&](Page& page) {
          page.show("m", {"tokens", "d_in"}, m);
        },
        {.weave = true}, {{"m", documented}});
    BOOST_TEST(result.has("         computed          documented\n") == (cols == 2));
    BOOST_TEST(result.has("  0.5000\n  documented\n") == (cols != 2));
  }
}

BOOST_AUTO_TEST_CASE(a_deeper_tensor_is_a_matrix_for_each_index_of_its_first_axes) {
  const Result result([](Page& page) {
    page.show_computed("t", {"batch", "heads", "tokens", "d"}, Tensor({2, 2, 1, 1}, {1, 2, 3, 3}));
  });
  BOOST_TEST(result.has(R"(t [batch 2, heads 2, tokens 1, d 1]
  batch 0, head 0:
  your  1.
  batch 0, head 1:
  your  2.
  batch 1, head 0:
  your  3.
  batch 1, head 1: the same numbers
)"));
}

BOOST_AUTO_TEST_CASE(columns_that_do_not_fit_on_the_page_follow_below_in_parts_of_one_width) {
  std::vector<float> values(16);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) + 0.5F;
  const Tensor tensor({2, 8}, values);
  const Result result(
      [&](Page& page) {
        page.show("t", {"tokens", "d_in"}, tensor);
        page.show_computed("v", {"d_in"}, values);
      },
      {}, {{"t", {{2, 8}, walkthrough::text(tensor), values}}});
  BOOST_TEST(result.has(R"(
  computed          0        1        2        3
  your         0.5000   1.5000   2.5000   3.5000
  journey      8.5000   9.5000  10.5000  11.5000
  documented        0        1        2        3
  your         0.5000   1.5000   2.5000   3.5000
  journey      8.5000   9.5000  10.5000  11.5000

  computed          4        5        6        7
  your         4.5000   5.5000   6.5000   7.5000
)"));
  BOOST_TEST(result.has("\n                 12       13       14       15\n  computed  12.5000"));
}

BOOST_AUTO_TEST_CASE(a_wrong_digit_is_named_with_tensor_row_column_and_both_values) {
  const Result result([](Page& page) {
    page.show("m", {"queries", "keys"}, longhand::Matrix{{0.1, 0.2}, {0.3001, 0.4}});
  });
  const std::string sentence =
      "m, row 1 (journey), column 0 (your):\n"
      "    computed 0.3001 (0.300099999), documented 0.3000 (0.300000012)\n";
  BOOST_TEST(!result.agrees);
  BOOST_TEST(result.has("3 of 4 as documented"));
  BOOST_TEST(result.has("  journey     *0.3001   0.4000\n"));
  BOOST_TEST(result.has("  journey     *0.3000   0.4000\n"));
  BOOST_TEST(result.has("  differs: " + sentence));
  BOOST_TEST(result.text.ends_with("\n1 of 4 comparisons differ. The first:\n  " + sentence));
}

BOOST_AUTO_TEST_CASE(many_wrong_values_are_counted_and_the_first_is_named) {
  const Result result([](Page& page) {
    page.show("t", {"d_in", "d_out"}, longhand::Matrix{{1.5, 1.5}, {1.5, 1.5}}, "m");
    page.show("u", {"d_in", "d_out"}, longhand::Matrix{{0.1, 0.2}, {0.3, 1.5}}, "m");
    page.show("v", {"d_in", "d_out"}, longhand::Matrix{{0.1, 0.2}, {0.3, 0.4}}, "m");
    page.show("w", {"d_in", "d_out"}, longhand::Matrix{{0.1, 0.2}, {0.3, 0.4}}, "m");
  });
  BOOST_TEST(result.has("v [d_in 2, d_out 2]\n  4 of 4 as documented, within 1e-6\n       "));
  BOOST_TEST(
      result.has("w [d_in 2, d_out 2]\n  4 of 4 as documented, within 1e-6\n"
                 "  the same numbers as v above\n"));
  BOOST_TEST(result.text.ends_with(R"(
5 of 16 comparisons differ. The first:
  t, row 0, column 0:
    computed 1.5000 (1.5), documented 0.1000 (0.100000001)
    and 3 more of this tensor
  u, row 1, column 1:
    computed 1.5000 (1.5), documented 0.4000 (0.400000006)
)"));
}

BOOST_AUTO_TEST_CASE(a_mistake_stands_beside_what_it_moves_and_is_no_disagreement) {
  const Result result([](Page& page) {
    page.show("m", {"tokens", "d_in"}, longhand::Matrix{{0.1, 0.2}, {0.3, 0.4}});
    page.show_mistake("m", {"tokens", "d_in"}, longhand::Matrix{{0.1, 0.4}, {0.3, 0.35}}, "m");
  });
  BOOST_TEST(result.agrees);
  BOOST_TEST(result.has(R"(
m [tokens 2, d_in 2]
  2 of 4 moved (*), by at most 0.2000
                    wrong          documented
  your     0.1000 *0.4000      0.1000 *0.2000
  journey  0.3000 *0.3500      0.3000 *0.4000
)"));
  BOOST_TEST(result.text.ends_with(
      "\nAll 4 comparisons agree with the notebook. 1 wrong tensors moved.\n"));
  BOOST_TEST(shown_as_mistake({1, 2}, {{2}, "tensor([1., 1.])", {1, 1}})
                 .has("\n  wrong       1. *2.\n  documented  1. *1.\n"));
  BOOST_TEST(shown_as_mistake({2, 2}, {{2}, "tensor([1., 1.])", {1, 1}})
                 .has("\n  wrong       2.  2.\n  documented  1.  1.\n"));
  BOOST_TEST(shown_as_mistake({INFINITY, 1}, {{2}, "tensor([1., 1.])", {1, 1}})
                 .has("\n  1 of 2 moved (*), 1 of them to nan or infinity\n"));
}

BOOST_AUTO_TEST_CASE(a_mistake_that_moves_nothing_is_named) {
  const Result result([](Page& page) {
    const longhand::Matrix right{{0.1, 0.2}, {0.3, 0.4}}, wrong{{0.1, 0.2}, {0.3, 0.5}};
    page.show_mistake("m", {"tokens", "d_in"}, wrong, "m");
    page.show_mistake("n", {"tokens", "d_in"}, right, "m");
  });
  BOOST_TEST(!result.agrees);
  BOOST_TEST(result.has("\n  moves nothing: the mistake hides here\n"));
  BOOST_TEST(result.text.ends_with(R"(
No comparison differs, but:
  n, shown as a mistake, moves nothing
)"));
}

BOOST_AUTO_TEST_CASE(a_mistake_must_move_a_number_by_half_of_its_last_digit) {
  const auto moves = [](float wrong) {
    return shown_as_mistake({wrong}, {{1}, "tensor([0.5000])", {0.5F}}).agrees;
  };
  BOOST_TEST(moves(0.50006F));
  BOOST_TEST(moves(0.49994F));
  BOOST_TEST(!moves(0.50004F));
}

// Numbers of 1 and 1e-5 print with powers of ten: "1.0000e-05" has nine decimals.
BOOST_AUTO_TEST_CASE(a_mistake_must_move_half_of_the_last_digit_if_numbers_have_exponents) {
  const auto verdict = [](float wrong, float right) {
    const std::string text = shown_as_mistake({1, 1e-5F, wrong}, {{3}, "", {1, 1e-5F, right}}).text;
    return text.substr(0, text.find("\n  wrong"));
  };
  const auto moves = [&](float wrong, float right) {
    return verdict(wrong, right).find("1 of 3 moved") != std::string::npos;
  };
  BOOST_TEST(verdict(-3e-5F, 1e-5F) == "\nv [d 3]\n  1 of 3 moved (*), by at most 4.0000e-05");
  BOOST_TEST(verdict(1e-3F, 2e-3F) == "\nv [d 3]\n  1 of 3 moved (*), by at most 0.0010");
  BOOST_TEST(moves(3.00006e-5F, 3e-5F));
  BOOST_TEST(moves(2.99994e-5F, 3e-5F));
  BOOST_TEST(!moves(3.00004e-5F, 3e-5F));
  BOOST_TEST(!moves(2.99996e-5F, 3e-5F));
  BOOST_TEST(moves(3e-5F, 0));  // 0.0000e+00
  BOOST_TEST(moves(0, 3e-5F));
}

BOOST_AUTO_TEST_CASE(a_value_agrees_if_it_prints_the_same_and_lies_within_its_bound) {
  const float infinity = std::numeric_limits<float>::infinity();
  struct Row {
    float computed;
    std::string text;
    float documented;
    bool agrees;
  };
  for (const Row& row : std::vector<Row>{
           {0.1000005F, "0.1000", 0.1F, true},
           {0.100003F, "0.1000", 0.1F, false},
           {std::nextafter(0.14995F, 1.0F), "0.1499", 0.14995F, false},  // prints as 0.1500
           {20.0625F + 15e-6F, "20.0625", 20.0625F, true},  // a bound grows with the value
           {20.0625F + 30e-6F, "20.0625", 20.0625F, false},
           {-infinity, "-inf", -infinity, true},
           {infinity, "-inf", -infinity, false},
           {std::numeric_limits<float>::quiet_NaN(), "-inf", -infinity, false},
       }) {
    const Documented documented{{1}, "tensor([" + row.text + "])", {row.documented}};
    BOOST_TEST(shown({row.computed}, documented).agrees == row.agrees, row.computed);
  }
}

BOOST_AUTO_TEST_CASE(a_text_agrees_where_every_character_does) {
  const auto shown = [](const std::string& text) {
    return Result([&](Page& page) { page.show_text("s", text); }, {},
                  {{"s", {{}, "torch.Size([3])", {}}}});
  };
  BOOST_TEST(!shown("torch.Size([4])").agrees);
  BOOST_TEST(shown("torch.Size([4])")
                 .has("  differs: s:\n    computed torch.Size([4]), documented torch.Size([3])"));
  BOOST_TEST(shown("torch.Size([3])").agrees);
}

// It is not printed twice, and the last digit of its text may be another.
BOOST_AUTO_TEST_CASE(a_value_that_pytorch_alone_documents_is_shown_where_it_differs) {
  const Documented pytorch{{1}, "", {0.14995F}};
  const Result same = shown({std::nextafter(0.14995F, 1.0F)}, pytorch);
  BOOST_TEST(
      same.text.ends_with("\nv [d 1]\n  1 of 1 as PyTorch computes, within 1e-6\n"
                          "  computed  0.1500\n\nAll 1 comparisons agree with PyTorch.\n"));
  const Result other = shown({0.2F}, pytorch);
  BOOST_TEST(!other.agrees);
  BOOST_TEST(other.has("\n  computed *0.2000\n  PyTorch  *0.1499\n"));
}

BOOST_AUTO_TEST_CASE(the_first_fault_says_where_to_look) {
  const Documented one{{}, "tensor(1.)", {1}};
  const Result result(
      [](Page& page) {
        page.follow("self_attention");
        page.show("scaled_scores", {}, 2.0F);
        page.show("attn_weights", {}, 2.0F);
      },
      {}, {{"self_attention.scaled_scores", one}, {"self_attention.attn_weights", one}});
  BOOST_TEST(
      result.text.ends_with("\n    Look first at scale in src/self_attention.cpp.\n"
                            "  attn_weights:\n    computed 2. (2), documented 1. (1)\n"));
}

BOOST_AUTO_TEST_CASE(a_name_a_shape_or_an_axis_that_does_not_fit_is_refused) {
  const auto refused = [](const std::string& name, const walkthrough::Axes& axes,
                          const std::string& text) {
    BOOST_CHECK_EXCEPTION(
        Result([&](Page& page) { page.show(name, axes, longhand::Matrix(2, 3), name); }),
        std::invalid_argument, says("show: " + text));
  };
  refused("chapter.m", {"tokens", "d_in"}, "no documented value is named chapter.m");
  refused("m", {"tokens", "d_in"},
          "m is torch.Size([2, 3]), documented is torch.Size([2, 2]): the shapes must be equal");
  refused("m", {"tokens"}, "m has 2 axes, 1 are named: name each axis once");
  refused("m", {"heads", "tokens", "d_in"}, "m has 2 axes, 3 are named: name each axis once");
}

// A value of another chapter is none of this one's.
BOOST_AUTO_TEST_CASE(a_documented_value_that_no_step_shows_is_named) {
  const Documented one{{}, "tensor(1.)", {1}};
  const Result result(
      [](Page& page) {
        page.follow("chapter");
        page.show("shown", {}, 1.0F);
      },
      {}, {{"chapter.shown", one}, {"chapter.left_out", one}, {"chapter_2.other", one}});
  BOOST_TEST(!result.agrees);
  BOOST_TEST(
      result.text.ends_with("No comparison differs, but:\n"
                            "  chapter.left_out is documented, and no step shows it\n"));
}

BOOST_AUTO_TEST_CASE(a_refusal_is_shown_and_a_call_that_is_not_refused_is_an_error) {
  const auto shown = [](const std::function<void()>& call) {
    return Result([&](Page& page) { page.show_refusal("call()", call); });
  };
  BOOST_TEST(shown([] { throw std::invalid_argument("why"); }).has("\ncall()\n  why\n"));
  BOOST_CHECK_EXCEPTION(shown([] {}), std::logic_error,
                        says("show_refusal: call() was not refused"));
}

BOOST_AUTO_TEST_CASE(a_section_or_a_step_can_be_shown_alone_and_all_be_listed) {
  const auto shown = [](Page::Style style) {
    const Result result(
        [](Page& page) {
          page.title("T", "Lead.");
          page.section("First part", "Lead 1.");
          page.say("Of m alone.");
          page.show("m", {"tokens", "d_in"}, longhand::Matrix{{0.1, 0.2}, {0.3, 0.4}});
          page.section("Prose", "Lead 2.");
          page.section("Second part", "Lead 3.");
          page.note("a", "text a");
          page.say("What `b` is.");
          page.note("b", "text b");
        },
        style);
    return result.text.substr(0, result.text.find("\nAll 4"));
  };
  BOOST_TEST(shown({.list = true}) ==
             "First part\n  m [tokens 2, d_in 2]\nSecond part\n  a\n  b\n");
  const std::string second = "\nSecond part\n-----------\nLead 3.\n";
  BOOST_TEST(shown({.step = "b"}) == second + "\nb\n  What b is.\n  text b\n");
  BOOST_TEST(shown({.section = "Second"}) ==
             "\nT\n=\nLead.\n" + second + "\na\n  text a\n\nb\n  What b is.\n  text b\n");
  BOOST_TEST(shown({.step = "m"}).find("\nm [tokens 2, d_in 2]\n  Of m alone.\n  4 of 4") !=
             std::string::npos);
  BOOST_CHECK_EXCEPTION(shown({.step = "c"}), std::invalid_argument,
                        says("there is no step 'c': see --list"));
}

BOOST_AUTO_TEST_CASE(figures_are_drawn_only_on_request) {
  const auto fill = [](Page& page) {
    page.heat_map("weights", {"queries", "keys"}, longhand::Matrix{{1, 0}, {0.5, 0.5}},
                  "A caption");
  };
  BOOST_TEST(!Result(fill).has("<svg"));
  BOOST_TEST(Result(fill, {.weave = true}).has(" weights A caption\n<svg"));
  std::map<std::string, std::string> figures;
  BOOST_TEST(!Result(fill, {.figures = &figures}).has("<svg"));
  BOOST_TEST(figures.size() == 1);
  BOOST_TEST(figures.at("weights.svg").starts_with("<svg"));
}
