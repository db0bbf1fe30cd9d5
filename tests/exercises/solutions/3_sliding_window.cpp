#include "exercises.hpp"

// key > query - window, with window brought to the other side.
longhand::Matrix exercises::sliding_window_mask(std::size_t num_tokens, std::size_t window) {
  Matrix mask(num_tokens, num_tokens);
  for (std::size_t query = 0; query < num_tokens; ++query) {
    for (std::size_t key = 0; key <= query; ++key) {
      if (key + window > query) mask(query, key) = 1;
    }
  }
  return mask;
}
