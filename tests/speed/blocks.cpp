// The work with the products of Eigen; or, with EIGEN_USE_BLAS, with those of OpenBLAS. A token is a
// column, and so is a query of the scores.
//
// Both libraries can share out one product at a time, and the products of attention are small: so
// each thread here does its part of the tokens or heads alone.

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <memory>

#ifdef EIGEN_USE_BLAS
#include <cblas.h>
#endif

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

#ifdef EIGEN_USE_BLAS
std::string version() {
  const std::string config = openblas_get_config();  // "OpenBLAS 0.3.21 NO_LAPACKE ..."
  const std::size_t start = config.find(' ') + 1;
  return config.substr(start, config.find(' ', start) - start) + ", " + openblas_get_corename();
}
#else
std::string version() {
  return std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
         std::to_string(EIGEN_MINOR_VERSION);
}
#endif

Forward prepare(const Work& work, int num_threads) {
  Eigen::setNbThreads(1);
#ifdef EIGEN_USE_BLAS
  openblas_set_num_threads(1);
#endif
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
  all->qkv.resize(3 * d, tokens);
  all->context.resize(d, tokens);
  all->context_vecs.resize(d, tokens);
  return [&work, num_threads, d, tokens, all] {
    const Map<const MatrixXf> inputs(work.inputs.data(), d, tokens);
    const auto first_token = [&](Index part) { return tokens * part / num_threads; };
#pragma omp parallel for num_threads(num_threads)
    for (Index part = 0; part < num_threads; ++part) {
      const Index first = first_token(part), count = first_token(part + 1) - first;
      all->qkv.middleCols(first, count).noalias() = all->W_qkv * inputs.middleCols(first, count);
    }
    const Index num_heads = static_cast<Index>(work.num_heads);
    const Index num_blocks = (tokens + queries_of_block - 1) / queries_of_block;
#pragma omp parallel for schedule(dynamic) num_threads(num_threads)
    for (Index task = 0; task < num_blocks * num_heads; ++task) {
      // The last queries have the most keys: the small tasks fill the gaps at the end.
      const Index block = num_blocks - 1 - task / num_heads;
      attend(work, all->qkv, task % num_heads, block * queries_of_block, all->context);
    }
    const Map<const Weight> W_out(work.W_out.data(), d, d);
    const Map<const VectorXf> bias_out(work.bias_out.data(), d);
#pragma omp parallel for num_threads(num_threads)
    for (Index part = 0; part < num_threads; ++part) {
      const Index first = first_token(part), count = first_token(part + 1) - first;
      auto context_vecs = all->context_vecs.middleCols(first, count);
      context_vecs.noalias() = W_out * all->context.middleCols(first, count);
      context_vecs.colwise() += bias_out;
    }
    return all->context_vecs.data();
  };
}
