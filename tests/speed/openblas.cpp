// The work with calls of OpenBLAS. Its own threads share out one product at a time, and the
// products of attention are small: so each thread here does its part of the tokens or heads alone.

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "worker.hpp"

namespace {

constexpr std::size_t queries_of_block = 128;

struct Buffers {
  std::vector<float> qkv;      // tokens x 3 d: query, key and value of a token side by side
  std::vector<float> context;  // tokens x d
  std::vector<float> context_vecs;
};

int blas(std::size_t size) { return static_cast<int>(size); }

// outputs(token, out) = sum over in of inputs(token, in) * weight(out, in)
void project(std::size_t tokens, std::size_t d_in, std::size_t d_out, const float* inputs,
             const float* weight, float beta, float* outputs) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, blas(tokens), blas(d_out), blas(d_in), 1,
              inputs, blas(d_in), weight, blas(d_in), beta, outputs, blas(d_out));
}

// Without the numbers from end on, which become 0.
void softmax(float* row, std::size_t end, std::size_t size) {
  float max = row[0];
  for (std::size_t i = 1; i < end; ++i) max = std::max(max, row[i]);
  float sum = 0;
  for (std::size_t i = 0; i < end; ++i) {
    row[i] = std::exp(row[i] - max);
    sum += row[i];
  }
  for (std::size_t i = 0; i < end; ++i) row[i] /= sum;
  std::fill(row + end, row + size, 0.0F);
}

// One head of a block of queries, over the keys up to the last of them.
void attend(const Work& work, Buffers& buffers, std::size_t head, std::size_t first) {
  const std::size_t num_queries = std::min(queries_of_block, work.tokens - first);
  const std::size_t num_keys = first + num_queries;
  const std::size_t stride = 3 * work.d;
  const std::size_t column = head * work.head_dim();
  const float* queries = buffers.qkv.data() + first * stride + column;
  const float* keys = buffers.qkv.data() + work.d + column;
  const float* values = buffers.qkv.data() + 2 * work.d + column;
  thread_local std::vector<float> attn_scores;
  attn_scores.resize(queries_of_block * work.tokens);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, blas(num_queries), blas(num_keys),
              blas(work.head_dim()), 1, queries, blas(stride), keys, blas(stride), 0,
              attn_scores.data(), blas(num_keys));
  for (std::size_t query = 0; query < num_queries; ++query) {
    softmax(attn_scores.data() + query * num_keys, first + query + 1, num_keys);
  }
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, blas(num_queries), blas(work.head_dim()),
              blas(num_keys), 1, attn_scores.data(), blas(num_keys), values, blas(stride), 0,
              buffers.context.data() + first * work.d + column, blas(work.d));
}

}  // namespace

std::string version() {
  const std::string config = openblas_get_config();  // "OpenBLAS 0.3.21 NO_LAPACKE ..."
  const std::size_t start = config.find(' ') + 1;
  return config.substr(start, config.find(' ', start) - start) + ", " + openblas_get_corename();
}

Forward prepare(const Work& work, int num_threads) {
  openblas_set_num_threads(1);
  std::vector<float> W_qkv = work.W_query;  // the scale of the scores comes with the queries
  for (float& weight : W_qkv) weight /= std::sqrt(static_cast<float>(work.head_dim()));
  for (const auto* weight : {&work.W_key, &work.W_value}) {
    W_qkv.insert(W_qkv.end(), weight->begin(), weight->end());
  }
  const auto buffers = std::make_shared<Buffers>();
  buffers->qkv.resize(work.tokens * 3 * work.d);
  buffers->context.resize(work.tokens * work.d);
  buffers->context_vecs.resize(work.tokens * work.d);
  return [&work, num_threads, W_qkv, buffers] {
    const std::size_t num_parts = static_cast<std::size_t>(num_threads);
    const auto first_token = [&](std::size_t part) { return work.tokens * part / num_parts; };
#pragma omp parallel for num_threads(num_threads)
    for (std::size_t part = 0; part < num_parts; ++part) {
      const std::size_t first = first_token(part);
      project(first_token(part + 1) - first, work.d, 3 * work.d,
              work.inputs.data() + first * work.d, W_qkv.data(), 0,
              buffers->qkv.data() + first * 3 * work.d);
    }
    const std::size_t num_blocks = (work.tokens + queries_of_block - 1) / queries_of_block;
#pragma omp parallel for schedule(dynamic) num_threads(num_threads)
    for (std::size_t task = 0; task < num_blocks * work.num_heads; ++task) {
      // The last queries have the most keys: the small tasks fill the gaps at the end.
      const std::size_t block = num_blocks - 1 - task / work.num_heads;
      attend(work, *buffers, task % work.num_heads, block * queries_of_block);
    }
#pragma omp parallel for num_threads(num_threads)
    for (std::size_t part = 0; part < num_parts; ++part) {
      const std::size_t first = first_token(part);
      const std::size_t end = first_token(part + 1);
      for (std::size_t token = first; token < end; ++token) {
        std::copy(work.bias_out.begin(), work.bias_out.end(),
                  buffers->context_vecs.begin() + static_cast<std::ptrdiff_t>(token * work.d));
      }
      project(end - first, work.d, work.d, buffers->context.data() + first * work.d,
              work.W_out.data(), 1, buffers->context_vecs.data() + first * work.d);
    }
    return buffers->context_vecs.data();
  };
}
