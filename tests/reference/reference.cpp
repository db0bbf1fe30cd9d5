// What PyTorch computed in every step, for shapes where nothing is square or equal by luck:
// reference/data, written by reference/generate.py.
//
// Weights, inputs and dropout agree bit for bit. Each other step is fed PyTorch's own inputs to
// that step, so that a difference is the step's own.

#include "reference.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <sstream>

#include "check.hpp"
#include "grouped_queries.hpp"
#include "longhand/causal_attention.hpp"
#include "longhand/gradients.hpp"
#include "longhand/key_value_cache.hpp"
#include "longhand/multi_head_attention.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"
#include "rotary_positions.hpp"
#include "run.hpp"

using namespace longhand;

namespace {

// The files of models, or those of them that hold a tensor.
std::vector<Reference> references(const std::string& tensor_name = "inputs") {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path data = from_meson("SOURCE_ROOT") + "/tests/reference/data";
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    if (Reference(entry.path()).tensors.contains(tensor_name)) files.push_back(entry);
  }
  BOOST_REQUIRE(!files.empty());
  std::sort(files.begin(), files.end());
  return {files.begin(), files.end()};
}

void check_bits(const Reference& reference, const std::string& tensor_name,
                std::span<const float> values) {
  const Reference::Tensor& tensor = reference.tensors.at(tensor_name);
  const std::string where = reference.name + ": " + tensor_name;
  BOOST_REQUIRE_MESSAGE(values.size() == tensor.values.size(), where);
  std::size_t different = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (bits_of(values[i]) != bits_of(tensor.values[i])) ++different;
  }
  BOOST_TEST(different == 0U, where);
}

// The attention of a reference file, its weights drawn anew from the seed, with one face for all.
struct Attention {
  explicit Attention(const Reference& reference) : generator(reference.size("seed")) {
    const std::string kind = reference.config.at("kind");
    const std::size_t d_in = reference.size("d_in");
    const std::size_t d_out = reference.size("d_out");
    const std::size_t context_length = reference.size("context_length");
    const double p = reference.number("dropout");
    const bool qkv_bias = reference.size("qkv_bias") == 1;
    if (kind == "self_attention_v1") {
      const auto v1 = SelfAttentionV1::draw({.d_in = d_in, .d_out = d_out}, generator);
      // As linear layers, which keep the transposed weights.
      projections = {Linear{transpose(v1.W_query)}, Linear{transpose(v1.W_key)},
                     Linear{transpose(v1.W_value)}};
      keeps_weights_transposed = true;
      forward = [v1](const std::vector<Matrix>& batch, Generator&) {
        return std::vector<Matrix>{v1.forward(batch.at(0))};
      };
    } else if (kind == "self_attention_v2") {
      const auto v2 =
          SelfAttentionV2::draw({.d_in = d_in, .d_out = d_out, .qkv_bias = qkv_bias}, generator);
      projections = {v2.W_query, v2.W_key, v2.W_value};
      forward = [v2](const std::vector<Matrix>& batch, Generator&) {
        return std::vector<Matrix>{v2.forward(batch.at(0))};
      };
    } else if (kind == "causal_attention") {
      const auto ca = CausalAttention::draw({.d_in = d_in,
                                             .d_out = d_out,
                                             .context_length = context_length,
                                             .dropout = p,
                                             .qkv_bias = qkv_bias},
                                            generator);
      projections = {ca.W_query, ca.W_key, ca.W_value};
      forward = [ca](const std::vector<Matrix>& batch, Generator& generator) {
        return ca.forward(batch, Training{generator});
      };
    } else {
      const auto mha = MultiHeadAttention::draw({.d_in = d_in,
                                                 .d_out = d_out,
                                                 .context_length = context_length,
                                                 .dropout = p,
                                                 .num_heads = reference.size("num_heads"),
                                                 .qkv_bias = qkv_bias},
                                                generator);
      projections = {mha.W_query, mha.W_key, mha.W_value, mha.out_proj};
      forward = [mha](const std::vector<Matrix>& batch, Generator& generator) {
        return mha.forward(batch, Training{generator});
      };
    }
  }

  // The same weights, of several heads that share one projection.
  MultiHeadAttention multi_head(const Reference& reference) const {
    return {.context_length = reference.size("context_length"),
            .dropout = reference.number("dropout"),
            .num_heads = reference.size("num_heads"),
            .W_query = projections[0],
            .W_key = projections[1],
            .W_value = projections[2],
            .out_proj = projections[3]};
  }

  Generator generator;
  std::vector<Linear> projections;  // query, key, value, and of several heads the output
  bool keeps_weights_transposed = false;
  std::function<std::vector<Matrix>(const std::vector<Matrix>&, Generator&)> forward;
};

const std::vector<std::string> projection_names{"W_query", "W_key", "W_value", "out_proj"};
const std::vector<std::string> output_names{"queries", "keys", "values", "context_vecs"};

// How many tokens each piece has: "2,1,6".
std::vector<std::size_t> sizes_of_pieces(const Reference& reference) {
  std::vector<std::size_t> sizes;
  std::istringstream numbers(reference.config.at("pieces"));
  for (std::string number; std::getline(numbers, number, ',');)
    sizes.push_back(std::stoull(number));
  return sizes;
}

bool is_causal(const Reference& reference) {
  return !reference.config.at("kind").starts_with("self_attention");
}

// A sum of n products may differ by 4 * 2^-24 * n * sum |a b|: each order rounds each of its
// partial sums.
void check_product(const std::string& where, const Matrix& computed, const Matrix& expected,
                   const Matrix& left, const Matrix& right) {
  for (std::size_t row = 0; row < computed.rows(); ++row) {
    for (std::size_t col = 0; col < computed.cols(); ++col) {
      double size = 0;
      for (std::size_t inner = 0; inner < left.cols(); ++inner) {
        size += std::abs(static_cast<double>(left(row, inner)) * right(inner, col));
      }
      const double bound = std::ldexp(4.0 * static_cast<double>(left.cols()) * size, -24);
      const double difference =
          std::abs(static_cast<double>(computed(row, col)) - expected(row, col));
      BOOST_TEST(difference <= bound, where << ": " << difference << " > " << bound);
    }
  }
}

// From the same computation in double, no further than twice as far as PyTorch is, as root mean squares.
// A sum of few numbers may happen to be exact in PyTorch: what one rounding costs is always allowed.
void check_error(const Reference& reference, const std::string& tensor_name,
                 std::span<const float> computed) {
  const std::vector<double>& exact = reference.tensors.at("exact_" + tensor_name).exact;
  const std::vector<float>& of_pytorch = reference.tensors.at(tensor_name).values;
  BOOST_REQUIRE(computed.size() >= exact.size());
  double own = 0, pytorch = 0, rounding = 0;  // sums of squares
  for (std::size_t i = 0; i < exact.size(); ++i) {
    own += std::pow(computed[i] - exact[i], 2);
    pytorch += std::pow(of_pytorch[i] - exact[i], 2);
    rounding += std::pow(std::ldexp(exact[i], -24), 2);
  }
  BOOST_TEST(own <= std::max(4 * pytorch, rounding), reference.name << ", " << tensor_name);
}

// The rows of all matrices, one below the other.
Matrix stacked(const std::vector<Matrix>& parts) {
  std::vector<Matrix> transposed;
  for (const Matrix& part : parts) transposed.push_back(transpose(part));
  return transpose(join_heads(transposed));
}

// The matrices of all heads, one after the other, of a tensor that is split into heads or is not yet.
std::vector<Matrix> heads_of(const Reference& reference, const std::string& tensor_name) {
  if (reference.tensors.at(tensor_name).shape.size() == 4) return reference.matrices(tensor_name);
  std::vector<Matrix> heads;
  for (const Matrix& item : reference.matrices(tensor_name)) {
    for (const Matrix& head : split_heads(item, reference.size("num_heads"))) heads.push_back(head);
  }
  return heads;
}

// Each of these tensors is the matrix product of two others, head by head.
void check_heads(const Reference& reference, const std::string& expected, const std::string& left,
                 const std::string& right, bool is_transposed = false) {
  const auto lefts = heads_of(reference, left), rights = heads_of(reference, right),
             products = heads_of(reference, expected);
  for (std::size_t i = 0; i < products.size(); ++i) {
    const Matrix factor = is_transposed ? transpose(rights[i]) : rights[i];
    check_product(reference.name + ": " + expected, matmul(lefts[i], factor), products[i], lefts[i],
                  factor);
  }
}

// A bias is one product more, with an input of one.
void check_projection(const std::string& where, const Linear& layer, const Matrix& inputs,
                      const Matrix& expected) {
  Matrix left(inputs.rows(), inputs.cols() + 1);
  Matrix right(layer.d_in() + 1, layer.d_out());
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    std::ranges::copy(inputs.row(token), left.row(token).begin());
    left(token, inputs.cols()) = 1;
  }
  for (std::size_t out = 0; out < layer.d_out(); ++out) {
    for (std::size_t in = 0; in < layer.d_in(); ++in) right(in, out) = layer.weight(out, in);
    right(layer.d_in(), out) = layer.bias.empty() ? 0 : layer.bias[out];
  }
  check_product(where, layer.forward(inputs), expected, left, right);
}

}  // namespace

BOOST_AUTO_TEST_CASE(weights_and_inputs_from_a_seed_are_those_of_pytorch_bit_for_bit) {
  for (const Reference& reference : references()) {
    Attention attention(reference);
    for (std::size_t i = 0; i < attention.projections.size(); ++i) {
      const Linear& layer = attention.projections[i];
      const std::string name = projection_names[i] + ".weight";
      const Matrix weight =
          attention.keeps_weights_transposed ? transpose(layer.weight) : layer.weight;
      const std::size_t kept =
          reference.matrices(name)[0].rows();  // all, or of a large one the first
      check_bits(reference, name, first_rows(weight, kept).values());
      if (!layer.bias.empty()) check_bits(reference, projection_names[i] + ".bias", layer.bias);
      BOOST_TEST(layer.bias.empty() == !reference.tensors.contains(projection_names[i] + ".bias"));
    }
    const Matrix rand = attention.generator.rand(reference.size("batch") * reference.size("tokens"),
                                                 reference.size("d_in"));
    std::vector<float> inputs;
    for (const float u : rand.values()) {
      inputs.push_back((2 * u - 1) * static_cast<float>(reference.number("input_factor")));
    }
    check_bits(reference, "inputs", inputs);
  }
}

BOOST_AUTO_TEST_CASE(projections_are_those_of_pytorch) {
  for (const Reference& reference : references()) {
    const std::vector<Linear> layers = Attention(reference).projections;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const Matrix inputs = stacked(reference.matrices(i < 3 ? "inputs" : "joined"));
      check_projection(reference.name + ": " + output_names[i], layers[i], inputs,
                       stacked(reference.matrices(output_names[i])));
    }
  }
}

BOOST_AUTO_TEST_CASE(scores_are_those_of_pytorch) {
  for (const Reference& reference : references()) {
    check_heads(reference, "attn_scores", "queries", "keys", true);
  }
}

BOOST_AUTO_TEST_CASE(masked_and_scaled_scores_are_those_of_pytorch_bit_for_bit) {
  for (const Reference& reference : references()) {
    const std::size_t head_dim = reference.size("d_out") / reference.size("num_heads");
    std::vector<Matrix> scaled;
    for (const Matrix& attn_scores : reference.matrices("attn_scores")) {
      scaled.push_back(
          scale(is_causal(reference) ? mask_scores(attn_scores) : attn_scores, head_dim));
    }
    check_bits(reference, "scaled_scores", stacked(scaled).values());
  }
}

BOOST_AUTO_TEST_CASE(softmax_weights_are_those_of_pytorch_within_a_millionth) {
  for (const Reference& reference : references()) {
    const std::vector<Matrix> attn_weights = reference.matrices("attn_weights");
    const std::vector<Matrix> scaled_scores = reference.matrices("scaled_scores");
    for (std::size_t i = 0; i < attn_weights.size(); ++i) {
      const Matrix computed = softmax_rows(scaled_scores[i]);
      for (std::size_t k = 0; k < computed.values().size(); ++k) {
        const double expected = attn_weights[i].values()[k];
        const double difference = std::abs(computed.values()[k] - expected);
        BOOST_TEST(difference <= 1e-6 * expected, reference.name);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(dropped_weights_are_those_of_pytorch_bit_for_bit) {
  for (const Reference& reference : references()) {
    Generator generator(reference.size("training_seed"));
    Dropout dropout(reference.number("dropout"), Training{generator});
    std::vector<Matrix> dropped;
    for (const Matrix& attn_weights : reference.matrices("attn_weights")) {
      dropped.push_back(dropout.drop(attn_weights));
    }
    check_bits(reference, "dropped_weights", stacked(dropped).values());
  }
}

BOOST_AUTO_TEST_CASE(context_vectors_of_heads_are_those_of_pytorch) {
  for (const Reference& reference : references()) {
    check_heads(reference, "context_of_heads", "dropped_weights", "values");
  }
}

BOOST_AUTO_TEST_CASE(joined_heads_are_those_of_pytorch_bit_for_bit) {
  for (const Reference& reference : references("joined")) {
    const std::vector<Matrix> heads = reference.matrices("context_of_heads");
    const auto num_heads = static_cast<std::ptrdiff_t>(reference.size("num_heads"));
    std::vector<Matrix> joined;
    for (auto first = heads.begin(); first != heads.end(); first += num_heads) {
      joined.push_back(join_heads({first, first + num_heads}));
    }
    check_bits(reference, "joined", stacked(joined).values());
  }
}

// From the seed to the context vectors: no further from the same computation in double than twice
// as far as PyTorch is, where PyTorch's library of matrix products adds from left to right. One
// that adds in blocks (other_order_...) is nearer the longer the sums, and no measure for a plain
// loop.
BOOST_AUTO_TEST_CASE(the_whole_is_as_near_to_the_exact_result_as_pytorch) {
  for (const Reference& reference : references()) {
    if (reference.name.starts_with("other_order")) continue;
    const Attention attention(reference);
    Generator training(reference.size("training_seed"));
    const auto computed = attention.forward(reference.matrices("inputs"), training);
    check_error(reference, "context_vecs", stacked(computed).values());
  }
}

BOOST_AUTO_TEST_CASE(gradients_of_products_in_each_head_are_those_of_pytorch) {
  for (const Reference& reference : references("inputs_grad")) {
    const auto context_grad = heads_of(reference, "joined_grad"),
               scores_grad = heads_of(reference, "heads.attn_scores_grad"),
               weights = heads_of(reference, "dropped_weights"),
               queries = heads_of(reference, "queries"), keys = heads_of(reference, "keys"),
               values = heads_of(reference, "values");
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto check = [&](const std::string& name, const Matrix& computed, const Matrix& left,
                             const Matrix& right) {
        check_product(reference.name + ": " + name, computed, heads_of(reference, name)[i], left,
                      right);
      };
      check("heads.dropped_weights_grad", matmul_left_grad(context_grad[i], values[i]),
            context_grad[i], transpose(values[i]));
      check("values_grad", matmul_right_grad(weights[i], context_grad[i]), transpose(weights[i]),
            context_grad[i]);
      check("queries_grad", matmul_left_grad(scores_grad[i], transpose(keys[i])), scores_grad[i],
            keys[i]);
      check("keys_grad", matmul_right_grad(scores_grad[i], queries[i]), transpose(scores_grad[i]),
            queries[i]);
    }
  }
}

BOOST_AUTO_TEST_CASE(gradients_of_dropout_scaling_and_mask_are_those_of_pytorch_bit_for_bit) {
  for (const Reference& reference : references("inputs_grad")) {
    const std::size_t head_dim = reference.size("d_out") / reference.size("num_heads");
    Generator generator(reference.size("training_seed"));
    Dropout dropout(reference.number("dropout"), Training{generator});
    std::vector<Matrix> attn_weights_grad, attn_scores_grad;
    for (const Matrix& grad : reference.matrices("heads.dropped_weights_grad")) {
      attn_weights_grad.push_back(
          elementwise_product(grad, dropout.factors(grad.rows(), grad.cols())));
    }
    for (const Matrix& grad : reference.matrices("heads.scaled_scores_grad")) {
      attn_scores_grad.push_back(mask_scores_grad(scale(grad, head_dim)));
    }
    check_bits(reference, "heads.attn_weights_grad", stacked(attn_weights_grad).values());
    check_bits(reference, "heads.attn_scores_grad", stacked(attn_scores_grad).values());
  }
}

// w_j (g_j - m) with m = sum of w g: two sums of n products differ by at most
// 4 * 2^-24 * n * sum |w g|; then the difference is rounded, and its product with w_j.
BOOST_AUTO_TEST_CASE(gradients_of_softmax_are_those_of_pytorch) {
  for (const Reference& reference : references("inputs_grad")) {
    const auto weights = reference.matrices("attn_weights");
    const auto weights_grad = reference.matrices("heads.attn_weights_grad");
    const auto scores_grad = reference.matrices("heads.scaled_scores_grad");
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const Matrix computed = softmax_rows_grad(weights[i], weights_grad[i]);
      for (std::size_t row = 0; row < computed.rows(); ++row) {
        double size = 0;
        for (std::size_t k = 0; k < computed.cols(); ++k) {
          size += std::abs(static_cast<double>(weights[i](row, k)) * weights_grad[i](row, k));
        }
        for (std::size_t j = 0; j < computed.cols(); ++j) {
          const double products = static_cast<double>(computed.cols() + 1) * size;
          const double bound = std::ldexp(
              4 * weights[i](row, j) * (products + std::abs(weights_grad[i](row, j))), -24);
          const double difference =
              std::abs(static_cast<double>(computed(row, j)) - scores_grad[i](row, j));
          BOOST_TEST(difference <= bound, reference.name << ": " << difference << " > " << bound);
        }
      }
    }
  }
}

// A weight's gradient is a sum over all tokens of the batch; where it is large, the file has its
// first rows. The inputs' gradient is one sum over the outputs of all three layers.
BOOST_AUTO_TEST_CASE(gradients_of_linear_layers_are_those_of_pytorch) {
  for (const Reference& reference : references("inputs_grad")) {
    const Attention attention(reference);
    std::vector<Matrix> outputs_grads, weights;
    for (std::size_t i = 0; i < output_names.size(); ++i) {
      const std::string where = reference.name + ": " + projection_names[i];
      const Linear& layer = attention.projections[i];
      const Matrix inputs = stacked(reference.matrices(i < 3 ? "inputs" : "joined"));
      const Matrix outputs_grad = stacked(reference.matrices(output_names[i] + "_grad"));
      const LinearGrads grads = linear_grads(layer, inputs, outputs_grad);
      const Matrix weight_grad = reference.matrices(projection_names[i] + ".weight_grad")[0];
      check_product(where, first_rows(grads.weight_grad, weight_grad.rows()), weight_grad,
                    transpose(outputs_grad), inputs);
      BOOST_TEST(grads.bias_grad.size() == layer.bias.size());
      if (!layer.bias.empty()) {
        const auto& bias_grad = reference.tensors.at(projection_names[i] + ".bias_grad").values;
        check_product(where, Matrix(1, layer.d_out(), grads.bias_grad),
                      Matrix(1, layer.d_out(), bias_grad), Matrix(1, inputs.rows(), 1),
                      outputs_grad);
      }
      if (i == 3) {
        check_product(where, grads.inputs_grad, stacked(reference.matrices("joined_grad")),
                      outputs_grad, layer.weight);
        continue;
      }
      outputs_grads.push_back(outputs_grad);
      weights.push_back(layer.weight);
    }
    const Matrix left = join_heads(outputs_grads), right = stacked(weights);
    check_product(reference.name,
                  linear_grads(Linear{right}, Matrix(left.rows(), right.cols()), left).inputs_grad,
                  stacked(reference.matrices("inputs_grad")), left, right);
  }
}

// Of each tensor for itself, so that small gradients count as much as large ones. Weights' and biases'
// gradients are summed over the batch.
BOOST_AUTO_TEST_CASE(the_gradients_of_the_whole_are_as_near_to_the_exact_ones_as_those_of_pytorch) {
  for (const Reference& reference : references("inputs_grad")) {
    const Attention attention(reference);
    const std::vector<Linear>& layers = attention.projections;
    const MultiHeadAttention mha = attention.multi_head(reference);
    Generator training(reference.size("training_seed"));
    const std::vector<Matrix> inputs = reference.matrices("inputs");
    const std::vector<Matrix> context_vecs_grad = reference.matrices("context_vecs_grad");
    const List<MultiHeadAttentionSteps> steps = mha.steps(inputs, Training{training});
    std::map<std::string, std::vector<float>> sums;
    const auto add = [&](const std::string& name, std::span<const float> grad) {
      sums[name].resize(grad.size());
      for (std::size_t i = 0; i < grad.size(); ++i) sums[name][i] += grad[i];
    };
    std::vector<Matrix> inputs_grad;
    for (std::size_t item = 0; item < inputs.size(); ++item) {
      const MultiHeadAttentionGrads grads =
          multi_head_attention_grads(mha, inputs[item], steps[item], context_vecs_grad[item]);
      inputs_grad.push_back(grads.inputs_grad);
      const std::vector<LinearGrads> layers_grads{grads.W_query, grads.W_key, grads.W_value,
                                                  grads.out_proj};
      for (std::size_t i = 0; i < layers.size(); ++i) {
        add(projection_names[i] + ".weight_grad", layers_grads[i].weight_grad.values());
        if (layers[i].bias.empty()) continue;
        add(projection_names[i] + ".bias_grad", layers_grads[i].bias_grad);
      }
    }
    const Matrix all_inputs_grad = stacked(inputs_grad);
    add("inputs_grad", all_inputs_grad.values());
    for (const auto& [name, sum] : sums) check_error(reference, name, sum);
  }
}

// Each head of each piece: its queries, and the keys and values of all tokens so far.
BOOST_AUTO_TEST_CASE(steps_of_a_piece_after_others_are_those_of_pytorch) {
  for (const Reference& reference : references("grouped_context_vecs")) {
    const std::size_t head_dim = reference.size("d_out") / reference.size("num_heads");
    for (std::size_t piece = 0; piece < sizes_of_pieces(reference).size(); ++piece) {
      const std::string prefix = "piece_" + std::to_string(piece) + ".";
      const std::string heads = prefix + "heads.";
      check_heads(reference, heads + "attn_scores", prefix + "queries", prefix + "keys", true);
      check_heads(reference, heads + "context_vecs", heads + "attn_weights", prefix + "values");
      std::vector<Matrix> scaled;
      for (const Matrix& attn_scores : reference.matrices(heads + "attn_scores")) {
        scaled.push_back(scale(mask_new_scores(attn_scores), head_dim));
      }
      check_bits(reference, heads + "scaled_scores", stacked(scaled).values());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_text_in_pieces_is_as_near_to_the_exact_result_as_pytorch) {
  for (const Reference& reference : references("grouped_context_vecs")) {
    const Attention attention(reference);
    const MultiHeadAttention mha = attention.multi_head(reference);
    std::vector<Matrix> computed;
    for (const Matrix& item : reference.matrices("inputs")) {
      KeyValueCache cache;
      for (const std::size_t size : sizes_of_pieces(reference)) {
        const Matrix piece = rows_of(item, cache.num_tokens(), size);
        computed.push_back(forward_with_cache(mha, piece, cache));
      }
    }
    check_error(reference, "context_vecs_with_cache", stacked(computed).values());
  }
}

BOOST_AUTO_TEST_CASE(grouped_queries_are_as_near_to_the_exact_result_as_pytorch) {
  for (const Reference& reference : references("grouped_context_vecs")) {
    const Attention attention(reference);
    const std::size_t num_heads = reference.size("num_heads");
    const std::size_t num_kv_heads = reference.size("num_kv_heads");
    const std::vector<Linear>& layers = attention.projections;
    std::vector<Matrix> computed;
    for (const Matrix& item : reference.matrices("inputs")) {
      const auto shared = [&](const Linear& layer) {
        return grouped_queries::first_of_groups(layer.forward(item), num_heads, num_kv_heads);
      };
      computed.push_back(layers[3].forward(grouped_queries::attention(
          layers[0].forward(item), shared(layers[1]), shared(layers[2]), num_heads, num_kv_heads)));
    }
    check_error(reference, "grouped_context_vecs", stacked(computed).values());
  }
}

// Cosine and sine are rounded, then it is two products of a pair: bounded as a sum of two.
BOOST_AUTO_TEST_CASE(rotary_positions_are_those_of_pytorch_in_double) {
  const Reference reference(from_meson("SOURCE_ROOT") + "/tests/reference/data/rotary.txt");
  for (std::size_t i = 0; reference.tensors.contains("head_" + std::to_string(i)); ++i) {
    const Matrix head = reference.matrices("head_" + std::to_string(i))[0];
    const std::size_t first_position = reference.size("first_position_" + std::to_string(i));
    for (const auto pairs : {rotary::Pairs::neighbours, rotary::Pairs::halves}) {
      const bool is_halves = pairs == rotary::Pairs::halves;
      const std::string name = (is_halves ? "halves_" : "neighbours_") + std::to_string(i);
      const std::vector<double>& exact = reference.tensors.at(name).exact;
      const Matrix rotated = rotary::rotate(head, first_position, pairs);
      BOOST_REQUIRE(exact.size() == rotated.values().size());
      for (std::size_t k = 0; k < exact.size(); ++k) {
        const std::size_t col = k % head.cols(), half = head.cols() / 2;
        const std::size_t other = is_halves ? (col + half) % head.cols() : col ^ 1U;
        const float a = head(k / head.cols(), col), b = head(k / head.cols(), other);
        const double bound = std::ldexp(3.0 * (std::abs(a) + std::abs(b)), -24);
        const double difference = std::abs(rotated.values()[k] - exact[k]);
        BOOST_TEST(difference <= bound, name << ": " << difference << " > " << bound);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(dropout_masks_of_both_streams_are_those_of_pytorch_bit_for_bit) {
  const std::string data = from_meson("SOURCE_ROOT") + "/tests/reference/data/";
  for (const BernoulliStream stream : {BernoulliStream::without_mkl, BernoulliStream::with_mkl}) {
    const Reference reference(data + (stream == BernoulliStream::with_mkl
                                          ? "masks_with_mkl.txt"
                                          : "masks_without_mkl.txt"));
    for (const auto& [tensor_name, tensor] : reference.tensors) {
      const std::string prefix = "dropout_";
      if (tensor_name == "dropout_of_ones" || tensor_name == "uniform") continue;
      // dropout_P_SEED, P in thousandths; where no seed is named, P is the seed too.
      const std::string numbers = tensor_name.substr(prefix.size());
      const std::size_t last = numbers.find('_') + 1;
      Generator generator(std::stoull(numbers.substr(last)), stream);
      const Matrix ones(1, tensor.values.size(), 1);
      const double p = std::stod(numbers) / 1000;
      const Matrix mask = Dropout(p, Training{generator}).drop(ones);
      check_bits(reference, tensor_name, mask.values());
    }
  }
}
