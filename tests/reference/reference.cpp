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
  std::vector<Reference> found;
  for (const auto& file : std::filesystem::directory_iterator(reference_data())) {
    Reference reference(file);
    if (reference.tensors.contains(tensor_name)) found.push_back(std::move(reference));
  }
  BOOST_REQUIRE(!found.empty());
  std::ranges::sort(found, {}, &Reference::name);
  return found;
}

void check_bits(const Reference& reference, const std::string& tensor_name,
                std::span<const float> values) {
  const std::span<const float> expected = reference.tensors.at(tensor_name).values;
  BOOST_TEST(std::ranges::equal(std::as_bytes(values), std::as_bytes(expected)),
             reference.name << ": " << tensor_name);
}

// The rows of all matrices, one below the other.
Matrix stacked(const std::vector<Matrix>& parts) {
  std::vector<Matrix> transposed;
  for (const Matrix& part : parts) transposed.push_back(transpose(part));
  return transpose(join_heads(transposed));
}

// A step from each matrix of one tensor to that of another.
void check_bits_of_step(const Reference& reference, const std::string& from, const std::string& to,
                        const std::function<Matrix(const Matrix&)>& step) {
  std::vector<Matrix> computed;
  for (const Matrix& matrix : reference.matrices(from)) computed.push_back(step(matrix));
  check_bits(reference, to, stacked(computed).values());
}

// The attention of a reference file, its weights drawn anew from the seed, with one face for all.
struct Attention {
  explicit Attention(const Reference& reference) : generator(reference.size("seed")) {
    const std::string kind = reference.config.at("kind");
    const std::size_t d_in = reference.size("d_in"), d_out = reference.size("d_out");
    const std::size_t context_length = reference.size("context_length");
    const double dropout = reference.number("dropout");
    const bool qkv_bias = reference.size("qkv_bias") == 1;
    if (kind == "self_attention_v1") {
      const auto v1 = SelfAttentionV1::draw({d_in, d_out}, generator);
      // As linear layers, which keep the transposed weights.
      projections = {Linear{transpose(v1.W_query)}, Linear{transpose(v1.W_key)},
                     Linear{transpose(v1.W_value)}};
      keeps_weights_transposed = true;
      forward = [v1](const auto& batch, auto) { return std::vector{v1.forward(batch.at(0))}; };
    } else if (kind == "self_attention_v2") {
      const auto v2 = SelfAttentionV2::draw({d_in, d_out, qkv_bias}, generator);
      projections = {v2.W_query, v2.W_key, v2.W_value};
      forward = [v2](const auto& batch, auto) { return std::vector{v2.forward(batch.at(0))}; };
    } else if (kind == "causal_attention") {
      const auto ca =
          CausalAttention::draw({d_in, d_out, context_length, dropout, qkv_bias}, generator);
      projections = {ca.W_query, ca.W_key, ca.W_value};
      forward = [ca](const auto& batch, Training training) { return ca.forward(batch, training); };
    } else {
      const std::size_t num_heads = reference.size("num_heads");
      mha = MultiHeadAttention::draw({d_in, d_out, context_length, dropout, num_heads, qkv_bias},
                                     generator);
      projections = {mha.W_query, mha.W_key, mha.W_value, mha.out_proj};
      forward = [this](const auto& batch, Training training) {
        return mha.forward(batch, training);
      };
    }
  }
  Attention(const Attention&) = delete;

  Generator generator;
  std::vector<Linear> projections;  // query, key, value, and of several heads the output
  bool keeps_weights_transposed = false;
  MultiHeadAttention mha;  // of several heads
  std::function<std::vector<Matrix>(const std::vector<Matrix>&, Training)> forward;
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

std::size_t head_dim_of(const Reference& reference) {
  return reference.size("d_out") / reference.size("num_heads");
}

bool is_causal(const Reference& reference) {
  return !reference.config.at("kind").starts_with("self_attention");
}

// Each number of a tensor differs from the expected one by no more than its bound.
void check_within(const std::string& where, const Matrix& computed, const Matrix& expected,
                  const std::function<double(std::size_t row, std::size_t col)>& bound) {
  for (std::size_t row = 0; row < computed.rows(); ++row) {
    for (std::size_t col = 0; col < computed.cols(); ++col) {
      const double difference =
          std::abs(static_cast<double>(computed(row, col)) - expected(row, col));
      BOOST_TEST(difference <= bound(row, col),
                 where << ": " << difference << " > " << bound(row, col));
    }
  }
}

// A sum of n products may differ by 4 * 2^-24 * n * sum |a b|: each order rounds each of its
// partial sums.
void check_product(const std::string& where, const Matrix& computed, const Matrix& expected,
                   const Matrix& left, const Matrix& right) {
  check_within(where, computed, expected, [&](std::size_t row, std::size_t col) {
    double size = 0;
    for (std::size_t inner = 0; inner < left.cols(); ++inner) {
      size += std::abs(static_cast<double>(left(row, inner)) * right(inner, col));
    }
    return std::ldexp(4.0 * static_cast<double>(left.cols()) * size, -24);
  });
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

// The matrices of all heads, one after the other, of a tensor that is split into heads or is not yet.
std::vector<Matrix> heads_of(const Reference& reference, const std::string& tensor_name) {
  if (reference.tensors.at(tensor_name).shape.size() == 4) return reference.matrices(tensor_name);
  std::vector<Matrix> heads;
  for (const Matrix& item : reference.matrices(tensor_name)) {
    for (const Matrix& head : split_heads(item, reference.size("num_heads"))) heads.push_back(head);
  }
  return heads;
}

std::vector<Matrix> transposed(std::vector<Matrix> matrices) {
  for (Matrix& matrix : matrices) matrix = transpose(matrix);
  return matrices;
}

// A tensor is the matrix product of two others, head by head, which a function computes.
void check_heads(const Reference& reference, const std::string& tensor_name,
                 const std::vector<Matrix>& lefts, const std::vector<Matrix>& rights,
                 const std::function<Matrix(const Matrix&, const Matrix&)>& multiply = matmul) {
  const std::vector<Matrix> products = heads_of(reference, tensor_name);
  for (std::size_t i = 0; i < products.size(); ++i) {
    check_product(reference.name + ": " + tensor_name, multiply(lefts[i], rights[i]), products[i],
                  lefts[i], rights[i]);
  }
}

// A bias is one product more, with an input of one.
void check_projection(const std::string& where, const Linear& layer, const Matrix& inputs,
                      const Matrix& expected) {
  const Matrix bias =
      layer.bias.empty() ? Matrix(layer.d_out(), 1) : Matrix(layer.d_out(), 1, layer.bias);
  check_product(where, layer.forward(inputs), expected,
                join_heads({inputs, Matrix(inputs.rows(), 1, 1)}),
                transpose(join_heads({layer.weight, bias})));
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
    check_heads(reference, "attn_scores", heads_of(reference, "queries"),
                transposed(heads_of(reference, "keys")));
  }
}

BOOST_AUTO_TEST_CASE(masked_and_scaled_scores_are_those_of_pytorch_bit_for_bit) {
  for (const Reference& reference : references()) {
    check_bits_of_step(reference, "attn_scores", "scaled_scores", [&](const Matrix& attn_scores) {
      return scale(is_causal(reference) ? mask_scores(attn_scores) : attn_scores,
                   head_dim_of(reference));
    });
  }
}

BOOST_AUTO_TEST_CASE(softmax_weights_are_those_of_pytorch_within_a_millionth) {
  for (const Reference& reference : references()) {
    const Matrix expected = stacked(reference.matrices("attn_weights"));
    const Matrix computed = softmax_rows(stacked(reference.matrices("scaled_scores")));
    check_within(reference.name, computed, expected,
                 [&](std::size_t row, std::size_t col) { return 1e-6 * expected(row, col); });
  }
}

BOOST_AUTO_TEST_CASE(dropped_weights_are_those_of_pytorch_bit_for_bit) {
  for (const Reference& reference : references()) {
    Generator generator(reference.size("training_seed"));
    Dropout dropout(reference.number("dropout"), Training{generator});
    check_bits_of_step(reference, "attn_weights", "dropped_weights",
                       [&](const Matrix& attn_weights) { return dropout.drop(attn_weights); });
  }
}

BOOST_AUTO_TEST_CASE(context_vectors_of_heads_are_those_of_pytorch) {
  for (const Reference& reference : references()) {
    check_heads(reference, "context_of_heads", heads_of(reference, "dropped_weights"),
                heads_of(reference, "values"));
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
    const auto computed = attention.forward(reference.matrices("inputs"), Training{training});
    check_error(reference, "context_vecs", stacked(computed).values());
  }
}

BOOST_AUTO_TEST_CASE(gradients_of_products_in_each_head_are_those_of_pytorch) {
  const auto left_grad = [](const Matrix& product_grad, const Matrix& transposed_right) {
    return matmul_left_grad(product_grad, transpose(transposed_right));
  };
  const auto right_grad = [](const Matrix& transposed_left, const Matrix& product_grad) {
    return matmul_right_grad(transpose(transposed_left), product_grad);
  };
  for (const Reference& reference : references("inputs_grad")) {
    const auto heads = [&](const std::string& name) { return heads_of(reference, name); };
    const auto context_grad = heads("joined_grad"), scores_grad = heads("heads.attn_scores_grad");
    check_heads(reference, "heads.dropped_weights_grad", context_grad, transposed(heads("values")),
                left_grad);
    check_heads(reference, "values_grad", transposed(heads("dropped_weights")), context_grad,
                right_grad);
    check_heads(reference, "queries_grad", scores_grad, heads("keys"), left_grad);
    check_heads(reference, "keys_grad", transposed(scores_grad), heads("queries"), right_grad);
  }
}

BOOST_AUTO_TEST_CASE(gradients_of_dropout_scaling_and_mask_are_those_of_pytorch_bit_for_bit) {
  for (const Reference& reference : references("inputs_grad")) {
    Generator generator(reference.size("training_seed"));
    Dropout dropout(reference.number("dropout"), Training{generator});
    check_bits_of_step(reference, "heads.dropped_weights_grad", "heads.attn_weights_grad",
                       [&](const Matrix& grad) {
                         return elementwise_product(grad,
                                                    dropout.factors(grad.rows(), grad.cols()));
                       });
    check_bits_of_step(
        reference, "heads.scaled_scores_grad", "heads.attn_scores_grad",
        [&](const Matrix& grad) { return mask_scores_grad(scale(grad, head_dim_of(reference))); });
  }
}

// w_j (g_j - m) with m = sum of w g: two sums of n products differ by at most
// 4 * 2^-24 * n * sum |w g|; then the difference is rounded, and its product with w_j.
BOOST_AUTO_TEST_CASE(gradients_of_softmax_are_those_of_pytorch) {
  for (const Reference& reference : references("inputs_grad")) {
    const Matrix weights = stacked(reference.matrices("attn_weights"));
    const Matrix weights_grad = stacked(reference.matrices("heads.attn_weights_grad"));
    check_within(reference.name, softmax_rows_grad(weights, weights_grad),
                 stacked(reference.matrices("heads.scaled_scores_grad")),
                 [&](std::size_t row, std::size_t j) {
                   double size = 0;
                   for (std::size_t k = 0; k < weights.cols(); ++k) {
                     size += std::abs(static_cast<double>(weights(row, k)) * weights_grad(row, k));
                   }
                   const double products = static_cast<double>(weights.cols() + 1) * size;
                   const double rounded = products + std::abs(weights_grad(row, j));
                   return std::ldexp(4 * weights(row, j) * rounded, -24);
                 });
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
    Generator training(reference.size("training_seed"));
    const std::vector<Matrix> inputs = reference.matrices("inputs");
    const std::vector<Matrix> context_vecs_grad = reference.matrices("context_vecs_grad");
    const List<MultiHeadAttentionSteps> steps = attention.mha.steps(inputs, Training{training});
    std::map<std::string, std::vector<float>> sums;
    const auto add = [&](const std::string& name, std::span<const float> grad) {
      sums[name].resize(grad.size());
      for (std::size_t i = 0; i < grad.size(); ++i) sums[name][i] += grad[i];
    };
    std::vector<Matrix> inputs_grad;
    for (std::size_t item = 0; item < inputs.size(); ++item) {
      const MultiHeadAttentionGrads grads = multi_head_attention_grads(
          attention.mha, inputs[item], steps[item], context_vecs_grad[item]);
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
    for (std::size_t piece = 0; piece < sizes_of_pieces(reference).size(); ++piece) {
      const std::string prefix = "piece_" + std::to_string(piece) + ".", heads = prefix + "heads.";
      check_heads(reference, heads + "attn_scores", heads_of(reference, prefix + "queries"),
                  transposed(heads_of(reference, prefix + "keys")));
      check_heads(reference, heads + "context_vecs", heads_of(reference, heads + "attn_weights"),
                  heads_of(reference, prefix + "values"));
      check_bits_of_step(reference, heads + "attn_scores", heads + "scaled_scores",
                         [&](const Matrix& attn_scores) {
                           return scale(mask_new_scores(attn_scores), head_dim_of(reference));
                         });
    }
  }
}

BOOST_AUTO_TEST_CASE(a_text_in_pieces_is_as_near_to_the_exact_result_as_pytorch) {
  for (const Reference& reference : references("grouped_context_vecs")) {
    const Attention attention(reference);
    std::vector<Matrix> computed;
    for (const Matrix& item : reference.matrices("inputs")) {
      KeyValueCache cache;
      for (const std::size_t size : sizes_of_pieces(reference)) {
        const Matrix piece = rows_of(item, cache.num_tokens(), size);
        computed.push_back(forward_with_cache(attention.mha, piece, cache));
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
  const Reference reference(reference_data() / "rotary.txt");
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

// dropout_P_SEED, P in thousandths; where no seed is named, P is the seed too.
BOOST_AUTO_TEST_CASE(dropout_masks_of_both_streams_are_those_of_pytorch_bit_for_bit) {
  for (const auto& [file, stream] :
       {std::pair{"masks_without_mkl.txt", BernoulliStream::without_mkl},
        {"masks_with_mkl.txt", BernoulliStream::with_mkl}}) {
    const Reference reference(reference_data() / file);
    for (const auto& [tensor_name, tensor] : reference.tensors) {
      if (tensor_name == "dropout_of_ones" || tensor_name == "uniform") continue;
      const std::string numbers = tensor_name.substr(tensor_name.find('_') + 1);
      Generator generator(std::stoull(numbers.substr(numbers.find('_') + 1)), stream);
      Dropout dropout(std::stod(numbers) / 1000, Training{generator});
      check_bits(reference, tensor_name, dropout.drop(Matrix(1, tensor.values.size(), 1)).values());
    }
  }
}
