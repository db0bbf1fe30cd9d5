#include "tensor.hpp"

#include <cmath>
#include <limits>

#include "check.hpp"

using walkthrough::Tensor;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

}  // namespace

// Every expected text of this file was printed by PyTorch 1.13.
BOOST_AUTO_TEST_CASE(numbers_print_as_pytorch_prints_them) {
  const std::vector<std::pair<std::vector<float>, std::string>> texts{
      {{-1.5, 10.25}, "tensor([-1.5000, 10.2500])"},
      {{-0.0F, 1.5}, "tensor([-0.0000, 1.5000])"},
      {{1.5, 1500}, "tensor([   1.5000, 1500.0000])"},
      // Whole numbers have no decimals.
      {{1, 2}, "tensor([1., 2.])"},
      {{-3, 4}, "tensor([-3.,  4.])"},
      {{1, 1000}, "tensor([   1., 1000.])"},
      {{1e8F, 1e8F}, "tensor([100000000., 100000000.])"},
      {{0, 0}, "tensor([0., 0.])"},
      // Very different, very large and very small ones have powers of ten.
      {{1e-5F, 1}, "tensor([1.0000e-05, 1.0000e+00])"},
      {{1000.5, 0.5}, "tensor([1.0005e+03, 5.0000e-01])"},
      {{1500.5, 1.5}, "tensor([1.5005e+03, 1.5000e+00])"},
      {{1, 1001}, "tensor([1.0000e+00, 1.0010e+03])"},
      {{1e9F, 2e9F}, "tensor([1.0000e+09, 2.0000e+09])"},
      {{9e-5F, 8e-5F}, "tensor([9.0000e-05, 8.0000e-05])"},
      {{1e-45F, 0}, "tensor([1.4013e-45, 0.0000e+00])"},
      {{3.4e38F, 1}, "tensor([3.4000e+38, 1.0000e+00])"},
      // What is not finite does not count for the format. The sign of a NaN depends on the machine.
      {{1, -infinity}, "tensor([1., -inf])"},
      {{infinity, 2}, "tensor([inf, 2.])"},
      {{not_a_number, 1.5}, "tensor([   nan, 1.5000])"},
      {{-infinity, -infinity}, "tensor([-inf, -inf])"},
      {{-not_a_number}, "tensor([nan])"},
  };
  for (const auto& [numbers, text] : texts) BOOST_TEST(walkthrough::text(numbers) == text);
}

BOOST_AUTO_TEST_CASE(each_further_axis_adds_an_empty_line_between) {
  BOOST_TEST(walkthrough::text(2.5F) == "tensor(2.5000)");
  BOOST_TEST(walkthrough::text(std::vector<float>()) == "tensor([])");
  BOOST_TEST(walkthrough::text(longhand::Matrix{{1, 2}, {3, 4.5}}) ==
             "tensor([[1.0000, 2.0000],\n        [3.0000, 4.5000]])");
  BOOST_TEST(walkthrough::text(Tensor({2, 2, 1}, {1, 2, 3, 4})) ==
             "tensor([[[1.],\n         [2.]],\n\n        [[3.],\n         [4.]]])");
  BOOST_TEST(walkthrough::text(Tensor({1, 1, 1, 1}, {1.5})) == "tensor([[[[1.5000]]]])");
}

BOOST_AUTO_TEST_CASE(the_cells_of_a_printed_text_are_found_again) {
  const std::vector<std::string> expected{"0.2899",     "-inf", "2.",
                                          "1.0000e-05", "nan",  "1.0000e+05"};
  BOOST_TEST(
      walkthrough::cells_of_text(
          "tensor([[0.2899,   -inf],\n        [2., 1.0000e-05, nan, 1.0000e+05]])") == expected,
      boost::test_tools::per_element());
  BOOST_TEST(walkthrough::cells_of_text("tensor([])").empty());
}

BOOST_AUTO_TEST_CASE(a_batch_of_matrices_has_one_more_axis) {
  const std::vector<longhand::Matrix> batch{{{1, 2}}, {{3, 4}}};
  BOOST_TEST(walkthrough::text(batch) == "tensor([[[1., 2.]],\n\n        [[3., 4.]]])");
  const std::vector<std::vector<longhand::Matrix>> batch_of_heads{batch, batch, batch};
  BOOST_TEST(walkthrough::torch_size(batch_of_heads) == "torch.Size([3, 2, 1, 2])");
}

BOOST_AUTO_TEST_CASE(a_batch_of_different_shapes_cannot_be_shown) {
  const std::vector<longhand::Matrix> batch{longhand::Matrix(1, 2), longhand::Matrix(2, 2)};
  BOOST_CHECK_EXCEPTION(walkthrough::text(batch), std::invalid_argument,
                        says("Tensor: part 0 is torch.Size([1, 2]), another is torch.Size([2, 2]): "
                             "all parts must have the same shape"));
}
