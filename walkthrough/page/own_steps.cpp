#include "own_steps.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "concat.hpp"
#include "embedding_file.hpp"

using longhand::Matrix;

namespace walkthrough {
namespace {

// The views of the page that stand on the terminal, too.
struct ShownView {
  std::string name;
  std::string summary;  // what its weights are called in the summary; empty: not there
  std::string given;    // how the names of what it takes begin
  std::string title, lead;
};

const ShownView shown_views[] = {
    {"nothing-trained", "nothing trained", "inputs", "Simplified self-attention",
     "Each token takes from every token a share that grows with the dot product of the two. "
     "Nothing is trained."},
    {"self-attention", "", "W_", "SelfAttentionV1",
     "Three matrices of weights from 0 to 1 decide what a token looks for, what it can be found "
     "by, and what it passes on."},
    {"linear-layers", "self-attention", "sa_v2.", "SelfAttentionV2",
     "Linear layers, whose weights are drawn around zero."},
    {"causal", "causal attention", "ca.", "CausalAttention",
     "No token looks at a later one: a score of minus infinity before softmax is a weight of zero "
     "after it."},
    {"dropout", "", "kept", "CausalAttention in training",
     "Each weight becomes zero with probability 0.5, and otherwise twice as large."},
    {"multi-head", "multi-head attention", "mha.", "MultiHeadAttention",
     "Several attentions look at the same tokens: one projection, split, attended, joined, "
     "projected."}};

Axes axes_of(const std::string& name) {
  const auto ends_in = [&](const auto&... ends) { return (name.ends_with(ends) || ...); };
  if (ends_in("bias")) return {"d_out"};
  if (ends_in("row_sums")) return {"queries"};
  if (ends_in("out_proj.weight")) return {"d_out", "d_out"};
  if (ends_in(".weight")) return {"d_out", "d_in"};
  if (ends_in("_scores", "_weights", "of_ones", "kept")) return {"queries", "keys"};
  if (name.starts_with("W_")) return {"d_in", "d_out"};
  if (ends_in("inputs", "all_context_vecs")) return {"tokens", "d_in"};
  return {"tokens", name.starts_with("head_") ? "head_dim" : "d_out"};
}

class OwnPage {
 public:
  explicit OwnPage(Page& page) : page_(page) {}

  // The steps of a view, or its weights alone. One that an earlier view has is not repeated. Of chapter
  // 1, what one query asks comes before all scores, and is left out.
  void show(const ShownView& view, const std::vector<NamedMatrix>& steps, bool all_steps) {
    const auto is_first = [](const NamedMatrix& step) {
      return step.first == "attn_scores" || step.first == "queries";
    };
    bool is_masked = false;
    for (auto step = std::ranges::find_if(steps, is_first); step != steps.end(); ++step) {
      const auto& [name, matrix] = *step;
      const bool is_weights = name.ends_with("attn_weights");
      is_masked |= name.ends_with("masked_scores");
      if (!all_steps && (!is_weights || view.summary.empty())) continue;
      if (all_steps && std::ranges::find(shown_, *step) != shown_.end()) continue;
      shown_.push_back(*step);
      const std::string title = all_steps ? name : in_summary(view, name);
      show(*step, title);
      if (!is_weights) continue;
      page_.heat_map("own_" + view.name + "_" + name, {"queries", "keys"}, matrix,
                     "Attention weights: " + title, {.is_masked = is_masked});
    }
  }

  // Under a title of its own. Explains the first number that is infinite, or none.
  void show(const NamedMatrix& step, const std::string& title) {
    const auto& [name, matrix] = step;
    const Axes axes = axes_of(name);
    page_.show_computed(title, axes, axes.size() == 1 ? Tensor(matrix.values()) : Tensor(matrix));
    const bool has_others = std::ranges::any_of(matrix.values(), [](float value) {
      return std::isnan(value) || value == INFINITY;  // -inf is the mask's
    });
    if (is_explained_ || !has_others) return;
    is_explained_ = true;
    page_.note("Why numbers are inf or nan from here on",
               "A product or a sum is beyond the largest float, 3.4e38. It becomes infinite, "
               "and infinity minus infinity is nan, not a number. Divide all numbers of the "
               "file by a power of ten.");
  }

 private:
  // "head 0 of multi-head attention"
  static std::string in_summary(const ShownView& view, const std::string& name) {
    if (!name.starts_with("head_")) return view.summary;
    return "head " + name.substr(5, name.find('.') - 5) + " of " + view.summary;
  }

  Page& page_;
  std::vector<NamedMatrix> shown_;
  bool is_explained_ = false;
};

}  // namespace

void show_own(Page& page, const AttentionGiven& given, bool is_causal, bool all_steps) {
  AttentionSwitches switches;
  if (!is_causal) switches.is_masked = false;
  const std::vector<AttentionView> views = attention_views(given, switches);
  OwnPage own(page);
  if (!all_steps) {
    page.section("Attention weights", "How each token shares its attention, in each variant.");
  }
  const std::vector<NamedMatrix>* steps = nullptr;
  for (const ShownView& shown : shown_views) {
    const bool has_no_mask = shown.name == "causal" && !is_causal;
    if (has_no_mask && !all_steps) continue;
    if (all_steps) {
      page.section(shown.title,
                   has_no_mask ? "Without the mask, a linear layer for each of queries, keys and "
                                 "values is all: SelfAttentionV2 again."
                               : shown.lead);
    }
    for (const NamedMatrix& matrix : given_matrices(given)) {
      if (all_steps && matrix.first.starts_with(shown.given)) own.show(matrix, matrix.first);
    }
    steps = &std::ranges::find(views, shown.name, &AttentionView::name)->steps;
    own.show(shown, *steps, all_steps);
  }
  if (all_steps) return;
  page.section("Context vectors", "What multi-head attention makes of the tokens.");
  own.show(steps->back(), "context_vecs");
}

void require_few_numbers(const Matrix& inputs, const AttentionGiven::Settings& settings) {
  const std::size_t tokens = inputs.rows(), d_out = settings.d_out;
  const std::pair<std::string, std::size_t> tensors[] = {
      {"attn_weights (heads x tokens x tokens)", settings.num_heads * tokens * tokens},
      {"queries (tokens x d_out)", tokens * d_out},
      {"W_query (d_out x d_in)", d_out * inputs.cols()},
      {"out_proj.weight (d_out x d_out)", d_out * d_out}};
  for (const auto& [name, numbers] : tensors) {
    if (numbers <= most_numbers) continue;
    throw std::invalid_argument(concat(name, " would hold ", numbers,
                                       " numbers, and all are printed: make it at most ",
                                       most_numbers));
  }
}

}  // namespace walkthrough
