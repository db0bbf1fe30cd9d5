#include "check.hpp"

namespace exercises {

void check_clipped_gradients(Check& check, decltype(clipped)* answer) {
  const auto become = [&](const std::vector<std::vector<float>>& grads, float max_length,
                          const std::vector<std::vector<float>>& must_be) {
    const std::string what = call("clipped", grads, max_length);
    const auto is = answer(grads, max_length);
    check.equal(what + ": tensors", is.size(), must_be.size());
    for (std::size_t i = 0; i < is.size(); ++i) check.near(what, is[i], must_be[i]);
  };

  check.law("gradients that are short enough stay as they are");
  become({{3, 4}}, 5, {{3, 4}});
  become({{0.5}, {-1}}, 2, {{0.5}, {-1}});

  check.law("longer ones get the length max_length, and keep their direction");
  become({{-6, 8}}, 5, {{-3, 4}});

  // Together they are 13 long: 3, 4 and 12.
  check.law("all tensors are one vector, and shrink by one factor");
  become({{3, 4}, {12}}, 6.5, {{1.5, 2}, {6}});

  check.law("gradients of zero, and tensors without a number, stay");
  become({{0, 0}, {}}, 1, {{0, 0}, {}});
}

static const Exercise exercise_7_clipped_gradients("7_clipped_gradients", check_clipped_gradients,
                                                   clipped);

}  // namespace exercises
