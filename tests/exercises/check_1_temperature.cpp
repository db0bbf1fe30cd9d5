#include <cmath>

#include "check.hpp"
#include "documented.hpp"

namespace exercises {

void check_temperature(Check& check, decltype(softmax_with_temperature)* answer) {
  const auto called = [](const std::vector<float>& scores, float temperature) {
    return call("softmax_with_temperature", scores, temperature);
  };

  check.law("a temperature of 1 gives the weights of chapter 1");
  const std::vector<float>& attn_scores_2 =
      walkthrough::documented_values().at("simplified_self_attention.attn_scores_2").values;
  check.near(called(attn_scores_2, 1), answer(attn_scores_2, 1),
             walkthrough::documented_values()
                 .at("simplified_self_attention.attn_weights_2_softmax")
                 .values);

  check.law("the weights sum to one");
  for (const float temperature : {0.25F, 4.0F}) {
    const std::vector<float> scores{3, -1, 0.5};
    double total = 0;
    for (const float weight : answer(scores, temperature)) total += weight;
    check.near("the sum of " + called(scores, temperature), total, 1);
  }

  // e^(2 / t) / e^(1 / t) = e^(1 / t)
  check.law("a score larger by 1 has e^(1 / temperature) times the weight");
  for (const float temperature : {0.5F, 2.0F}) {
    const std::vector<float> scores{2, 1};
    const std::vector<float> weights = answer(scores, temperature);
    const std::string what = called(scores, temperature);
    check.equal("the size of " + what, weights.size(), 2);
    check.near(what + "[0] / [1]", weights[0] / weights[1], std::exp(1 / temperature));
  }

  check.law("large scores at a low temperature leave one weight, not NaN");
  const std::vector<float> large_scores{1000, 1001, -1000};
  check.near(called(large_scores, 0.01F), answer(large_scores, 0.01F), std::vector<float>{0, 1, 0});
}

static const Exercise exercise_1_temperature("1_temperature", check_temperature,
                                             softmax_with_temperature);

}  // namespace exercises
