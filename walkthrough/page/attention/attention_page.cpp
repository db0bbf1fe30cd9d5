#include "attention_page.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <longhand/dropout.hpp>
#include <longhand/generator.hpp>
#include <set>
#include <stdexcept>
#include <string_view>

#include "attention_text.hpp"
#include "recall.hpp"
#include "svg.hpp"
#include "tensor.hpp"

using namespace longhand;

namespace walkthrough {
namespace {

// The fewest characters that tell a float from all others: ".5" is a number, too.
std::string number_text(float number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  std::array<char, 32> buffer{};
  std::string text(buffer.begin(), std::to_chars(buffer.begin(), buffer.end(), number).ptr);
  const std::size_t zero = text.find("0.");
  if (zero == 0 || text.starts_with("-0.")) text.erase(zero, 1);
  return text;
}

std::string list_text(std::span<const float> numbers) {
  std::string result;
  for (const float number : numbers) result += (result.empty() ? "" : ",") + number_text(number);
  return "[" + result + "]";
}

std::string rows_text(const Matrix& matrix) {
  std::string result;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    result += (row == 0 ? "" : ",") + list_text(matrix.row(row));
  }
  return "[" + result + "]";
}

// For a script inside of HTML, which a '<' could end.
std::string quoted(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '"' || c == '\\' || c == '<') {
      result += std::string("\\x") + digits[byte >> 4] + digits[byte & 15];
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string tokens_text(const std::vector<std::string>& tokens) {
  std::string result;
  for (const std::string& token : tokens) result += quoted(token) + ',';
  return "[" + result + "]";
}

// For readers without a script. A wrong step says so in its name.
std::string table_text(const AttentionGiven& given, const NamedMatrix& step) {
  const auto& [name, matrix] = step;
  const std::vector<std::string> texts = cells(matrix.values());
  std::string result = "<table><caption>" + escaped(name) + " " + shape_text(matrix) + "</caption>";
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    result += "<tr>";
    if (matrix.rows() == given.tokens.size()) result += "<th>" + escaped(given.tokens[row]);
    for (std::size_t col = 0; col < matrix.cols(); ++col) {
      result += "<td>" + texts[row * matrix.cols() + col];
    }
    result += '\n';
  }
  return result + "</table>\n";
}

// A step that stands in an earlier view is not repeated. Of a mistake, there is what it ends in.
std::string tables_text(const AttentionGiven& given, const std::vector<AttentionView>& views) {
  std::string result = "<h2>Inputs and weights</h2>\n";
  std::set<std::string> tables;
  const auto add = [&](const NamedMatrix& step) {
    const auto [table, is_new] = tables.insert(table_text(given, step));
    if (is_new) result += *table;
  };
  for (const NamedMatrix& matrix : given_matrices(given)) add(matrix);
  for (const auto& [view, steps] : views) {
    result += "<h2>" + view + "</h2>\n";
    const bool is_mistake = steps.back().first.ends_with("_wrong");
    for (const NamedMatrix& step : steps) {
      if (!is_mistake || &step == &steps.back()) add(step);
    }
  }
  return result;
}

}  // namespace

AttentionGiven AttentionGiven::draw(const std::vector<std::string>& tokens, const Matrix& inputs,
                                    const Settings& settings) {
  Generator for_v1(settings.seed), for_v2(settings.seed_of_linear_layers), for_ca(settings.seed),
      for_wrapper(settings.seed), for_mha(settings.seed);
  const std::size_t d_in = inputs.cols(), d_out = settings.d_out, num_tokens = inputs.rows();
  return {.tokens = tokens,
          .inputs = inputs,
          .sa_v1 = SelfAttentionV1::draw({.d_in = d_in, .d_out = d_out}, for_v1),
          .sa_v2 = SelfAttentionV2::draw({.d_in = d_in, .d_out = d_out}, for_v2),
          .ca = CausalAttention::draw({.d_in = d_in, .d_out = d_out, .context_length = num_tokens},
                                      for_ca),
          .wrapper = MultiHeadAttentionWrapper::draw({.d_in = d_in,
                                                      .head_dim = settings.head_dim_of_wrapper,
                                                      .context_length = num_tokens,
                                                      .num_heads = settings.num_heads},
                                                     for_wrapper),
          .mha = MultiHeadAttention::draw({.d_in = d_in,
                                           .d_out = d_out,
                                           .context_length = num_tokens,
                                           .num_heads = settings.num_heads},
                                          for_mha),
          .dropout_seed = settings.seed};
}

RecallGiven RecallGiven::train() {
  Generator generator(123);
  const auto untrained = recall::draw_model(2, generator);
  const std::vector<recall::Example> examples = recall::draw_examples(128, generator);
  const recall::Example unseen = recall::draw_examples(1, generator)[0];
  MultiHeadAttention trained = untrained;
  recall::train_with_adam(trained, examples, 60, 0.05F);
  for (const std::span<float> parameters : recall::parameters(trained)) {
    for (float& parameter : parameters) parameter = std::round(parameter * 1000) / 1000;
  }
  return {recall::labels(unseen), unseen.inputs, unseen.answers(), untrained, trained};
}

std::vector<NamedMatrix> given_matrices(const AttentionGiven& given) {
  std::vector<NamedMatrix> result{{"inputs", given.inputs},
                                  {"W_query", given.sa_v1.W_query},
                                  {"W_key", given.sa_v1.W_key},
                                  {"W_value", given.sa_v1.W_value}};
  const auto add = [&](const std::string& name, const auto& layers) {
    result.emplace_back(name + ".W_query.weight", layers.W_query.weight);
    result.emplace_back(name + ".W_key.weight", layers.W_key.weight);
    result.emplace_back(name + ".W_value.weight", layers.W_value.weight);
  };
  add("sa_v2", given.sa_v2);
  add("ca", given.ca);
  for (std::size_t head = 0; head < given.wrapper.heads.size(); ++head) {
    add("wrapper.heads[" + std::to_string(head) + "]", given.wrapper.heads[head]);
  }
  const auto add_model = [&](const std::string& name, const MultiHeadAttention& model) {
    add(name, model);
    const Linear& out_proj = model.out_proj;
    result.emplace_back(name + ".out_proj.weight", out_proj.weight);
    result.emplace_back(name + ".out_proj.bias", Matrix(1, out_proj.d_out(), out_proj.bias));
  };
  add_model("mha", given.mha);
  if (given.recall) {
    result.emplace_back("recall.inputs", given.recall->inputs);
    add_model("untrained", given.recall->untrained);
    add_model("trained", given.recall->trained);
  }
  // What dropout keeps is 1, before it is scaled.
  Generator generator(given.dropout_seed);
  const std::size_t num_tokens = given.inputs.rows();
  Matrix kept = Dropout(0.5, Training{generator}).drop(Matrix(num_tokens, num_tokens, 1));
  for (std::size_t query = 0; query < num_tokens; ++query) {
    for (float& is_kept : kept.row(query)) is_kept = is_kept > 0 ? 1 : 0;
  }
  result.emplace_back("kept", kept);
  return result;
}

// Matrices that several steps share stand there once: a step is the number of its matrix.
std::string attention_numbers(const AttentionGiven& given,
                              const std::vector<AttentionView>& views) {
  std::string result = "{tokens:" + tokens_text(given.tokens) +
                       ",\nheads:" + std::to_string(given.mha.num_heads) +
                       ",wrapperHeads:" + std::to_string(given.wrapper.heads.size());
  if (given.recall) {
    const auto& [tokens, inputs, answers, untrained, trained] = *given.recall;
    result += ",\nrecall:{tokens:" + tokens_text(tokens) +
              ",heads:" + std::to_string(trained.num_heads) +
              ",answers:" + list_text(std::vector<float>(answers.begin(), answers.end())) + "}";
  }
  result += ",\ngiven:{";
  for (const auto& [name, matrix] : given_matrices(given)) {
    result += quoted(name) + ':' + rows_text(matrix) + ",\n";
  }
  result += "},\nviews:{";
  std::vector<std::string> lists;
  for (const auto& [view, steps] : views) {
    result += quoted(view) + ":{";
    for (const auto& [name, matrix] : steps) {
      const std::string list = list_text(matrix.values());
      const auto known = std::find(lists.begin(), lists.end(), list);
      result += quoted(name) + ':' + std::to_string(known - lists.begin()) + ',';
      if (known == lists.end()) lists.push_back(list);
    }
    result += "},\n";
  }
  result += "},\ncomputed:[\n";
  for (const std::string& list : lists) result += list + ",\n";
  return result + "]}";
}

std::string attention_page(const AttentionGiven& given) {
  for (const auto& [what, size] : {std::pair{"tokens", given.inputs.rows()},
                                   {"numbers for each token", given.inputs.cols()},
                                   {"for d_out", given.mha.W_query.d_out()}}) {
    constexpr std::size_t most = 32;
    if (size <= most) continue;
    throw std::invalid_argument("a page shows at most " + std::to_string(most) + " " + what + ", " +
                                std::to_string(size) + " given: use fewer");
  }
  // Of the task, a script computes everything.
  AttentionGiven sentence = given;
  sentence.recall.reset();
  std::string page = ATTENTION_PAGE;
  const auto fill = [&page](const std::string& mark, const std::string& text) {
    page.replace(page.find(mark), mark.size(), text);
  };
  // From below, since a token may look like a mark.
  const std::vector<AttentionView> views = attention_views(sentence);
  fill("@numbers@", attention_numbers(given, views));
  fill("@tables@", tables_text(sentence, views));
  return page;
}

}  // namespace walkthrough
