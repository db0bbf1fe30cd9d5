#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "longhand/linear.hpp"
#include "longhand/matrix.hpp"
#include "require.hpp"

namespace longhand {

// Everything that an attention takes is checked before it draws or computes anything.
// Each of these throws std::invalid_argument.

inline void require_same_shape(std::string_view function, const Matrix& W_query,
                               const Matrix& W_key, const Matrix& W_value) {
  const auto same = [](const Matrix& left, const Matrix& right) {
    return left.rows() == right.rows() && left.cols() == right.cols();
  };
  require(!W_query.values().empty(), function, ": W_query is ", W_query,
          ": a model needs weights: draw them, or set them");
  require(same(W_query, W_key) && same(W_query, W_value), function, ": W_query is ",
          W_query, ", W_key is ", W_key, ", W_value is ", W_value,
          ": all three must have the same shape");
}

// Either no bias, or one for each output.
inline void require_bias(const Linear& linear) {
  require(linear.bias.empty() || linear.bias.size() == linear.d_out(),
          "Linear: bias has ", Count{linear.bias.size(), "element"}, ", weight is ",
          linear.weight, ": the bias must be of length d_out (", linear.d_out(),
          "), or empty");
}

inline void require_layers(std::string_view function, const Linear& W_query,
                           const Linear& W_key, const Linear& W_value) {
  require_same_shape(function, W_query.weight, W_key.weight, W_value.weight);
  require_bias(W_query);
  require_bias(W_key);
  require_bias(W_value);
}

// A sequence must be as wide as d_in, and not longer than context_length.
inline void require_batch(std::string_view function, std::span<const Matrix> batch,
                          std::size_t d_in, std::size_t context_length) {
  require_not_negative(function, "context_length", context_length);
  for (std::size_t item = 0; item < batch.size(); ++item) {
    const Matrix& inputs = batch[item];
    const std::string sequence =
        batch.size() == 1 ? ": the sequence" : ": sequence " + std::to_string(item);
    require(inputs.cols() == d_in, function, sequence, " is ", inputs, ": its columns (",
            inputs.cols(), ") must equal d_in (", d_in, ")");
    require(inputs.rows() <= context_length, function, sequence, " has ",
            Count{inputs.rows(), "token"}, ", context_length is ", context_length,
            ": pass fewer tokens, or make context_length larger");
  }
}

inline void require_queries_keys_values(std::string_view function, const Matrix& queries,
                                        const Matrix& keys, const Matrix& values) {
  require(queries.cols() == keys.cols(), function, ": queries are ", queries,
          ", keys are ", keys, ": both must have the same number of columns");
  require(keys.rows() == values.rows(), function, ": keys are ", keys, ", values are ",
          values, ": both must have the same number of rows");
}

}  // namespace longhand
