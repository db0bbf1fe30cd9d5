// docs/attention.html in Chromium: what its script says of each number, and what the library says.
//
// The sum that the page writes out is worked out again here, with the library's numbers in the
// places that the page names: it must give the library's number, to the last bit.

#include "attention_page.hpp"

#include <cmath>
#include <iostream>
#include <map>
#include <sstream>

#include "check.hpp"
#include "inputs.hpp"
#include "longhand/gradients.hpp"
#include "longhand/matrix.hpp"
#include "run.hpp"

using longhand::Matrix;
using namespace walkthrough;

namespace {

// A sentence, and what is changed of it: in the library's terms, and as an address says it.
struct Case {
  AttentionGiven given;
  AttentionSwitches switches = {};
  std::string changes = {};
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

float number(const std::string& text) {
  return text.ends_with("Infinity") ? (text[0] == '-' ? -INFINITY : INFINITY)
                                    : std::strtof(text.c_str(), nullptr);
}

bool are_same(float left, float right) {
  return left == right || (std::isnan(left) && std::isnan(right));
}

// Works a written sum out. The numbers in it have four decimals: `operands` are the exact ones.
class Sum {
 public:
  Sum(const std::string& text, std::vector<float> operands)
      : rest_(text), operands_(std::move(operands)) {}

  float value() {
    const float result = sum();
    expect(rest_.empty() && next_ == operands_.size(), "is not a sum of all operands");
    return result;
  }

 private:
  void expect(bool holds, const std::string& otherwise) const {
    if (!holds) BOOST_FAIL("'" << rest_ << "' " << otherwise);
  }

  bool takes(const std::string& sign) {
    if (!rest_.starts_with(sign)) return false;
    rest_.erase(0, sign.size());
    return true;
  }

  float sum() {
    float total = product();
    for (;;) {
      if (takes(" + ")) {
        total += product();
      } else if (takes(" − ")) {
        total -= product();
      } else {
        return total;
      }
    }
  }

  float product() {
    float result = factor();
    for (;;) {
      if (takes("·")) {
        result *= factor();
      } else if (takes(" / ")) {
        result /= factor();
      } else {
        return result;
      }
    }
  }

  float factor() {
    if (takes("√")) return std::sqrt(factor());
    const bool is_power = takes("e^("), is_log = takes("ln(");
    if (!is_power && !is_log && !takes("(")) return operand();
    const float result = sum();
    expect(takes(")"), "needs a )");
    return is_power ? std::exp(result) : is_log ? std::log(result) : result;
  }

  // What is written must be the operand, rounded.
  float operand() {
    expect(next_ < operands_.size(), "has more numbers than operands");
    const float exact = operands_[next_++];
    char* end = nullptr;
    const float rounded = std::strtof(rest_.c_str(), &end);
    rest_.erase(0, static_cast<std::size_t>(end - rest_.c_str()));
    const float bound = 0.00005F + 0.00006F * std::abs(exact);
    expect(are_same(rounded, exact) || std::abs(rounded - exact) <= bound, "is not the operand");
    return exact;
  }

  std::string rest_;
  std::vector<float> operands_;
  std::size_t next_ = 0;
};

using Matrices = std::map<std::string, Matrix>;

float cell_of(const Matrices& matrices, const std::string& operand) {
  const std::vector<std::string> place = split(operand, '/');
  if (place.size() != 3) return number(operand);
  return matrices.at(place[0])(std::stoul(place[1]), std::stoul(place[2]));
}

AttentionGiven notebook() {
  static const RecallGiven recall = RecallGiven::train();
  AttentionGiven given = AttentionGiven::draw(tokens, inputs, {});
  given.recall = recall;
  return given;
}

// What Chromium prints of the notebook's page, with a script at its end.
std::string printed_by_chromium(const std::string& script, const std::string& options = "") {
  const Folder folder;
  std::string page = attention_page(notebook());
  page.insert(page.rfind("</body>"), "<script>\n" + script + "</script>\n");
  folder.write("page.html", page);
  const Run result =
      run(shell_word(from_meson("CHROMIUM")) + " --headless --no-sandbox --disable-gpu " + options +
          " --user-data-dir=" + shell_word(folder.path()) + " --timeout=280000 --dump-dom file://" +
          shell_word(folder.path() + "/page.html"));
  BOOST_TEST(result.status == 0, result.err);
  return result.out;
}

std::string source(const std::string& file) {
  std::ifstream in(from_meson("SOURCE_ROOT") + "/" + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// How many numbers were asked, and how many differ in the last bits.
struct Count {
  int asked = 0;
  int differ = 0;
};

void check_cell(const std::vector<std::string>& line, const Matrices& matrices, float expected,
                Count& count) {
  BOOST_REQUIRE(line.size() >= 4);
  const float value = number(line[0]);
  ++count.asked;
  if (!are_same(value, expected)) {
    ++count.differ;
    BOOST_TEST(std::abs(value - expected) <= 1e-6F * std::max(1.0F, std::abs(expected)));
  }
  Sum(line[2], {expected}).value();
  std::vector<float> operands;
  for (std::size_t i = 3; i < line.size(); ++i) operands.push_back(cell_of(matrices, line[i]));
  const float worked_out = Sum(line[1], operands).value();
  if (!are_same(worked_out, expected)) BOOST_ERROR(line[1] << " is " << worked_out);
}

Count check_all(const std::vector<Case>& cases) {
  std::string sentences;
  for (const Case& one : cases) {
    sentences += "{numbers:" + attention_numbers(one.given, {}) + ",changes:'gradients=on&" +
                 one.changes + "'},";
  }
  const std::vector<std::string> lines =
      split(printed_by_chromium("const sentences = [" + sentences + "];\n" +
                                source("tests/walkthrough/attention_page.js")),
            '\n');
  Count count;
  auto line = std::find(lines.begin(), lines.end(), "asked");
  BOOST_REQUIRE(line != lines.end());
  ++line;
  for (const Case& one : cases) {
    BOOST_REQUIRE(*line++ == "sentence");
    AttentionSwitches switches = one.switches;
    switches.has_gradients = true;
    for (const AttentionView& view : attention_views(one.given, switches)) {
      BOOST_TEST_CONTEXT(view.name << ", " << one.changes) {
        BOOST_REQUIRE(*line++ == "view\t" + view.name);
        Matrices matrices, left(view.steps.begin(), view.steps.end());
        for (const auto& [name, matrix] : given_matrices(one.given)) matrices[name] = matrix;
        for (const auto& [name, matrix] : view.steps) matrices[name] = matrix;
        while (line->starts_with("step\t")) {
          const std::vector<std::string> step = split(*line++, '\t');
          BOOST_TEST_CONTEXT(step[1]) {
            BOOST_REQUIRE(left.contains(step[1]));
            const Matrix expected = left.extract(step[1]).mapped();
            BOOST_REQUIRE(step[2] + " " + step[3] ==
                          std::to_string(expected.rows()) + " " + std::to_string(expected.cols()));
            for (const float value : expected.values()) {
              check_cell(split(*line++, '\t'), matrices, value, count);
            }
          }
        }
        BOOST_TEST(left.empty(), "the page does not show " << left.begin()->first);
      }
    }
  }
  BOOST_TEST(*line == "end");
  return count;
}

AttentionGiven random_sentence(RandomNumbers& numbers, std::size_t num_tokens) {
  const std::vector<std::string> words{"a", "a", "4", "x/y?z=#&%", "</script>", "\"'\\", "ä日"};
  std::vector<std::string> labels(num_tokens);
  for (std::string& label : labels) label = words[numbers.size(0, words.size() - 1)];
  const std::size_t num_heads = numbers.size(1, 3);
  const auto seed = static_cast<std::uint32_t>(numbers.size(0, 1000));
  return AttentionGiven::draw(labels, numbers.matrix(labels.size(), numbers.size(1, 5)),
                              {.seed = seed,
                               .seed_of_linear_layers = seed + 1,
                               .d_out = num_heads * numbers.size(1, 3),
                               .num_heads = num_heads,
                               .head_dim_of_wrapper = numbers.size(1, 3)});
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_page_is_one_file_without_network_and_read_without_its_script_too) {
  const std::string page = attention_page(notebook());
  BOOST_TEST(page.size() <= 150'000);
  for (const std::string outside : {"http", "src=", "url(", "@import", "<link"}) {
    BOOST_TEST(page.find(outside) == std::string::npos, outside);
  }
  const std::string tables = page.substr(0, page.find("<script>"));
  BOOST_TEST(tables.find("<tr><th>starts<td>0.3190<td>0.3408<td>0.3402<td>0.0000") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_number_of_the_notebooks_sentence_is_the_librarys_to_the_last_bit) {
  const Count count = check_all({{notebook()}});
  std::cout << "  of " << count.asked << " numbers, " << count.differ
            << " differ in the last bits\n";
  BOOST_TEST(count.asked > 12000);
  BOOST_TEST(count.differ == 0);
}

// The browser's exponential is not the library's: about one in 2000 is rounded the other way, and
// moves what follows by its last bits.
BOOST_AUTO_TEST_CASE(so_is_every_number_of_random_sentences_but_for_the_rounding_of_exp) {
  RandomNumbers numbers(1);
  std::vector<Case> cases;
  for (std::size_t i = 0; i < 20; ++i) {
    cases.push_back({random_sentence(numbers, i == 0 ? 9 : 1 + i % 6)});
  }
  const Count count = check_all(cases);
  BOOST_TEST(count.asked > 100000);
  BOOST_TEST(count.differ < count.asked / 100);
  std::cout << "  of " << count.asked << " numbers, " << count.differ
            << " differ in the last bits\n";
}

BOOST_AUTO_TEST_CASE(and_every_number_after_a_change) {
  const AttentionGiven unchanged = notebook();
  Case inputs_changed{unchanged, {}, "inputs/1/2=-0.75&inputs/5/0=1e3"};
  inputs_changed.given.inputs(1, 2) = -0.75;
  inputs_changed.given.inputs(5, 0) = 1e3;
  Case weights_changed{unchanged,
                       {},
                       "W_key/2/1=0.1&sa_v2.W_query.weight/0/2=2&"
                       "ca.W_value.weight/1/0=0&wrapper.heads%5B1%5D.W_key.weight/1/1=3&"
                       "mha.out_proj.weight/0/1=-9&mha.out_proj.bias/0/1=0.5"};
  weights_changed.given.sa_v1.W_key(2, 1) = 0.1F;
  weights_changed.given.sa_v2.W_query.weight(0, 2) = 2;
  weights_changed.given.ca.W_value.weight(1, 0) = 0;
  weights_changed.given.wrapper.heads[1].W_key.weight(1, 1) = 3;
  weights_changed.given.mha.out_proj.weight(0, 1) = -9;
  weights_changed.given.mha.out_proj.bias[1] = 0.5;
  Case dropout_changed{unchanged, {}, ""};  // to what another seed draws
  dropout_changed.given.dropout_seed = 7;
  const Matrix kept = given_matrices(dropout_changed.given).back().second;
  for (std::size_t query = 0; query < kept.rows(); ++query) {
    for (std::size_t key = 0; key < kept.cols(); ++key) {
      dropout_changed.changes += "kept/" + std::to_string(query) + "/" + std::to_string(key) + "=" +
                                 (kept(query, key) > 0 ? "1&" : "0&");
    }
  }
  const Count count = check_all({
      inputs_changed,
      weights_changed,
      dropout_changed,
      {unchanged, {.is_masked = false}, "mask=off"},
      {unchanged, {.is_masked = true, .is_scaled = false}, "mask=on&scaling=off"},
      {unchanged, {.token = 0}, "token=your"},
      {unchanged, {.token = 5}, "token=step"},
      {unchanged, {.token = 4, .num_heads = 1}, "token=one&heads=1"},
  });
  BOOST_TEST(count.asked > 40000);
  BOOST_TEST(count.differ < count.asked / 100);
}

// The views go back step by step, the library's backward pass does all at once.
BOOST_AUTO_TEST_CASE(gradients_are_those_of_one_backward_pass) {
  const AttentionGiven given = notebook();
  std::map<std::string, Matrices> views;
  for (const AttentionView& view : attention_views(given, {.has_gradients = true})) {
    views[view.name] = {view.steps.begin(), view.steps.end()};
  }
  const auto same = [&](const std::string& view, const std::string& step,
                        std::span<const float> expected) {
    BOOST_TEST(std::ranges::equal(views.at(view).at(step).values(), expected),
               view << ", " << step);
  };
  const auto same_layers = [&](const std::string& view, const std::string& name,
                               const longhand::MultiHeadAttention& model,
                               const Matrix& its_inputs) {
    const longhand::MultiHeadAttentionGrads grads = multi_head_attention_grads(
        model, its_inputs, model.steps(its_inputs), views.at(view).at("context_vecs_grad"));
    same(view, name + ".W_query.weight_grad", grads.W_query.weight_grad.values());
    same(view, name + ".W_key.weight_grad", grads.W_key.weight_grad.values());
    same(view, name + ".W_value.weight_grad", grads.W_value.weight_grad.values());
    same(view, name + ".out_proj.bias_grad", grads.out_proj.bias_grad);
    same(view, (view == name ? "recall." : "") + std::string("inputs_grad"),
         grads.inputs_grad.values());
  };
  same_layers("multi-head", "mha", given.mha, given.inputs);
  same_layers("trained", "trained", given.recall->trained, given.recall->inputs);
  BOOST_TEST(std::abs(views["multi-head"]["loss"](0, 0) - 0.7184F) < 5e-5F);  // of chapter 7
}

// Where chapters and README lead to on the page.
std::string links_to_the_page() {
  std::string links;
  const std::filesystem::path root = from_meson("SOURCE_ROOT");
  std::vector<std::filesystem::path> files{root / "README.md"};
  for (const auto& entry : std::filesystem::directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") files.push_back(entry.path());
  }
  const std::string page = "attention.html#";
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (std::size_t at = text.find(page); at != std::string::npos; at = text.find(page, at + 1)) {
      const std::size_t start = at + page.size() - 1;
      links += "'" + text.substr(start, text.find_first_of(")\" \n", start) - start) + "',";
    }
  }
  return links;
}

// By keys alone, and by the mouse; in both colours, and in widths from 390 to 1600 pixels.
BOOST_AUTO_TEST_CASE(the_page_is_used_as_readers_use_it) {
  const std::string script = source("tests/walkthrough/attention_page_use.js");
  for (const std::string colours : {"", "--blink-settings=preferredColorScheme=0"}) {
    const std::string widths = colours.empty() ? "390, 999, 1280" : "600, 1000, 1600";
    const std::string printed = printed_by_chromium(
        "const links = [" + links_to_the_page() + "], widths = [" + widths + "];\n" + script,
        "--allow-file-access-from-files --enable-blink-features=ComputedAccessibilityInfo " +
            colours);
    const std::size_t start = printed.find("\nseen\n");
    BOOST_REQUIRE(start != std::string::npos);
    BOOST_TEST(printed.substr(start, printed.find("end\n", start) - start) == std::string(R"(
seen
arrows and Enter:
  #causal/attn_scores/starts/starts
  follows starts
  attn_scores[starts, starts]
  0.2577 0.25765386
  attn_scores = Σᵢ queries[query, i]·keys[key, i]
  -0.3015·-0.8628 + -0.0232·0.1060 = 0.2577
  lit -0.3015 -0.0232 -0.8628 0.1060
  nothing moved
its first operand:
  #causal/queries/starts/0
  follows starts
  queries[starts, 0]
  -0.3015 -0.30145648
  queries = Σᵢ inputs[token, i]·ca.W_query.weight[d_out, i]
  0.57·-0.2354 + 0.85·0.0191 + 0.64·-0.2867 = -0.3015
  lit 0.5700 0.8500 0.6400 -0.2354 0.0191 -0.2867
  nothing moved
the input below it:
  #causal/inputs/starts/0
  follows starts
  inputs[starts, 0]
  0.57
  lit
  nothing moved
changed:
  #causal/inputs/starts/0?inputs/2/0=0.5
  follows starts
  inputs[starts, 0]
  0.5
  lit
  56 numbers moved
twice back:
  #causal/attn_scores/starts/starts?inputs/2/0=0.5
  follows starts
  attn_scores[starts, starts]
  0.2342 0.2341508
  attn_scores = Σᵢ queries[query, i]·keys[key, i]
  -0.2850·-0.8335 + -0.0384·0.0877 = 0.2342
  lit -0.2850 -0.0384 -0.8335 0.0877
  56 numbers moved
as before:
  #causal/attn_scores/starts/starts
  follows starts
  attn_scores[starts, starts]
  0.2577 0.25765386
  attn_scores = Σᵢ queries[query, i]·keys[key, i]
  -0.3015·-0.8628 + -0.0232·0.1060 = 0.2577
  lit -0.3015 -0.0232 -0.8628 0.1060
  nothing moved
its gradient:
  #causal/attn_scores_grad/starts/starts
  follows starts
  attn_scores_grad[starts, starts]
  -0.0013 -0.0013099299
  attn_scores_grad = masked_scores_grad[query, key] if key ≤ query, otherwise 0
  -0.0013 = -0.0013
  lit -0.0013
  nothing moved
what that is made of:
  #causal/masked_scores_grad/starts/starts
  follows starts
  masked_scores_grad[starts, starts]
  -0.0013 -0.0013099299
  masked_scores_grad = scaled_scores_grad[query, key] / √2
  -0.0019 / √2 = -0.0013
  lit -0.0019
  nothing moved
back at the value:
  #causal/attn_scores/starts/starts?gradients=on
  follows starts
  attn_scores[starts, starts]
  0.2577 0.25765386
  attn_scores = Σᵢ queries[query, i]·keys[key, i]
  -0.3015·-0.8628 + -0.0232·0.1060 = 0.2577
  lit -0.3015 -0.0232 -0.8628 0.1060
  nothing moved
a token more:
  #token-by-token/head_1.attn_weights/step/your?token=step
  follows step
  head_1.attn_weights[step, your]
  0.1625 0.16245085
  head_1.attn_weights = e^(head_1.scaled_scores[query, key] − max) / Σ e^(head_1.scaled_scores − max), over all keys
  e^(-0.0409 − 0.0058) / (e^(-0.0409 − 0.0058) + e^(-0.0151 − 0.0058) + e^(-0.0159 − 0.0058) + e^(-0.0008 − 0.0058) + e^(-0.0254 − 0.0058) + e^(0.0058 − 0.0058)) = 0.1625
  lit -0.0409 -0.0151 -0.0159 -0.0008 -0.0254 0.0058
  5 in the cache, 1 new
from the start:
  #token-by-token/new_keys/your/0?token=your
  follows your
  new_keys[your, 0]
  -0.5740 -0.57398844
  new_keys = Σᵢ new_inputs[query, i]·mha.W_key.weight[d_out, i]
  0.43·-0.4196 + 0.15·-0.4590 + 0.89·-0.3648 = -0.5740
  lit -0.4196 -0.4590 -0.3648 0.4300 0.1500 0.8900
  0 in the cache, 1 new
a mistake:
  #mask-too-late/attn_weights_wrong/your/journey
  follows your
  attn_weights_wrong[your, journey]
  0.4615 0.46148843
  attn_weights_wrong = e^(scaled_scores_wrong[query, key] − max) / Σ e^(scaled_scores_wrong − max), over all keys
  e^(0.0506 − 0.2050) / (e^(0.2050 − 0.2050) + e^(0.0506 − 0.2050) + e^(-inf − 0.2050) + e^(-inf − 0.2050) + e^(-inf − 0.2050) + e^(-inf − 0.2050)) = 0.4615
  lit 0.2050 0.0506 -inf -inf -inf -inf
  40 numbers differ from what is right
switched:
  #multi-head?token=with&amp;mask=off&amp;scaling=off&amp;heads=1
  follows with
  lit
  96 numbers moved
reset:
  #multi-head?token=with
  follows with
  lit
  nothing moved
all controls have names
contrast is enough
measured at )") + widths + "\n");
  }
}
