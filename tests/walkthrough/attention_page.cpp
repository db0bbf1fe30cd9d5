// docs/attention.html in Chromium: the numbers that its script computes, and the library's.

#include "attention_page.hpp"

#include <iostream>
#include <regex>
#include <sstream>

#include "check.hpp"
#include "inputs.hpp"
#include "longhand/gradients.hpp"
#include "longhand/matrix.hpp"
#include "run.hpp"

using longhand::Matrix;
using namespace walkthrough;

namespace {

AttentionGiven notebook() {
  static const RecallGiven recall = RecallGiven::train();
  AttentionGiven given = AttentionGiven::draw(tokens, inputs, {});
  given.recall = recall;
  return given;
}

std::string source(const std::string& file) {
  std::ifstream in(from_meson("SOURCE_ROOT") + "/" + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What a script of this folder sees in a page, where Chromium runs it after the page's own; `names` are
// what it is told.
std::string seen_in(std::string page, const std::string& script, const std::string& names = "",
                    const std::string& options = "") {
  const Folder folder;
  page.insert(page.rfind("</body>"),
              "<script>\n" + names + source("tests/walkthrough/" + script) + "</script>\n");
  folder.write("page.html", page);
  const Run result =
      run(shell_word(from_meson("CHROMIUM")) + " --headless --no-sandbox --disable-gpu " + options +
          " --user-data-dir=" + shell_word(folder.path()) + " --timeout=280000 --dump-dom file://" +
          shell_word(folder.path() + "/page.html"));
  BOOST_TEST(result.status == 0, result.err);
  const std::size_t start = result.out.find("\nseen\n");
  BOOST_REQUIRE(start != std::string::npos);
  return result.out.substr(start + 1, result.out.find("\nend\n", start) - start);
}

// A sentence, what an address changes of it, and what the library makes of that.
std::string compared(const AttentionGiven& given, const std::vector<AttentionView>& views,
                     const std::string& changes = "") {
  return "{numbers:" + attention_numbers(given, views) + ",changes:'" + changes + "'},";
}

// How many numbers were compared, and how many differ in the last bits.
struct Count {
  int compared = 0;
  int differ = 0;
};

// Every other line that was seen names what is wrong.
Count count_of(const std::string& seen) {
  std::istringstream lines(seen);
  std::string line;
  Count count;
  lines >> line >> count.compared >> count.differ >> std::ws;
  while (std::getline(lines, line)) BOOST_ERROR(line);
  std::cout << "  of " << count.compared << " numbers, " << count.differ
            << " differ in the last bits\n";
  return count;
}

Count compare_all(const std::string& sentences) {
  return count_of(seen_in(attention_page(notebook()), "attention_page.js",
                          source("tests/walkthrough/attention_page_sums.js") +
                              "const sentences = [" + sentences + "];\n"));
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

BOOST_AUTO_TEST_CASE(every_number_of_the_page_is_that_of_the_library_to_the_last_bit) {
  const Count count = compare_all(compared(notebook(), attention_views(notebook())));
  BOOST_TEST(count.compared > 8000);
  BOOST_TEST(count.differ == 0);
}

// The browser's exponential is not the library's: about one in 2000 is rounded the other way, and
// moves what follows by its last bits.
BOOST_AUTO_TEST_CASE(numbers_of_random_sentences_differ_by_the_rounding_of_exp_alone) {
  RandomNumbers numbers(1);
  std::string sentences;
  for (std::size_t i = 0; i < 20; ++i) {
    const AttentionGiven given = random_sentence(numbers, i == 0 ? 9 : 1 + i % 6);
    sentences += compared(given, attention_views(given));
  }
  const Count count = compare_all(sentences);
  BOOST_TEST(count.compared > 80000);
  BOOST_TEST(count.differ < count.compared / 100);
}

BOOST_AUTO_TEST_CASE(after_a_change_every_number_is_that_of_the_library) {
  const AttentionGiven unchanged = notebook();
  AttentionGiven inputs_changed = unchanged, weights_changed = unchanged;
  inputs_changed.inputs(1, 2) = -0.75;
  inputs_changed.inputs(5, 0) = 1e3;
  weights_changed.sa_v1.W_key(2, 1) = 0.1F;
  weights_changed.sa_v2.W_query.weight(0, 2) = 2;
  weights_changed.ca.W_value.weight(1, 0) = 0;
  weights_changed.wrapper.heads[1].W_key.weight(1, 1) = 3;
  weights_changed.mha.out_proj.weight(0, 1) = -9;
  weights_changed.mha.out_proj.bias[1] = 0.5;
  AttentionGiven dropout_changed = unchanged;  // to what another seed draws
  dropout_changed.dropout_seed = 7;
  const Matrix kept = given_matrices(dropout_changed).back().second;
  std::string kept_changes;
  for (std::size_t query = 0; query < kept.rows(); ++query) {
    for (std::size_t key = 0; key < kept.cols(); ++key) {
      kept_changes += "kept/" + std::to_string(query) + "/" + std::to_string(key) + "=" +
                      (kept(query, key) > 0 ? "1&" : "0&");
    }
  }
  const auto changed = [&](const AttentionGiven& given, const AttentionSwitches& switches,
                           const std::string& changes) {
    return compared(unchanged, attention_views(given, switches), changes);
  };
  const Count count = compare_all(
      changed(inputs_changed, {}, "inputs/1/2=-0.75&inputs/5/0=1e3") +
      changed(weights_changed, {},
              "W_key/2/1=0.1&sa_v2.W_query.weight/0/2=2&"
              "ca.W_value.weight/1/0=0&wrapper.heads%5B1%5D.W_key.weight/1/1=3&"
              "mha.out_proj.weight/0/1=-9&mha.out_proj.bias/0/1=0.5") +
      changed(dropout_changed, {}, kept_changes) +
      changed(unchanged, {.is_masked = false}, "mask=off") +
      changed(unchanged, {.is_masked = true, .is_scaled = false}, "mask=on&scaling=off") +
      changed(unchanged, {.token = 0}, "token=your") +
      changed(unchanged, {.token = 5}, "token=step") +
      changed(unchanged, {.token = 4, .num_heads = 1}, "token=one&heads=1"));
  BOOST_TEST(count.compared > 40000);
  BOOST_TEST(count.differ < count.compared / 100);
}

// Does the next word begin with an s? The views go back step by step, the library does all at once.
BOOST_AUTO_TEST_CASE(gradients_are_those_of_one_backward_pass_to_the_last_bit) {
  const AttentionGiven given = notebook();
  const longhand::MultiHeadAttentionSteps steps = given.mha.steps(inputs);
  const longhand::CrossEntropy loss = cross_entropy(steps.context_vecs, {0, 1, 0, 0, 1, 0});
  const auto grads = multi_head_attention_grads(given.mha, inputs, steps, loss.logits_grad);
  const Matrix bias_grad(1, 2, grads.out_proj.bias_grad);
  AttentionView view{"multi-head",
                     {{"loss", Matrix(1, 1, loss.loss)},
                      {"context_vecs_grad", loss.logits_grad},
                      {"mha.out_proj.weight_grad", grads.out_proj.weight_grad},
                      {"mha.out_proj.bias_grad", bias_grad},
                      {"joined_grad", grads.out_proj.inputs_grad},
                      {"queries_grad", grads.queries_grad},
                      {"keys_grad", grads.keys_grad},
                      {"values_grad", grads.values_grad},
                      {"mha.W_query.weight_grad", grads.W_query.weight_grad},
                      {"mha.W_key.weight_grad", grads.W_key.weight_grad},
                      {"mha.W_value.weight_grad", grads.W_value.weight_grad},
                      {"inputs_grad", grads.inputs_grad}}};
  for (std::size_t i = 0; i < grads.heads.size(); ++i) {
    const std::string prefix = "head_" + std::to_string(i) + ".";
    const longhand::CausalAttentionGrads& head = grads.heads[i];
    view.steps.insert(view.steps.end(), {{prefix + "attn_weights_grad", head.attn_weights_grad},
                                         {prefix + "scaled_scores_grad", head.scaled_scores_grad},
                                         {prefix + "masked_scores_grad", head.masked_scores_grad},
                                         {prefix + "attn_scores_grad", head.attn_scores_grad},
                                         {prefix + "queries_grad", head.queries_grad},
                                         {prefix + "keys_grad", head.keys_grad},
                                         {prefix + "values_grad", head.values_grad}});
  }
  const Count count = compare_all(compared(given, {view}, "gradients=on"));
  BOOST_TEST(count.compared > 300);
  BOOST_TEST(count.differ == 0);
}

// Of every view, with double in place of float32: a slope needs more digits.
BOOST_AUTO_TEST_CASE(every_gradient_is_the_slope_of_the_loss) {
  std::string page = attention_page(notebook());
  const std::string rounding = "const f32 = Math.fround;";
  page.replace(page.find(rounding), rounding.size(), "const f32 = (number) => number;");
  BOOST_TEST(count_of(seen_in(page, "attention_page_slopes.js",
                              source("tests/walkthrough/attention_page_sums.js")))
                 .compared > 1000);
}

// Where chapters and README lead to on the page.
std::string links_to_the_page() {
  std::string text = source("README.md"), links;
  for (const auto& entry :
       std::filesystem::directory_iterator(from_meson("SOURCE_ROOT") + "/docs")) {
    const std::string file = entry.path().filename().string();
    if (file.ends_with(".md")) text += source("docs/" + file);
  }
  const std::regex link("attention\\.html(#[^)\" \n]*)");
  for (std::sregex_iterator found(text.begin(), text.end(), link), end; found != end; ++found) {
    links += "'" + found->str(1) + "',";
  }
  return links;
}

// By keys alone, and by the mouse; in both colours, and in widths from 390 to 1600 pixels.
BOOST_AUTO_TEST_CASE(the_page_is_used_as_readers_use_it) {
  for (const std::string colours : {"", "--blink-settings=preferredColorScheme=0"}) {
    const std::string widths = colours.empty() ? "390, 999, 1280" : "600, 1000, 1600";
    const std::string seen = seen_in(
        attention_page(notebook()), "attention_page_use.js",
        "const links = [" + links_to_the_page() + "], widths = [" + widths + "];\n",
        "--allow-file-access-from-files --enable-blink-features=ComputedAccessibilityInfo " +
            colours);
    BOOST_TEST(seen == std::string(R"(seen
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
  queries[starts, 0]
  -0.3015 -0.30145648
  queries = Σᵢ inputs[token, i]·ca.W_query.weight[d_out, i]
  0.57·-0.2354 + 0.85·0.0191 + 0.64·-0.2867 = -0.3015
  lit 0.5700 0.8500 0.6400 -0.2354 0.0191 -0.2867
the input below it:
  #causal/inputs/starts/0
  inputs[starts, 0]
  0.57
  lit
changed:
  #causal/inputs/starts/0?inputs/2/0=0.5
  0.5
  56 numbers moved
twice back:
  #causal/attn_scores/starts/starts?inputs/2/0=0.5
  attn_scores[starts, starts]
  0.2342 0.2341508
  attn_scores = Σᵢ queries[query, i]·keys[key, i]
  -0.2850·-0.8335 + -0.0384·0.0877 = 0.2342
  lit -0.2850 -0.0384 -0.8335 0.0877
as before:
  #causal/attn_scores/starts/starts
  0.2577 0.25765386
  -0.3015·-0.8628 + -0.0232·0.1060 = 0.2577
  lit -0.3015 -0.0232 -0.8628 0.1060
  nothing moved
its gradient:
  #causal/attn_scores_grad/starts/starts
  attn_scores_grad[starts, starts]
  -0.0013 -0.0013099299
  attn_scores_grad = masked_scores_grad[query, key] if key ≤ query, otherwise 0
  -0.0013 = -0.0013
  lit -0.0013
what that is made of:
  #causal/masked_scores_grad/starts/starts
  masked_scores_grad[starts, starts]
  masked_scores_grad = scaled_scores_grad[query, key] / √2
  -0.0019 / √2 = -0.0013
  lit -0.0019
back at the value:
  #causal/attn_scores/starts/starts?gradients=on
  attn_scores[starts, starts]
  0.2577 0.25765386
  attn_scores = Σᵢ queries[query, i]·keys[key, i]
  -0.3015·-0.8628 + -0.0232·0.1060 = 0.2577
  lit -0.3015 -0.0232 -0.8628 0.1060
a loss:
  #causal/losses/your/0?gradients=on
  follows your
  losses[your]
  1.0856 1.0855738
  losses = ln Σ e^(context_vecs − max) − (context_vecs[token, target] − max)
  ln(e^(-0.4519 − 0.2216) + e^(0.2216 − 0.2216)) − (-0.4519 − 0.2216) = 1.0856
  lit -0.4519 0.2216
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
  nothing moved
a head that is no more:
  #multi-head?token=starts&amp;heads=1
  follows starts
  118 numbers moved
back over a step that is no more:
  #causal/attn_weights/starts/your?scaling=off
  attn_weights[starts, your]
  0.3132 0.31316397
  attn_weights = e^(masked_scores[query, key] − max) / Σ e^(masked_scores − max), over all keys
  e^(0.1667 − 0.2602) / (e^(0.1667 − 0.2602) + e^(0.2602 − 0.2602) + e^(0.2577 − 0.2602) + e^(-inf − 0.2602) + e^(-inf − 0.2602) + e^(-inf − 0.2602)) = 0.3132
  lit 0.1667 0.2602 0.2577 -inf -inf -inf
  30 numbers moved
no view:
  #causal
  follows journey
  lit
  nothing moved
an input:
  #causal/inputs/your/0
  follows your
  inputs[your, 0]
  0.43
typed 0.4.3, invalid:
  not a number: 0.43 stays
typed 3.5e38, invalid:
  beyond the largest float: 0.43 stays
typed 1e400, invalid:
typed nothing, invalid:
  not a number: 0.43 stays
typed 0.5:
  #causal/inputs/your/0?inputs/0/0=0.5
  0.5
  62 numbers moved
all controls have names
contrast is enough
measured at )") + widths + "\n");
  }
}
