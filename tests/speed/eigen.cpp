// The work with Eigen: a token is a column, and so is a query of the scores.

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <memory>

#include "worker.hpp"

namespace {

using Eigen::Index;
using Eigen::Map;
using Eigen::MatrixXf;
using Eigen::VectorXf;
using Weight = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr Index queries_of_block = 128;

// One head of a block of queries, over the keys up to the last of them.
void attend(const Work& work, const MatrixXf& qkv, Index head, Index first, MatrixXf& context) {
  const Index d = static_cast<Index>(work.d);
  const Index head_dim = static_cast<Index>(work.head_dim());
  const Index num_queries = std::min(queries_of_block, qkv.cols() - first);
  const Index num_keys = first + num_queries;
  const auto queries = qkv.block(head * head_dim, first, head_dim, num_queries);
  const auto keys = qkv.block(d + head * head_dim, 0, head_dim, num_keys);
  const auto values = qkv.block(2 * d + head * head_dim, 0, head_dim, num_keys);
  thread_local MatrixXf scores_of_thread;
  scores_of_thread.resize(qkv.cols(), queries_of_block);
  auto attn_scores = scores_of_thread.topLeftCorner(num_keys, num_queries);
  attn_scores.noalias() = keys.transpose() * queries;
  for (Index query = 0; query < num_queries; ++query) {
    auto weights = attn_scores.col(query).head(first + query + 1);
    weights = (weights.array() - weights.maxCoeff()).exp();
    weights /= weights.sum();
    attn_scores.col(query).tail(num_queries - query - 1).setZero();
  }
  context.block(head * head_dim, first, head_dim, num_queries).noalias() = values * attn_scores;
}

}  // namespace

std::string version() {
  return std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
         std::to_string(EIGEN_MINOR_VERSION);
}

Forward prepare(const Work& work, int num_threads) {
  Eigen::setNbThreads(num_threads);
  const Index d = static_cast<Index>(work.d);
  const Index tokens = static_cast<Index>(work.tokens);
  struct Matrices {
    Weight W_qkv;
    MatrixXf qkv;
    MatrixXf context;
    MatrixXf context_vecs;
  };
  const auto all = std::make_shared<Matrices>();
  all->W_qkv.resize(3 * d, d);
  const float scale = 1 / std::sqrt(static_cast<float>(work.head_dim()));
  all->W_qkv << scale * Map<const Weight>(work.W_query.data(), d, d),
      Map<const Weight>(work.W_key.data(), d, d), Map<const Weight>(work.W_value.data(), d, d);
  all->context.resize(d, tokens);
  return [&work, num_threads, d, tokens, all] {
    const Map<const MatrixXf> inputs(work.inputs.data(), d, tokens);
    all->qkv.noalias() = all->W_qkv * inputs;
    const Index num_heads = static_cast<Index>(work.num_heads);
    const Index num_blocks = (tokens + queries_of_block - 1) / queries_of_block;
#pragma omp parallel for schedule(dynamic) num_threads(num_threads)
    for (Index task = 0; task < num_blocks * num_heads; ++task) {
      // The last queries have the most keys: the small tasks fill the gaps at the end.
      const Index block = num_blocks - 1 - task / num_heads;
      attend(work, all->qkv, task % num_heads, block * queries_of_block, all->context);
    }
    all->context_vecs.noalias() = Map<const Weight>(work.W_out.data(), d, d) * all->context;
    all->context_vecs.colwise() += Map<const VectorXf>(work.bias_out.data(), d);
    return all->context_vecs.data();
  };
}
