#include "longhand/faster_loops.hpp"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cmath>
#include <exception>
#include <span>
#include <thread>

#include "attend.hpp"
#include "checks.hpp"
#include "multi_head_checks.hpp"

namespace longhand {
namespace {

// Heads are taken in rounds of so many features, or somewhat more, and the output
// projection in tasks of so many outputs as a round has queries, keys and values: their
// weights stay in the second-level cache, and heads of width 1 still fill tiles.
constexpr std::size_t features_of_task = 64;
constexpr std::size_t outs_of_task = 3 * features_of_task;

// Panels that a thread gets at a time: where sequences are many and short, the next ones
// take the memory of the ones before.
constexpr std::size_t panels_of_thread = 32;

// With fewer multiply-adds, a thread costs more to start than it gains.
constexpr double work_worth_a_thread = 5e6;

// The tokens of a panel: of a sequence, from first_token on. Lanes beyond its last are
// padding.
struct Place {
  std::size_t item;
  std::size_t first_token;
  std::size_t first_panel;  // of the same sequence
};

// The panels of some whole sequences.
using Group = std::vector<Place>;

// A group takes sequences until it has panels_of_thread for each thread, or more.
std::vector<Group> groups_of(std::span<const Matrix> batch, std::size_t lanes,
                             std::size_t num_threads) {
  std::vector<Group> groups;
  for (std::size_t item = 0; item < batch.size(); ++item) {
    if (groups.empty() || groups.back().size() / panels_of_thread >= num_threads) {
      groups.emplace_back();
    }
    Group& group = groups.back();
    const std::size_t first_panel = group.size();
    for (std::size_t token = 0; token < batch[item].rows(); token += lanes) {
      group.push_back({item, token, first_panel});
    }
  }
  return groups;
}

std::size_t most_panels_of(const std::vector<Group>& groups) {
  std::size_t most = 0;
  for (const Group& group : groups) most = std::max(most, group.size());
  return most;
}

// One pass over a batch, group by group. All threads run it side by side, phase by phase;
// within a phase, each task writes what no other task reads or writes.
class Pass {
 public:
  Pass(const MultiHeadAttention& attention, std::span<const Matrix> batch,
       const Kernel& kernel, std::size_t num_threads, std::vector<Matrix>& context_vecs);

  // Returns when all is done, with fewer threads where not all can be started.
  void run();

 private:
  void run_phases(std::size_t thread);
  // Of the largest phase: more threads would have nothing to do.
  std::size_t most_tasks() const {
    return most_panels_ * std::max({std::size_t{3}, heads_of_round_, groups_of_outs_});
  }
  std::size_t features_of_round() const { return heads_of_round_ * head_dim_; }
  std::size_t features_of_scratch() const {
    return std::max(panels_of_block * kernel_.lanes, outs_of_task);
  }
  std::size_t size_of_memory() const;
  template <class Task>
  void share(std::size_t num_tasks, const Task& task);

  void project_round(std::size_t first_head, std::size_t num_heads, std::size_t which,
                     std::size_t panel);
  void project_out(std::size_t first_out, const Place& place, std::size_t panel,
                   View scratch);

  const MultiHeadAttention& attention_;
  std::span<const Matrix> batch_;
  const Kernel& kernel_;
  std::vector<Matrix>& context_vecs_;
  const std::size_t head_dim_;
  const std::size_t heads_of_round_;
  const std::vector<Group> groups_;
  const std::size_t most_panels_;  // of a group
  // From one feature of the values to the next: an odd number of panels keeps the rows
  // from falling on the same place of the cache.
  const std::size_t values_stride_;

  const std::size_t groups_of_outs_;
  const std::size_t num_threads_;

  Memory memory_;    // of all panels, in one piece
  Panels inputs_;    // d_in features
  Panels contexts_;  // d_out features, the heads side by side
  Panels queries_;   // of the heads of a round
  Panels keys_;
  Panels values_;   // a single panel, as wide as all tokens
  Panels scratch_;  // of each thread
  std::atomic<std::size_t> next_task_ = 0;
  struct StartTasksAnew {
    std::atomic<std::size_t>* next_task;
    void operator()() noexcept { *next_task = 0; }
  };
  std::barrier<StartTasksAnew> end_of_phase_;
};

Pass::Pass(const MultiHeadAttention& attention, std::span<const Matrix> batch,
           const Kernel& kernel, std::size_t num_threads,
           std::vector<Matrix>& context_vecs)
    : attention_(attention),
      batch_(batch),
      kernel_(kernel),
      context_vecs_(context_vecs),
      head_dim_(attention.head_dim()),
      heads_of_round_(
          std::min((features_of_task + head_dim_ - 1) / head_dim_, attention.num_heads)),
      groups_(groups_of(batch, kernel.lanes, num_threads)),
      most_panels_(most_panels_of(groups_)),
      values_stride_((most_panels_ | 1) * kernel.lanes),
      groups_of_outs_((attention.out_proj.d_out() + outs_of_task - 1) / outs_of_task),
      num_threads_(std::clamp(most_tasks(), std::size_t{1}, num_threads)),
      memory_(size_of_memory()),
      inputs_(memory_, most_panels_, attention.W_query.d_in(), kernel.lanes),
      contexts_(memory_, most_panels_, attention.W_query.d_out(), kernel.lanes),
      queries_(memory_, most_panels_, features_of_round(), kernel.lanes),
      keys_(memory_, most_panels_, features_of_round(), kernel.lanes),
      values_(memory_, 1, features_of_round(), values_stride_),
      scratch_(memory_, num_threads_, features_of_scratch(), kernel.lanes),
      end_of_phase_(static_cast<std::ptrdiff_t>(num_threads_),
                    StartTasksAnew{&next_task_}) {}

// In floats.
std::size_t Pass::size_of_memory() const {
  const std::size_t d_in = attention_.W_query.d_in();
  const std::size_t d_out = attention_.W_query.d_out();
  const std::size_t features_of_panel = d_in + d_out + 2 * features_of_round();
  return kernel_.lanes *
             (most_panels_ * features_of_panel + num_threads_ * features_of_scratch()) +
         features_of_round() * values_stride_;
}

void Pass::run() {
  std::vector<std::thread> others;
  try {
    for (std::size_t thread = 1; thread < num_threads_; ++thread) {
      others.emplace_back([this, thread] { run_phases(thread); });
    }
  } catch (
      const std::exception&) {  // no thread left, or no memory for one: fewer do it too
    for (std::size_t thread = 1 + others.size(); thread < num_threads_; ++thread) {
      end_of_phase_.arrive_and_drop();
    }
  }
  run_phases(0);
  for (std::thread& other : others) other.join();
}

void Pass::run_phases(std::size_t thread) {
  const View scratch = scratch_[thread];
  for (const Group& group : groups_) {
    const std::size_t num_panels = group.size();
    share(num_panels, [&](std::size_t panel) {
      pack(batch_[group[panel].item], group[panel].first_token, inputs_[panel]);
    });
    for (std::size_t first_head = 0; first_head < attention_.num_heads;
         first_head += heads_of_round_) {
      const std::size_t num_heads =
          std::min(heads_of_round_, attention_.num_heads - first_head);
      // The three layers of a panel follow each other: it comes from afar once.
      share(3 * num_panels, [&](std::size_t task) {
        project_round(first_head, num_heads, task % 3, task / 3);
      });
      share(num_heads * num_panels, [&](std::size_t task) {
        // The last queries have the most keys; the small tasks fill the gaps at the end.
        const std::size_t panel = num_panels - 1 - task / num_heads;
        const std::size_t head = task % num_heads;
        attend(kernel_,
               {.queries = queries_,
                .keys = keys_,
                .values = values_[0],
                .contexts = contexts_,
                .first_feature = head * head_dim_,
                .first_context = (first_head + head) * head_dim_,
                .head_dim = head_dim_},
               panel, group[panel].first_panel, scratch);
      });
    }
    share(groups_of_outs_ * num_panels, [&](std::size_t task) {
      const std::size_t panel = task % num_panels;
      project_out(task / num_panels * outs_of_task, group[panel], panel, scratch);
    });
  }
}

// Calls task(index) for each index below num_tasks, each in one of the threads: a thread
// that is done with one takes the next. All threads wait for the last.
template <class Task>
void Pass::share(std::size_t num_tasks, const Task& task) {
  for (std::size_t index = next_task_++; index < num_tasks; index = next_task_++)
    task(index);
  end_of_phase_.arrive_and_wait();
}

// The queries (which = 0), keys (1) or values (2) of a round's heads.
void Pass::project_round(std::size_t first_head, std::size_t num_heads, std::size_t which,
                         std::size_t panel) {
  const std::size_t lanes = kernel_.lanes;
  const std::size_t num_features = num_heads * head_dim_;
  const Linear* layer[] = {&attention_.W_query, &attention_.W_key, &attention_.W_value};
  const View outputs[] = {queries_[panel].block(0, 0, num_features, lanes),
                          keys_[panel].block(0, 0, num_features, lanes),
                          values_[0].block(0, panel * lanes, num_features, lanes)};
  project(kernel_, *layer[which], first_head * head_dim_, inputs_[panel], outputs[which]);
  if (which == 0) scale(outputs[0], 1 / std::sqrt(static_cast<float>(head_dim_)));
}

// Some outputs of the output projection, written into the matrices that are returned.
void Pass::project_out(std::size_t first_out, const Place& place, std::size_t panel,
                       View scratch) {
  const std::size_t num_outs =
      std::min(outs_of_task, attention_.out_proj.d_out() - first_out);
  const View outputs = scratch.block(0, 0, num_outs, kernel_.lanes);
  project(kernel_, attention_.out_proj, first_out, contexts_[panel], outputs);
  unpack(outputs, context_vecs_[place.item], place.first_token, first_out);
}

// How many threads are worth their start, for the sequences that they share.
std::size_t default_threads(const MultiHeadAttention& attention,
                            std::span<const Matrix> batch) {
  const double d_in = static_cast<double>(attention.W_query.d_in());
  const double d_out = static_cast<double>(attention.W_query.d_out());
  const double weights =
      d_out * (3 * d_in + static_cast<double>(attention.out_proj.d_out()));
  double multiply_adds = 0;
  for (const Matrix& inputs : batch) {
    const double tokens = static_cast<double>(inputs.rows());
    multiply_adds += tokens * (weights + (tokens + 1) * d_out);
  }
  const double cores = std::max(1u, std::thread::hardware_concurrency());
  return static_cast<std::size_t>(
      std::clamp(multiply_adds / work_worth_a_thread, 1.0, cores));
}

List<Matrix> forward_all(const MultiHeadAttention& attention,
                         std::span<const Matrix> batch, const FasterOptions& options) {
  require_batch(attention, batch);
  require_not_negative("faster_forward", "num_threads", options.num_threads);
  const Kernel& kernel = longhand::kernel(options.instruction_set);
  List<Matrix> context_vecs;
  for (const Matrix& inputs : batch) {
    context_vecs.emplace_back(inputs.rows(), attention.out_proj.d_out());
  }
  if (batch.empty()) return context_vecs;

  const std::size_t num_threads =
      options.num_threads > 0 ? options.num_threads : default_threads(attention, batch);
  Pass(attention, batch, kernel, num_threads, context_vecs).run();
  return context_vecs;
}

}  // namespace

List<Matrix> faster_forward(const MultiHeadAttention& attention,
                            const std::vector<Matrix>& batch,
                            const FasterOptions& options) {
  return forward_all(attention, batch, options);
}

Matrix faster_forward(const MultiHeadAttention& attention, const Matrix& inputs,
                      const FasterOptions& options) {
  return forward_all(attention, {&inputs, 1}, options)[0];
}

}  // namespace longhand
