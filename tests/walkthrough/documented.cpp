// The documented values against a second run of PyTorch: reference/data/notebook.txt holds what
// reference/generate.py computed for the notebook, under the same names.
//
// What is given or drawn agrees bit for bit. What is computed agrees within 2^-22: the order in
// which PyTorch adds depends on the machine and on its library of matrix products.

#include "documented.hpp"

#include <algorithm>
#include <cmath>

#include "check.hpp"
#include "reference.hpp"
#include "run.hpp"
#include "tensor.hpp"

using walkthrough::Documented;

namespace {

void check_values(const Reference& reference, const std::string& name, const Documented& documented,
                  double bound) {
  const std::string where = name + " in walkthrough/documented/documented.hpp";
  const Reference::Tensor& tensor = reference.tensors.at(name);
  BOOST_TEST(documented.shape == tensor.shape, boost::test_tools::per_element());
  BOOST_TEST(walkthrough::text({documented.shape, documented.values}) == documented.text, where);
  BOOST_REQUIRE(documented.values.size() == tensor.values.size());
  for (std::size_t i = 0; i < tensor.values.size(); ++i) {
    const float value = documented.values[i];
    const float expected = tensor.values[i];
    const bool agrees = value == expected ||
                        std::abs(value - expected) <= bound * std::max(1.0F, std::abs(expected));
    BOOST_TEST(agrees, where << ": value " << i << " is " << walkthrough::exact_cell(value)
                             << ", PyTorch computes " << walkthrough::exact_cell(expected));
  }
}

const double computed = std::ldexp(1.0, -22);
const double drawn = 0;

Reference reference(const std::string& name) {
  return Reference(from_meson("SOURCE_ROOT") + "/tests/reference/data/" + name + ".txt");
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_documented_values_of_simplified_self_attention_are_those_of_pytorch) {
  const Reference notebook = reference("notebook");
  namespace documented = walkthrough::documented_values::simplified_self_attention;
  check_values(notebook, "simplified_self_attention.inputs", documented::inputs, drawn);
  check_values(notebook, "simplified_self_attention.attn_scores_2", documented::attn_scores_2,
               computed);
  check_values(notebook, "simplified_self_attention.dot_of_first_and_query",
               documented::dot_of_first_and_query, computed);
  check_values(notebook, "simplified_self_attention.attn_weights_2_tmp",
               documented::attn_weights_2_tmp, computed);
  check_values(notebook, "simplified_self_attention.attn_weights_2_tmp_sum",
               documented::attn_weights_2_tmp_sum, computed);
  check_values(notebook, "simplified_self_attention.attn_weights_2_naive",
               documented::attn_weights_2_naive, computed);
  check_values(notebook, "simplified_self_attention.attn_weights_2_naive_sum",
               documented::attn_weights_2_naive_sum, computed);
  check_values(notebook, "simplified_self_attention.attn_weights_2_softmax",
               documented::attn_weights_2_softmax, computed);
  check_values(notebook, "simplified_self_attention.attn_weights_2_softmax_sum",
               documented::attn_weights_2_softmax_sum, computed);
  check_values(notebook, "simplified_self_attention.weighted_inputs", documented::weighted_inputs,
               computed);
  check_values(notebook, "simplified_self_attention.context_vec_2", documented::context_vec_2,
               computed);
  check_values(notebook, "simplified_self_attention.attn_scores", documented::attn_scores,
               computed);
  check_values(notebook, "simplified_self_attention.attn_weights", documented::attn_weights,
               computed);
  check_values(notebook, "simplified_self_attention.attn_weights_sums",
               documented::attn_weights_sums, computed);
  check_values(notebook, "simplified_self_attention.all_context_vecs", documented::all_context_vecs,
               computed);
}

BOOST_AUTO_TEST_CASE(the_documented_values_of_self_attention_are_those_of_pytorch) {
  const Reference notebook = reference("notebook");
  namespace documented = walkthrough::documented_values::self_attention;
  check_values(notebook, "self_attention.W_query", documented::W_query, drawn);
  check_values(notebook, "self_attention.W_key", documented::W_key, drawn);
  check_values(notebook, "self_attention.W_value", documented::W_value, drawn);
  check_values(notebook, "self_attention.query_2", documented::query_2, computed);
  check_values(notebook, "self_attention.keys", documented::keys, computed);
  check_values(notebook, "self_attention.values", documented::values, computed);
  check_values(notebook, "self_attention.attn_score_22", documented::attn_score_22, computed);
  check_values(notebook, "self_attention.attn_scores_2", documented::attn_scores_2, computed);
  check_values(notebook, "self_attention.attn_weights_2", documented::attn_weights_2, computed);
  check_values(notebook, "self_attention.context_vec_2", documented::context_vec_2, computed);
  check_values(notebook, "self_attention.self_attention_v1", documented::self_attention_v1,
               computed);
  check_values(notebook, "self_attention.v2_W_query", documented::v2_W_query, drawn);
  check_values(notebook, "self_attention.v2_W_key", documented::v2_W_key, drawn);
  check_values(notebook, "self_attention.v2_W_value", documented::v2_W_value, drawn);
  check_values(notebook, "self_attention.self_attention_v2", documented::self_attention_v2,
               computed);
  check_values(notebook, "self_attention.exercise_3_1", documented::exercise_3_1, computed);
}

BOOST_AUTO_TEST_CASE(the_documented_values_of_causal_attention_are_those_of_pytorch) {
  const Reference notebook = reference("notebook");
  namespace documented = walkthrough::documented_values::causal_attention;
  check_values(notebook, "causal_attention.attn_weights", documented::attn_weights, computed);
  check_values(notebook, "causal_attention.mask_simple", documented::mask_simple, drawn);
  check_values(notebook, "causal_attention.masked_simple", documented::masked_simple, computed);
  check_values(notebook, "causal_attention.masked_simple_norm", documented::masked_simple_norm,
               computed);
  check_values(notebook, "causal_attention.masked", documented::masked, computed);
  check_values(notebook, "causal_attention.attn_weights_causal", documented::attn_weights_causal,
               computed);
  check_values(notebook, "causal_attention.dropout_of_ones", documented::dropout_of_ones, drawn);
  check_values(notebook, "causal_attention.dropout_of_attn_weights",
               documented::dropout_of_attn_weights, computed);
  check_values(notebook, "causal_attention.causal_attention", documented::causal_attention,
               computed);
}

BOOST_AUTO_TEST_CASE(the_documented_values_of_multi_head_attention_are_those_of_pytorch) {
  const Reference notebook = reference("notebook");
  namespace documented = walkthrough::documented_values::multi_head_attention;
  check_values(notebook, "multi_head_attention.multi_head_attention_wrapper",
               documented::multi_head_attention_wrapper, computed);
  check_values(notebook, "multi_head_attention.mha_W_query", documented::mha_W_query, drawn);
  check_values(notebook, "multi_head_attention.mha_W_key", documented::mha_W_key, drawn);
  check_values(notebook, "multi_head_attention.mha_W_value", documented::mha_W_value, drawn);
  check_values(notebook, "multi_head_attention.mha_out_proj_weight",
               documented::mha_out_proj_weight, drawn);
  check_values(notebook, "multi_head_attention.mha_out_proj_bias", documented::mha_out_proj_bias,
               drawn);
  check_values(notebook, "multi_head_attention.multi_head_attention",
               documented::multi_head_attention, computed);
  check_values(notebook, "multi_head_attention.a", documented::a, drawn);
  check_values(notebook, "multi_head_attention.a_times_a_transposed",
               documented::a_times_a_transposed, computed);
  check_values(notebook, "multi_head_attention.exercise_3_2", documented::exercise_3_2, computed);
}

// This one was printed by readers, and PyTorch 2.6 with MKL draws it.
BOOST_AUTO_TEST_CASE(the_documented_mask_of_mkl_is_that_of_pytorch) {
  check_values(reference("masks_with_mkl"), "dropout_of_ones",
               walkthrough::documented_values::causal_attention::dropout_of_ones_mkl, drawn);
}
