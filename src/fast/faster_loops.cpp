#include "longhand/faster_loops.hpp"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cmath>
#include <exception>
#include <limits>
#include <thread>
#include <utility>

#include "checks.hpp"
#include "kernel.hpp"
#include "longhand/dropout.hpp"
#include "online_softmax.hpp"
#include "panels.hpp"
#include "steps_of_sequence.hpp"

namespace longhand {
namespace {

// Rounding errors grow with the length of a sum: longer ones are split, and the parts added.
constexpr std::size_t longest_sum = 384;

// Keys whose scores are held at a time, in panels: few enough that the scores stay near the core.
constexpr std::size_t panels_of_block = 8;

// Heads are taken in rounds of so many features, or somewhat more, and the output projection in tasks
// of so many outputs: their weights stay in the second-level cache, and heads of width 1 still fill
// tiles.
constexpr std::size_t features_of_task = 64;

// Panels that a thread gets at a time: where sequences are many and short, the next ones take the
// memory of the ones before.
constexpr std::size_t panels_of_thread = 32;

// With fewer multiply-adds, a thread costs more to start than it gains.
constexpr double work_worth_a_thread = 5e6;

// c(row, lane) = sum over k of a(row, k) * b(k, lane), or += where add is true
//
// multiply_tile for any number of rows and any depth; a sum of no products is 0.
void multiply(const Kernel& kernel, const float* a, std::size_t row_stride, std::size_t k_stride,
              std::size_t rows, const float* b, std::size_t depth, float* c, std::size_t c_stride,
              bool add) {
  if (depth == 0 && !add) {
    for (std::size_t row = 0; row < rows; ++row)
      std::fill_n(c + row * c_stride, kernel.lanes, 0.0f);
  }
  for (std::size_t k = 0; k < depth; k += longest_sum) {
    const std::size_t depth_of_part = std::min(depth - k, longest_sum);
    for (std::size_t row = 0; row < rows;) {
      const bool whole_tile = row + kernel.rows <= rows;
      const auto multiply_rows = whole_tile ? kernel.multiply_tile : kernel.multiply_row;
      multiply_rows(a + row * row_stride + k * k_stride, row_stride, k_stride, b + k * kernel.lanes,
                    depth_of_part, c + row * c_stride, c_stride, add || k > 0);
      row += whole_tile ? kernel.rows : 1;
    }
  }
}

// outputs(out, lane) = sum over in of weight(out, in) * inputs(in, lane) + bias[out]
//
// For num_outs outputs from first_out on; outputs(out, lane) is outputs[out * stride + lane].
void project(const Kernel& kernel, const Linear& linear, std::size_t first_out,
             std::size_t num_outs, const float* inputs, float* outputs, std::size_t stride) {
  const std::size_t d_in = linear.d_in();
  const float* weight = linear.weight.values().data() + first_out * d_in;
  multiply(kernel, weight, d_in, 1, num_outs, inputs, d_in, outputs, stride, false);
  if (linear.bias.empty()) return;
  for (std::size_t out = 0; out < num_outs; ++out) {
    for (std::size_t lane = 0; lane < kernel.lanes; ++lane) {
      outputs[out * stride + lane] += linear.bias[first_out + out];
    }
  }
}

// The tokens of a panel: num_tokens of a sequence, from first_token on. Lanes beyond are padding.
struct Place {
  std::size_t item;
  std::size_t first_token;
  std::size_t num_tokens;
  std::size_t first_panel;  // of the same sequence
};

// The panels of some whole sequences.
using Group = std::vector<Place>;

// The numbers in the four weight matrices.
double num_weights(const MultiHeadAttention& attention) {
  const double d_in = static_cast<double>(attention.W_query.d_in());
  const double d_out = static_cast<double>(attention.W_query.d_out());
  return 3 * d_in * d_out + d_out * static_cast<double>(attention.out_proj.d_out());
}

// Where d_out is small, or tokens fill little of their panels, the clear code is about as fast, or
// faster. In units of its multiply-add, as measured:
//
// clear code: (tokens + 1) * weights + tokens * tokens * (2 * d_out + 20 * num_heads)
// fast code:  3 * tile_steps + padded * (7 * d_in + 3 * outputs)
//
// The clear code transposes the weights, which counts as a token more; 20 is for mask and softmax of a
// score. The fast code computes padded panels, and skips those of later keys: a step multiplies and
// adds for a whole tile. It packs inputs and unpacks outputs: 7 and 3 hold for memory that is touched
// for the first time. Where d_out is 0, it is the clear code that refuses.
bool is_left_to_clear_code(const MultiHeadAttention& attention, std::size_t num_tokens,
                           const Kernel& kernel) {
  if (attention.W_query.d_out() == 0) return true;
  const double tokens = static_cast<double>(num_tokens);
  const double d_in = static_cast<double>(attention.W_query.d_in());
  const double d_out = static_cast<double>(attention.W_query.d_out());
  const double num_heads = static_cast<double>(attention.num_heads);
  const double outputs = static_cast<double>(attention.out_proj.d_out());
  const double weights = num_weights(attention);

  const double rows = static_cast<double>(kernel.rows);
  const double lanes = static_cast<double>(kernel.lanes);
  const double padded = std::ceil(tokens / lanes) * lanes;
  const double tile_steps = padded * (weights + (padded + lanes) * d_out) / (rows * lanes);
  return (tokens + 1) * weights + tokens * tokens * (2 * d_out + 20 * num_heads) <=
         3 * tile_steps + padded * (7 * d_in + 3 * outputs);
}

// A group takes sequences until it has panels_of_thread for each thread, or more.
std::vector<Group> groups_of(const MultiHeadAttention& attention, const std::vector<Matrix>& batch,
                             const Kernel& kernel, std::size_t num_threads) {
  const std::size_t lanes = kernel.lanes;
  std::vector<Group> groups;
  for (std::size_t item = 0; item < batch.size(); ++item) {
    const std::size_t num_tokens = batch[item].rows();
    if (is_left_to_clear_code(attention, num_tokens, kernel)) continue;
    if (groups.empty() || groups.back().size() / panels_of_thread >= num_threads) {
      groups.emplace_back();
    }
    Group& group = groups.back();
    const std::size_t first_panel = group.size();
    for (std::size_t token = 0; token < num_tokens; token += lanes) {
      group.push_back({item, token, std::min(lanes, num_tokens - token), first_panel});
    }
  }
  return groups;
}

std::size_t most_panels_of(const std::vector<Group>& groups) {
  std::size_t most = 0;
  for (const Group& group : groups) most = std::max(most, group.size());
  return most;
}

// One pass over a batch, group by group. All threads run it side by side, phase by phase; within a
// phase, each task writes what no other task reads or writes.
class Pass {
 public:
  Pass(const MultiHeadAttention& attention, const std::vector<Matrix>& batch, const Kernel& kernel,
       std::size_t num_threads, std::vector<Matrix>& context_vecs);

  // Returns when all is done, with fewer threads where not all can be started.
  void run();

 private:
  void run_phases(std::size_t thread);
  // Of the largest phase: more threads would have nothing to do.
  std::size_t most_tasks() const {
    return most_panels_ * std::max({std::size_t{3}, heads_of_round_, groups_of_outs_});
  }
  template <class Task>
  void share(std::size_t num_tasks, const Task& task);

  void pack(const Place& place, std::size_t panel);
  void project_round(std::size_t first_head, std::size_t num_heads, std::size_t which,
                     std::size_t panel);
  void attend(std::size_t first_head, std::size_t head, std::size_t first_panel, std::size_t panel,
              float* scores);
  void project_out(std::size_t first_out, const Place& place, std::size_t panel, float* outputs);

  const MultiHeadAttention& attention_;
  const std::vector<Matrix>& batch_;
  const Kernel& kernel_;
  std::vector<Matrix>& context_vecs_;
  const std::size_t head_dim_;
  const std::size_t heads_of_round_;
  const std::vector<Group> groups_;
  const std::size_t most_panels_;  // of a group
  // From one feature of the values to the next: an odd number of panels keeps the rows from falling
  // on the same place of the cache.
  const std::size_t values_stride_;

  Panels inputs_;    // d_in features
  Panels contexts_;  // d_out features, the heads side by side
  Panels queries_;   // of the heads of a round
  Panels keys_;
  // values(feature, token), each feature's tokens in a row: a sum over keys runs through memory.
  Panels values_;

  const std::size_t groups_of_outs_;
  const std::size_t num_threads_;
  Panels scratch_;  // of each thread
  std::atomic<std::size_t> next_task_ = 0;
  struct StartTasksAnew {
    std::atomic<std::size_t>* next_task;
    void operator()() noexcept { *next_task = 0; }
  };
  std::barrier<StartTasksAnew> end_of_phase_;
};

Pass::Pass(const MultiHeadAttention& attention, const std::vector<Matrix>& batch,
           const Kernel& kernel, std::size_t num_threads, std::vector<Matrix>& context_vecs)
    : attention_(attention),
      batch_(batch),
      kernel_(kernel),
      context_vecs_(context_vecs),
      head_dim_(attention.head_dim()),
      heads_of_round_(
          std::min((features_of_task + head_dim_ - 1) / head_dim_, attention.num_heads)),
      groups_(groups_of(attention, batch, kernel, num_threads)),
      most_panels_(most_panels_of(groups_)),
      values_stride_((most_panels_ | 1) * kernel.lanes),
      inputs_(most_panels_, attention.W_query.d_in(), kernel.lanes),
      contexts_(most_panels_, attention.W_query.d_out(), kernel.lanes),
      queries_(most_panels_, heads_of_round_ * head_dim_, kernel.lanes),
      keys_(most_panels_, heads_of_round_ * head_dim_, kernel.lanes),
      values_(1, heads_of_round_ * head_dim_, values_stride_),
      groups_of_outs_((attention.out_proj.d_out() + features_of_task - 1) / features_of_task),
      num_threads_(std::clamp(most_tasks(), std::size_t{1}, num_threads)),
      scratch_(num_threads_, std::max(panels_of_block * kernel.lanes, features_of_task),
               kernel.lanes),
      end_of_phase_(static_cast<std::ptrdiff_t>(num_threads_), StartTasksAnew{&next_task_}) {}

void Pass::run() {
  std::vector<std::jthread> others;
  try {
    for (std::size_t thread = 1; thread < num_threads_; ++thread) {
      others.emplace_back([this, thread] { run_phases(thread); });
    }
  } catch (const std::exception&) {  // no thread left, or no memory for one: fewer do it too
    for (std::size_t thread = 1 + others.size(); thread < num_threads_; ++thread) {
      end_of_phase_.arrive_and_drop();
    }
  }
  run_phases(0);
}

void Pass::run_phases(std::size_t thread) {
  float* scratch = scratch_.at(thread);
  for (const Group& group : groups_) {
    const std::size_t num_panels = group.size();
    share(num_panels, [&](std::size_t panel) { pack(group[panel], panel); });
    for (std::size_t first_head = 0; first_head < attention_.num_heads;
         first_head += heads_of_round_) {
      const std::size_t num_heads = std::min(heads_of_round_, attention_.num_heads - first_head);
      share(3 * num_panels, [&](std::size_t task) {
        project_round(first_head, num_heads, task / num_panels, task % num_panels);
      });
      share(num_heads * num_panels, [&](std::size_t task) {
        // The last queries have the most keys; the small tasks fill the gaps at the end.
        const std::size_t panel = num_panels - 1 - task / num_heads;
        attend(first_head, task % num_heads, group[panel].first_panel, panel, scratch);
      });
    }
    share(groups_of_outs_ * num_panels, [&](std::size_t task) {
      const std::size_t panel = task % num_panels;
      project_out(task / num_panels * features_of_task, group[panel], panel, scratch);
    });
  }
}

// Calls task(index) for each index below num_tasks, each in one of the threads: a thread that is
// done with one takes the next. All threads wait for the last.
template <class Task>
void Pass::share(std::size_t num_tasks, const Task& task) {
  for (std::size_t index = next_task_++; index < num_tasks; index = next_task_++) task(index);
  end_of_phase_.arrive_and_wait();
}

// inputs(in, lane) = token(lane)'s number in, 0 where the lane is padding
void Pass::pack(const Place& place, std::size_t panel) {
  const std::size_t d_in = batch_[place.item].cols();
  const float* tokens = batch_[place.item].values().data() + place.first_token * d_in;
  if (place.num_tokens < kernel_.lanes) {
    std::fill_n(inputs_.at(panel), d_in * kernel_.lanes, 0.0f);
  }
  for (std::size_t in = 0; in < d_in; ++in) {
    float* lanes = inputs_.at(panel, in);
    for (std::size_t lane = 0; lane < place.num_tokens; ++lane) {
      lanes[lane] = tokens[lane * d_in + in];
    }
  }
}

// The queries (which = 0), keys (1) or values (2) of a round's heads.
void Pass::project_round(std::size_t first_head, std::size_t num_heads, std::size_t which,
                         std::size_t panel) {
  const std::size_t lanes = kernel_.lanes;
  const Linear* layer[] = {&attention_.W_query, &attention_.W_key, &attention_.W_value};
  float* outputs[] = {queries_.at(panel), keys_.at(panel), values_.at(0) + panel * lanes};
  const std::size_t stride[] = {lanes, lanes, values_stride_};
  project(kernel_, *layer[which], first_head * head_dim_, num_heads * head_dim_, inputs_.at(panel),
          outputs[which], stride[which]);
}

// The context vectors of one head and the panel's queries, block by block of the keys up to them. Runs
// once for each head and panel: it scales the queries where they stand.
void Pass::attend(std::size_t first_head, std::size_t head, std::size_t first_panel,
                  std::size_t panel, float* scores) {
  const std::size_t lanes = kernel_.lanes;
  const std::size_t first = head * head_dim_;
  float* queries = queries_.at(panel, first);
  float* context = contexts_.at(panel, first_head * head_dim_ + first);
  const float scale = 1 / std::sqrt(static_cast<float>(head_dim_));
  for (std::size_t i = 0; i < head_dim_ * lanes; ++i) queries[i] *= scale;

  alignas(64) float max[most_lanes];
  alignas(64) float sum[most_lanes];
  std::fill_n(max, lanes, -std::numeric_limits<float>::infinity());
  std::fill_n(sum, lanes, 0.0f);
  std::fill_n(context, head_dim_ * lanes, 0.0f);
  for (std::size_t block = first_panel; block <= panel; block += panels_of_block) {
    const std::size_t num_key_panels = std::min(panels_of_block, panel + 1 - block);
    const std::size_t num_keys = num_key_panels * lanes;
    for (std::size_t i = 0; i < num_key_panels; ++i) {
      multiply(kernel_, keys_.at(block + i, first), 1, lanes, lanes, queries, head_dim_,
               scores + i * lanes * lanes, lanes, false);
    }
    if (block + num_key_panels > panel) mask_diagonal(scores + (num_keys - lanes) * lanes, lanes);
    kernel_.online_softmax(scores, num_keys, max, sum, context, head_dim_);
    multiply(kernel_, values_.at(0, first) + block * lanes, values_stride_, 1, head_dim_, scores,
             num_keys, context, lanes, true);
  }
  for (std::size_t feature = 0; feature < head_dim_; ++feature) {
    for (std::size_t lane = 0; lane < lanes; ++lane) context[feature * lanes + lane] /= sum[lane];
  }
}

// Some outputs of the output projection, written into the matrices that are returned.
void Pass::project_out(std::size_t first_out, const Place& place, std::size_t panel,
                       float* outputs) {
  const std::size_t num_outs = std::min(features_of_task, attention_.out_proj.d_out() - first_out);
  project(kernel_, attention_.out_proj, first_out, num_outs, contexts_.at(panel), outputs,
          kernel_.lanes);
  for (std::size_t lane = 0; lane < place.num_tokens; ++lane) {
    float* context_vec = context_vecs_[place.item].row(place.first_token + lane).data() + first_out;
    for (std::size_t out = 0; out < num_outs; ++out) {
      context_vec[out] = outputs[out * kernel_.lanes + lane];
    }
  }
}

// How many threads are worth their start, for the sequences that they share.
std::size_t default_threads(const MultiHeadAttention& attention, const std::vector<Matrix>& batch,
                            const Kernel& kernel) {
  const double weights = num_weights(attention);
  const double d_out = static_cast<double>(attention.W_query.d_out());
  double multiply_adds = 0;
  for (const Matrix& inputs : batch) {
    if (is_left_to_clear_code(attention, inputs.rows(), kernel)) continue;
    const double tokens = static_cast<double>(inputs.rows());
    multiply_adds += tokens * (weights + (tokens + 1) * d_out);
  }
  const double cores = std::max(1u, std::thread::hardware_concurrency());
  return static_cast<std::size_t>(std::clamp(multiply_adds / work_worth_a_thread, 1.0, cores));
}

}  // namespace

std::vector<Matrix> faster_forward(const MultiHeadAttention& attention,
                                   const std::vector<Matrix>& batch, const FasterOptions& options) {
  require_batch(attention, batch);
  Dropout no_dropout(attention.dropout, nullptr);
  const Kernel& kernel = longhand::kernel(options.instruction_set);
  const auto is_small = [&](const Matrix& inputs) {
    return is_left_to_clear_code(attention, inputs.rows(), kernel);
  };
  std::vector<Matrix> context_vecs;
  context_vecs.reserve(batch.size());
  for (const Matrix& inputs : batch) {
    context_vecs.push_back(is_small(inputs)
                               ? steps_of_sequence(attention, inputs, no_dropout).context_vecs
                               : Matrix(inputs.rows(), attention.out_proj.d_out()));
  }
  if (std::ranges::all_of(batch, is_small)) return context_vecs;

  for (const Linear* layer :
       {&attention.W_query, &attention.W_key, &attention.W_value, &attention.out_proj}) {
    require_bias(*layer);
  }
  const std::size_t num_threads =
      options.num_threads > 0 ? options.num_threads : default_threads(attention, batch, kernel);
  Pass(attention, batch, kernel, num_threads, context_vecs).run();
  return context_vecs;
}

}  // namespace longhand
