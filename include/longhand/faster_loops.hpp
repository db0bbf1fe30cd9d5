#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "longhand/list.hpp"
#include "longhand/matrix.hpp"
#include "longhand/multi_head_attention.hpp"

namespace longhand {

// What the innermost loops are compiled for. x86-64 has levels, each with wider registers.
enum class InstructionSet {
  // What every processor of its kind has: SSE2 on x86-64.
  baseline,
  // AVX2 and FMA: 8 float32 in a register.
  x86_64_v3,
  // AVX-512: 16 float32 in a register.
  x86_64_v4,
};

// "baseline", "x86-64-v3" or "x86-64-v4".
std::string_view instruction_set_name(InstructionSet instruction_set);

// Those that this machine can run, the widest last.
std::vector<InstructionSet> instruction_sets();

// How faster_forward runs; the result is the same but for the last digits.
struct FasterOptions {
  // How many threads share the work; 0: as many as the machine runs at once, or fewer, down to
  // one, if each would have too little to do.
  std::size_t num_threads = 0;

  // The widest that this machine can run, if not told otherwise.
  InstructionSet instruction_set = instruction_sets().back();
};

// What attention.forward(batch) computes, faster: the same context vectors but for the rounding.
//
// batch holds sequences of tokens x d_in, the result as many of tokens x d_out. All that is
// finite in forward stays within rounding of it; if a score, a product or a sum of values over
// all keys is not finite, the result is not specified, and weights below 1e-38 may count as 0.
// The last digits depend on the instruction set, and not on the number of threads, on the other
// sequences, or on the tokens that follow: a prefix of a sequence has the bits of the same rows
// of the whole. Memory, beside the result: for each token d_in + d_out numbers, and the queries,
// keys and values of a few heads; no matrix of queries by keys. That is for one sequence at a
// time, in panels of at most 32 tokens, together with those before it while these fill less than
// 32 panels for each thread. Throws as forward does, and std::invalid_argument for an
// instruction set that this machine lacks.
//
// Sources: Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008,
// section 4; Milakov and Gimelshein, Online normalizer calculation for softmax, 2018, section 3;
// Dao et al., FlashAttention, 2022, section 3.1, and for the division at the end Dao,
// FlashAttention-2, 2023, section 3.1.
List<Matrix> faster_forward(const MultiHeadAttention& attention, const std::vector<Matrix>& batch,
                            const FasterOptions& options = {});

// The same for one sequence.
Matrix faster_forward(const MultiHeadAttention& attention, const Matrix& inputs,
                      const FasterOptions& options = {});
inline Matrix faster_forward(const MultiHeadAttention& attention, Matrix::Rows inputs,
                             const FasterOptions& options = {}) {
  return faster_forward(attention, Matrix(inputs), options);
}

}  // namespace longhand
