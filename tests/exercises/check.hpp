#pragma once

#include <cstddef>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "exercises.hpp"

namespace exercises {

// "{1, 2.5}", "{{1, 2}, {3, 4}}"
std::string text(float number);
std::string text(std::size_t number);
std::string text(bool truth);
std::string text(const Matrix& matrix);
template <class Part>
std::string text(const std::vector<Part>& parts) {
  std::string list;
  for (const Part& part : parts) list += (list.empty() ? "" : ", ") + text(part);
  return '{' + list + '}';
}

// "dot({1, 2}, {3, 4})"
template <class... Arguments>
std::string call(std::string_view function, const Arguments&... arguments) {
  std::string list;
  ((list += (list.empty() ? "" : ", ") + text(arguments)), ...);
  return std::string(function) + '(' + list + ')';
}

// An answer breaks a law: for which input, and with both numbers.
struct Wrong : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Holds an answer to laws, and prints those that it keeps. `what` names what is compared, such as
// "dot({1, 2}, {3, 4})". The first difference throws Wrong.
class Check {
 public:
  explicit Check(std::ostream& out) : out_(out) {}

  // What follows is about this law, or about none. The one before is kept.
  void law(const std::string& sentence);

  const std::string& current_law() const { return law_; }

  void equal(const std::string& what, std::size_t is, std::size_t must_be) const;
  void equal(const std::string& what, bool is, bool must_be) const;

  // Numbers may differ by bound, times the number where that is above one.
  void near(const std::string& what, double is, double must_be, double bound = 1e-5) const;
  void near(const std::string& what, std::span<const float> is,
            std::span<const float> must_be) const;
  void near(const std::string& what, const Matrix& is, const Matrix& must_be) const;
  void has_shape(const std::string& what, const Matrix& is, std::size_t rows,
                 std::size_t cols) const;

  // A function that calls the answer, and holds what it returns to what it must be.
  template <class... Arguments>
  auto calls(std::string function, Matrix (*answer)(Arguments...)) const {
    return [=, this](std::decay_t<Arguments>... arguments, Matrix must_be) {
      near(call(function, arguments...), answer(arguments...), must_be);
    };
  }

 private:
  std::ostream& out_;
  std::string law_;
};

// An answer, and the check that it must pass. Each that is defined is one of all of the program.
class Exercise {
 public:
  template <class Answer>
  Exercise(std::string its_name, void (*check)(Check&, Answer*), Answer* answer)
      : name(std::move(its_name)), check_answer([=](Check& laws) { check(laws, answer); }) {
    all().push_back(*this);
  }
  static std::vector<Exercise>& all();

  std::string name;
  std::function<void(Check&)> check_answer;
};

// Prints each law that an answer keeps, and the first that it breaks. True where it keeps all.
bool passes(const std::function<void(Check&)>& check_answer, std::ostream& out);

// The check of each exercise, for any answer to it.
void check_temperature(Check& check, decltype(softmax_with_temperature)* answer);
void check_cosine_similarity(Check& check, decltype(cosine_scores)* answer);
void check_cross_attention(Check& check, decltype(cross_attention)* answer);
void check_one_matrix(Check& check, decltype(query_key_matrix)* answer);
void check_softmax_gradient(Check& check, decltype(softmax_gradient)* answer);
void check_sliding_window(Check& check, decltype(sliding_window_mask)* answer);
void check_padding(Check& check, decltype(padded_weights)* answer);
void check_parameters(Check& check, decltype(num_parameters)* answer);
void check_merge(Check& check, decltype(merged)* answer);
void check_tiles(Check& check, decltype(tiled_product)* answer);
void check_three_mistakes(Check& check, decltype(mended_attention)* answer);
void check_looks_ahead(Check& check, decltype(looks_ahead)* answer);
void check_clipped_gradients(Check& check, decltype(clipped)* answer);
void check_shared_keys(Check& check, decltype(shared_keys_grad)* answer);
void check_rolling_cache(Check& check, decltype(next_context_vec)* answer);
void check_bfloat16_cache(Check& check, decltype(to_bfloat16)* answer);
void check_renumbered_keys(Check& check, decltype(renumbered_keys)* answer);

}  // namespace exercises
