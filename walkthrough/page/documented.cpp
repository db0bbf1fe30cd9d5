#include "documented.hpp"

#include <bit>
#include <cstdint>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "documented_text.hpp"

namespace walkthrough {
namespace {

bool read_line(std::istringstream line, Documented*& value, DocumentedValues& values) {
  std::string kind, name;
  line >> kind;
  if (kind == "float32" || kind == "text") {
    line >> name;
    if (name.empty() || values.contains(name)) return false;
    value = &values[name];
    for (std::size_t size = 0; line >> size;) value->shape.push_back(size);
    return line.eof();
  }
  if (value == nullptr) return false;
  if (kind == "|") {
    const std::string text = line.str().size() > 2 ? line.str().substr(2) : "";
    value->text += (value->text.empty() ? "" : "\n") + text;
    return true;
  }
  if (kind == "bound") return static_cast<bool>(line >> value->bound);
  line.seekg(0);
  for (std::uint32_t bits = 0; line >> std::hex >> bits;) {
    value->values.push_back(std::bit_cast<float>(bits));
  }
  return line.eof();
}

}  // namespace

DocumentedValues parse_documented(std::string_view text, DocumentedValues values) {
  Documented* value = nullptr;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    if (!read_line(std::istringstream(line), value, values)) {
      throw std::invalid_argument("parse_documented: '" + line + "' is not understood");
    }
  }
  return values;
}

const DocumentedValues& documented_values() {
  static const DocumentedValues values = parse_documented(PYTORCH, parse_documented(NOTEBOOK));
  return values;
}

std::string computed_by(const std::string& name) {
  // A pattern for names, and the function: the first that fits counts.
  static constexpr std::pair<const char*, const char*> rules[] = {
      {"logits_grad|learning\\.loss", "cross_entropy in src/gradients.cpp"},
      {"scaled_scores_grad", "softmax_rows_grad in src/gradients.cpp"},
      {"_grad", "multi_head_attention_grads in src/gradients.cpp"},
      {"rotary\\.", "rotate in walkthrough/loops/rotary_positions.cpp"},
      {"kv_heads", "attention in walkthrough/loops/grouped_queries.cpp"},
      {"piece\\.heads\\.masked_scores", "mask_new_scores in src/key_value_cache.cpp"},
      {"position_embedding|self_attention\\.W_", "rand in src/generator.cpp"},
      {"out_proj|\\.weight", "Linear::draw in src/linear.cpp"},
      {"dropped|dropout", "Dropout::factors in src/dropout.cpp"},
      {"joined", "join_heads in src/multi_head_attention.cpp"},
      {"heads\\.(queries|keys|values)", "split_heads in src/multi_head_attention.cpp"},
      {"steps_v1\\.queries|self_attention\\.(key|value)", "matmul in src/matrix.cpp"},
      {"queries|keys|values", "Linear::forward in src/linear.cpp"},
      {"attn_scores_2", "dot in src/vector.cpp"},
      {"attn_scores|context_vecs", "matmul in src/matrix.cpp"},
      {"scaled_scores", "scale in src/self_attention.cpp"},
      {"masked_scores", "mask_scores in src/causal_attention.cpp"},
      {"mask_simple", "causal_mask in src/causal_attention.cpp"},
      {"softmax_naive", "softmax_naive in src/softmax.cpp"},
      {"attn_weights|softmax|learning\\.probabilities", "softmax in src/softmax.cpp"},
  };
  for (const auto& [pattern, function] : rules) {
    if (std::regex_search(name, std::regex(pattern))) return function;
  }
  return "";
}

}  // namespace walkthrough
