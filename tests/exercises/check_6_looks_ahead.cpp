#include <cmath>

#include "check.hpp"
#include "longhand/causal_attention.hpp"
#include "longhand/simplified_self_attention.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"

namespace exercises {

namespace {

using Sees = std::function<bool(std::size_t query, std::size_t key)>;

// Attention in which a query sees these keys alone, and mixes them with softmax.
Attention attention_that(const Sees& sees) {
  return [=](const Matrix& inputs) {
    Matrix context_vecs(inputs.rows(), inputs.cols());
    for (std::size_t query = 0; query < inputs.rows(); ++query) {
      std::vector<float> scores(inputs.rows(), -INFINITY);
      for (std::size_t key = 0; key < inputs.rows(); ++key) {
        if (sees(query, key)) scores[key] = longhand::dot(inputs.row(query), inputs.row(key));
      }
      const std::vector<float> weights = longhand::softmax(scores);
      for (std::size_t key = 0; key < inputs.rows(); ++key) {
        if (weights[key] == 0) continue;
        for (std::size_t feature = 0; feature < inputs.cols(); ++feature) {
          context_vecs(query, feature) += weights[key] * inputs(key, feature);
        }
      }
    }
    return context_vecs;
  };
}

// The weights of later tokens are zero, but softmax has divided by a sum over all.
Matrix masked_after_softmax(const Matrix& inputs) {
  const Matrix weights = longhand::simplified_self_attention(inputs).attn_weights;
  return matmul(elementwise_product(weights, longhand::causal_mask(inputs.rows())), inputs);
}

// Each token less the mean of all.
Matrix centred(const Matrix& inputs) {
  const std::size_t num_tokens = inputs.rows();
  Matrix less_mean(num_tokens, num_tokens, -1 / static_cast<float>(num_tokens));
  for (std::size_t token = 0; token < num_tokens; ++token) less_mean(token, token) += 1;
  return matmul(less_mean, inputs);
}

// A thousandth of the next token, in one feature.
Matrix with_a_trace(const Matrix& inputs) {
  Matrix result = attention_that([](auto query, auto key) { return key <= query; })(inputs);
  for (std::size_t token = 0; token + 1 < inputs.rows(); ++token) {
    result(token, 1) += inputs(token + 1, 0) / 1000;
  }
  return result;
}

}  // namespace

void check_looks_ahead(Check& check, decltype(looks_ahead)* answer) {
  const auto answer_is = [&](const std::string& name, const Attention& attention, bool must_be) {
    check.equal("looks_ahead(" + name + ")", answer(attention), must_be);
  };
  const Sees causal = [](auto query, auto key) { return key <= query; };

  check.law("attention without a mask looks ahead, attention with one does not");
  answer_is("attention without a mask", attention_that([](auto, auto) { return true; }), true);
  answer_is("causal attention", attention_that(causal), false);

  check.law("a causal attention may see less than it is allowed to");
  answer_is("a window of 2 tokens",
            attention_that([](auto query, auto key) { return key <= query && query <= key + 1; }),
            false);
  answer_is("each token alone", attention_that(std::equal_to<>()), false);
  answer_is("the first token alone", attention_that([](auto, auto key) { return key == 0; }),
            false);
  answer_is(
      "a result of zeros", [](const Matrix& in) { return Matrix(in.rows(), 2); }, false);

  check.law("a mask one off, or after softmax, or on mixed inputs, looks ahead");
  answer_is("each query sees one token more",
            attention_that([](auto query, auto key) { return key <= query + 1; }), true);
  answer_is("a mask after softmax", masked_after_softmax, true);
  answer_is(
      "causal attention over tokens less their mean",
      [=](const Matrix& inputs) { return attention_that(causal)(centred(inputs)); }, true);

  check.law("one row that looks ahead is enough: the first, or the last but one");
  answer_is("the first query sees the second token", attention_that([](auto query, auto key) {
              return key <= query || (query == 0 && key == 1);
            }),
            true);
  answer_is(
      "only a query whose next token is the last sees it",
      [=](const Matrix& inputs) {
        const std::size_t last = inputs.rows() - 1;
        return attention_that([=](auto query, auto key) {
          return key <= query || (key == last && query + 1 == last);
        })(inputs);
      },
      true);

  check.law("a faint trace of the next token, in one feature, is one");
  answer_is("causal attention plus a thousandth of the next token", with_a_trace, true);
}

static const Exercise exercise_6_looks_ahead("6_looks_ahead", check_looks_ahead, looks_ahead);

}  // namespace exercises
