// What chapter 7 claims of training.

#include "recall.hpp"

#include "check.hpp"

using namespace longhand;

BOOST_AUTO_TEST_CASE(the_loss_moves_with_a_weight_as_its_gradient_says_with_scaling_and_without) {
  Generator generator(2);
  MultiHeadAttention model = recall::draw_model(2, generator, 12);
  const std::vector<recall::Example> examples = recall::draw_examples(3, generator);
  const auto parameters = recall::parameters(model);
  for (const auto loss_of : {recall::loss, recall::loss_without_scaling}) {
    const recall::Loss loss = loss_of(model, examples);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      float& weight = parameters[i][1];
      const float before = weight;
      weight = before + 0.05F;
      const float up = loss_of(model, examples).value;
      weight = before - 0.05F;
      const float down = loss_of(model, examples).value;
      weight = before;
      BOOST_TEST(std::abs((up - down) / 0.1F - loss.grads[i][1]) < 1e-3F);
    }
  }
}

// The root of 16 is a power of two, so that nothing is rounded.
BOOST_AUTO_TEST_CASE(without_scaling_scores_are_not_divided) {
  Generator generator(3);
  const MultiHeadAttention model = recall::draw_model(2, generator, 32);
  const Matrix inputs = recall::draw_examples(1, generator)[0].inputs;
  const MultiHeadAttentionSteps with = model.steps(inputs);
  const MultiHeadAttentionSteps without = recall::without_scaling(model).steps(inputs);
  for (std::size_t head = 0; head < 2; ++head) {
    BOOST_TEST((without.heads[head].scaled_scores == with.heads[head].masked_scores));
  }
}

BOOST_AUTO_TEST_CASE(two_heads_learn_both_answers_and_share_the_work_and_one_head_takes_longer) {
  Generator generator(123);
  MultiHeadAttention two = recall::draw_model(2, generator);
  const std::vector<recall::Example> examples = recall::draw_examples(128, generator);
  const std::vector<recall::Example> unseen = recall::draw_examples(200, generator);
  BOOST_TEST(recall::mean_weights(two, unseen)(0, 0) < 0.25F);
  recall::train_with_adam(two, examples, 60, 0.05F);
  for (const float accuracy : recall::accuracies(two, unseen)) BOOST_TEST(accuracy > 0.98F);
  const Matrix weights = recall::mean_weights(two, unseen);
  BOOST_TEST(weights(0, 0) > 0.85F);
  BOOST_TEST(weights(1, 1) > 0.85F);
  BOOST_TEST(weights(0, 1) < 0.1F);
  BOOST_TEST(weights(1, 0) < 0.1F);
  const Matrix key_scores = recall::scores_of_ones(two, 0, 0, recall::num_pairs);
  for (std::size_t asked = 0; asked < recall::num_pairs; ++asked) {
    BOOST_TEST(std::ranges::max(key_scores.row(asked)) == key_scores(asked, asked));
  }

  Generator generator_one(123);
  MultiHeadAttention one = recall::draw_model(1, generator_one);
  recall::train_with_adam(one, recall::draw_examples(128, generator_one), 60, 0.05F);
  for (const float accuracy : recall::accuracies(one, unseen)) BOOST_TEST(accuracy < 0.92F);
  const Matrix split = recall::mean_weights(one, unseen);
  BOOST_TEST(split(0, 0) > 0.35F);
  BOOST_TEST(split(0, 1) > 0.35F);
}

BOOST_AUTO_TEST_CASE(large_scores_hinder_learning) {
  Generator generator(123), generator_wide(123);
  recall::draw_model(2, generator);
  const std::vector<recall::Example> examples = recall::draw_examples(64, generator);
  MultiHeadAttention with = recall::draw_model(1, generator_wide, 64);
  for (Linear* layer : {&with.W_query, &with.W_key}) {
    for (float& weight : layer->weight.values()) weight *= std::sqrt(13.0F);
  }
  MultiHeadAttention without = with;
  const auto largest_with = recall::largest_weight(with, examples);
  const auto largest_without = recall::largest_weight(recall::without_scaling(without), examples);
  BOOST_TEST(largest_with[0] < 0.5F);
  BOOST_TEST(largest_without[0] > 0.8F);
  BOOST_TEST(largest_without[1] < largest_with[1] / 2);
  const float loss_with = recall::train_with_adam(with, examples, 10, 0.05F).back();
  const float loss_without =
      recall::train_with_adam(without, examples, 10, 0.05F, recall::loss_without_scaling).back();
  BOOST_TEST(loss_with < loss_without / 2);
}
