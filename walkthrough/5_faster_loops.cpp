#include <algorithm>
#include <cmath>
#include <limits>
#include <longhand/causal_attention.hpp>
#include <longhand/faster_loops.hpp>
#include <longhand/generator.hpp>
#include <longhand/matrix.hpp>
#include <longhand/multi_head_attention.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "exponential.hpp"
#include "faster_loops_record.hpp"
#include "faster_steps.hpp"
#include "inputs.hpp"
#include "page.hpp"

using namespace longhand;

namespace {

namespace record = walkthrough::faster_loops_record;

// What a loop moves and computes in one pass, and the row of the record that shows it.
struct Counted {
  std::string name;
  float bytes;       // loaded and stored
  float operations;  // two for each multiply-add
  std::string step;
};

// The number in a column of a row of the record.
float recorded(const std::string& text, const std::string& row, std::size_t column = 0) {
  const std::size_t found = text.find(row);
  std::istringstream numbers(found == std::string::npos ? "" : text.substr(found + row.size()));
  float number = 0;
  for (std::size_t i = 0; i <= column; ++i) numbers >> number;
  if (!numbers) throw std::invalid_argument("the record has no number in its row " + row);
  return number;
}

// Of each loop: bytes, operations.
Matrix counts_of(const std::vector<Counted>& counted) {
  Matrix counts(counted.size(), 2);
  for (std::size_t i = 0; i < counted.size(); ++i) {
    counts(i, 0) = counted[i].bytes;
    counts(i, 1) = counted[i].operations;
  }
  return counts;
}

// The same loops as the benchmark measured them, in GFLOP/s.
Matrix measured(const std::vector<Counted>& counted) {
  Matrix speeds(counted.size(), 1);
  for (std::size_t i = 0; i < counted.size(); ++i) {
    speeds(i, 0) = recorded(record::steps, counted[i].step, 1);
  }
  return speeds;
}

walkthrough::Roofline roofline_of(const std::vector<Counted>& counted) {
  walkthrough::Roofline roofline{recorded(record::machine, "peak of one core:"), {}, {}};
  for (const char* size : {"16 KiB", "8 MiB", "256 MiB"}) {
    roofline.roofs.push_back({size, recorded(record::roofs, size)});
  }
  for (const Counted& loop : counted) {
    roofline.points.push_back(
        {loop.name, loop.operations / loop.bytes, recorded(record::steps, loop.step, 1)});
  }
  return roofline;
}

}  // namespace

void walkthrough::chapter_5(Page& page) {
  page.title("5 Faster loops",
             "The same multi-head attention, a hundred times as fast: one idea at a time, and each "
             "of them a plain loop.");

  // The loops of the first four chapters are written to be read. How much do they cost, and could they
  // cost less? This chapter makes causal multi-head attention fast, with loops and nothing else: no
  // library, no assembly, and of the compilers' extensions only a few hints, each explained where it
  // comes up. The numbers stay what they were, up to the last digits: a sum in another order rounds
  // otherwise. The clear code stays the definition, and every step here is tested against it.

  page.section("What the machine can do", "Before anything is made faster: how fast could it be?");

  // Work is counted in **FLOP**, floating-point operations: a multiplication is one, an addition is
  // one. GFLOP/s are $10^9$ of them a second. A projection of $T$ tokens multiplies and adds
  // $T \cdot d_{in} \cdot d_{out}$ times. There are three of them, and the output projection. A query
  // meets the keys up to itself, which makes $T(T+1)/2$ pairs, and for each pair every feature is
  // multiplied and added twice: once for the score, once for the context vector.
  //
  // @code floating_point_operations walkthrough/loops/faster_steps.cpp
  //
  page.say(
      "The example of this chapter is the attention of the smallest GPT-2: 768 features in 12 "
      "heads, "
      "on 1024 tokens.");
  // It is that of [chapter 4](4_multi_head_attention.md#exercise-33).
  const std::size_t d_model = 768;
  const std::size_t num_tokens = 1024;
  const double gflop = floating_point_operations(d_model, d_model, num_tokens) * 1e-9;
  page.show_computed("10^9 operations", {}, static_cast<float>(gflop));

  // A core computes on numbers in a **register**, which holds several: 4, 8 or 16 float32, each in
  // its **lane**. One instruction, the **fused multiply-add** (FMA), computes $a \cdot b + c$ in all
  // lanes at once, and a fast core starts two of them in each cycle. That is the **peak**: no program
  // does more. It is measured by a loop that does nothing else, on numbers that never leave their
  // registers:
  //
  // @code multiply_and_add walkthrough/loops/first_loops.inc
  //
  // The lanes are an inner loop, of which the compiler makes one instruction. `unroll` asks it to
  // write the loop over registers out, so that each has a name of its own. There are 12 of them
  // (`num_registers`): eight additions can be under way at a time, two a cycle for the four cycles
  // that one takes, so that none waits for the one before. `LONGHAND_TARGET` lets the compiler use
  // the widest registers of the machine: more [below](#one-program-for-every-processor).
  //
  // The benchmark of this chapter measures it, and all times that follow, for a
  // [record](../walkthrough/documented/faster_loops_record.hpp).
  page.say("Times depend on the machine, which the record names:");

  page.show_lines("machine of the record", faster_loops_record::machine);
  page.note("times of your machine", "meson test -C build --benchmark -v");

  // And this is where the chapter leads.
  page.say(
      "Each row keeps what the row above it does, and adds an idea of its own; \"gain\" is the "
      "speed "
      "over that of the row above.");
  // All steps took turns, each in a program of its own, for sixteen rounds. "Ms" is the least time of
  // all rounds, since whatever else a machine does only adds to it. GFLOP/s, "of peak", the share of
  // what the cores could do, and the gain, the quotient of two times, follow from it. "Differs" is
  // the largest difference from the clear code's result, "MiB" the memory that is needed beyond the
  // weights, the tokens and the result. Only the operations counted above count: what the first rows
  // compute for masked scores earns them nothing. A bar is the share of the peak, which would be 10
  // characters wide.
  page.show_lines("steps, as recorded", faster_loops_record::steps);

  page.section("Textbook order", "One element of the product after the other.");

  // Nearly all of the work is in matrix products. The formula computes an element at a time:
  //
  // $$\mathrm{product}(r, c) = \sum_i \mathrm{left}(r, i) \cdot \mathrm{right}(i, c)$$
  //
  // @code multiply_in_textbook_order walkthrough/loops/first_loops.inc
  //
  // Each of `left`, `right` and `product` is a **view**: a matrix in memory that belongs to something
  // else. It knows where its first number is, how many rows and columns it has, and how far it is from
  // a row to the next, and from a column to the next. A part of a matrix is a view too, and so is its
  // transpose, and nothing is copied for them:
  //
  // @code BasicView src/fast/view.hpp
  //
  // The innermost loop runs down a column of `right`. A matrix lies in memory row by row, so that
  // neighbours in a column are a whole row apart, here 768 numbers:
  //
  //     right, in memory:  0  1  2 ... 767 | 768  769 ... 1535 | 1536 ...
  //     read by the loop:  0                 768                 1536
  //
  // Memory comes to the core by the **cache line**: 64 bytes, 16 numbers. What was read lately stays in
  // **caches**: in the first-level one, the nearest, which has 48 KiB for each core of the record's
  // machine, in the second-level one of 2 MiB, and in a third that the cores share. Of each line that is
  // fetched here, one number is used. And every addition waits for the one before, since they all
  // go into the same `total`; the compiler may not add in another order, because that would round
  // otherwise.

  page.section("Loop order", "The same products and sums, with two loops exchanged.");

  // With the loop over columns inside, the innermost loop runs along a row of `right` and a row of
  // `product`. Lines are used whole, no addition waits for its neighbour, and the columns are the
  // lanes of a register. For each element, the sum runs in the same order as before:
  //
  // @code multiply_row_by_row walkthrough/loops/first_loops.inc
  //
  // The table shows a difference all the same: here the compiler fuses multiplications and additions,
  // which then round once and not twice. In the textbook order g++ multiplies four numbers at a time,
  // and adds them one by one; of 768, none are left over to be fused, so that all round as in the
  // clear code, which also takes about as long as the first row.
  //
  // A copy of the clear code's steps calls both versions, in the place of `matmul`:
  //
  // @code forward_in_matrices walkthrough/loops/faster_steps.cpp

  page.section("Packing", "A few tokens side by side, so that sums can stay in registers.");

  // For each multiply-add, the loop above loads a sum, and stores it again. The sums of one row and
  // a few columns would fit into registers, from the first product to the last. But then the loop
  // over $i$ is inside again, and runs down the columns. So a few columns at a time are copied into a
  // **panel**, in which they lie side by side: each row of a panel directly follows the row above it,
  // and the loop over $i$ runs straight through memory. That is **packing**:
  //
  //     panel 0         panel 1
  //     token  0  1  2  3     4  5  6  7
  //     in 0   .  .  .  .     .  .  .  .
  //     in 1   .  .  .  .     .  .  .  .
  //
  // Here the columns are tokens: the code multiplies the weights with the tokens, where the clear
  // code multiplies the tokens with the weights.
  //
  // $$\mathrm{outputs}(o, t) = \sum_i W(o, i) \cdot \mathrm{inputs}(i, t)$$
  //
  // In the code, which multiplies other things too, this is $c = a \cdot b$: `a` is $W$, `b` a panel
  // of inputs, `c` a panel of outputs, `row` is $o$, and `k` is $i$. A panel's tokens are as many as
  // the lanes of a few registers, one beside the other, and each token stays in its `lane`, $t$.
  //
  // The product is a panel of tokens again, as the next product needs it. So the tokens are packed
  // once; weights, queries, keys and values never are. The first panel begins at the start of a cache
  // line, so that no register is loaded from two of them:
  //
  // @code Memory src/fast/panels.hpp
  //
  // @code Panels src/fast/panels.hpp
  //
  // The tokens are packed like this:
  //
  // @code pack src/fast/attend.cpp
  //
  // The product takes some rows of `a` at a time, a tile; in this step, a tile is a single row:
  //
  // @code multiply src/fast/kernel_loops.inc
  //
  // `multiply_tile` is the [register tile](#register-tiles) of the next section, and a `kernel`
  // holds the innermost loops, [compiled for one kind of
  // processor](#one-program-for-every-processor). A sum of 768 products in a row collects a rounding
  // error with every addition; four sums of 192 (`longest_sum`), each added to the result when it is
  // done, collect less. So longer sums are split, and the result is nearer to the exact one than the
  // clear code's is. And 192 rows of a panel stay in the nearest cache while all rows of `a` go over
  // them: with 32 lanes they take 24 KiB.
  //
  // In a projection, the weights are `a`, as they lie in memory, and a panel of tokens is `b`:
  //
  // @code project src/fast/attend.cpp
  //
  // The whole of multi-head attention, in panels. In this step there is one round, of all heads:
  //
  // @code forward_in_panels walkthrough/loops/faster_steps.cpp
  //
  // A head is some rows of these panels:
  //
  // @code Head src/fast/attend.hpp
  //
  // For its scores, the keys take the place of the weights, read transposed; for its context vectors,
  // the values do. Both products come out in panels of queries. For a key $j$, a feature $f$ and a query
  // $t$:
  //
  // $$\mathrm{scores}(j, t) = \sum_f \mathrm{keys}(f, j) \cdot \mathrm{queries}(f, t)$$
  // $$\mathrm{context}(f, t) = \sum_j \mathrm{values}(f, j) \cdot \mathrm{weights}(j, t)$$
  //
  // @code compute_scores src/fast/attend.cpp
  //
  // @code compute_context src/fast/attend.cpp
  //
  // The values lie otherwise than the keys: each feature's tokens are one row through all panels, so
  // that one product sums over all keys. An odd number of panels keeps the rows from falling on the
  // same place of the cache.
  //
  // All is as in the notebook: first all scores of a head, then all weights, then all context vectors.
  //
  // @code attend_tensor_by_tensor walkthrough/loops/faster_steps.cpp
  //
  // This step does not skip the masked half. Its softmax is one query after the other:
  //
  // @code softmax_of_panel walkthrough/loops/faster_steps.cpp
  //
  // All this spares memory too: no matrix is transposed, split or joined, so that beside the scores of
  // one head only the panels are there.

  page.section("Register tiles", "Each number that is loaded is used several times.");

  // A single row has too few sums, so that each FMA waits some cycles for the one before it on the
  // same sum; and each number of the panel is loaded for a single use. With several rows there are
  // more sums, and each loaded number serves all rows. The block of sums in registers, rows times
  // lanes, is a **register tile**. For 4 rows and 24 lanes, in registers of 8 each, 12 registers
  // hold sums, 3 hold a row of the panel, and one a number of `a`:
  //
  //     a(0, k)   ->  [ sums . . . . . . . . ]
  //     a(1, k)   ->  [ sums . . . . . . . . ]
  //     a(2, k)   ->  [ sums . . . . . . . . ]
  //     a(3, k)   ->  [ sums . . . . . . . . ]
  //                     b(k, 0) ... b(k, 23)
  //
  // Each `k` takes 7 loads for 12 FMAs. All 16 registers are in use: with one more, the
  // inner loop would have to store sums and load them again. With 32 registers of 16 lanes, as on the
  // machine of the record, the tile has 8 rows and 32 lanes: 16 registers of sums, and 10 loads for 16
  // FMAs.
  //
  // Before and after the loop over `k`, too, the sums should not touch memory: a sum over 64 features
  // is short, and each end of it counts. In the disassembly
  // (`objdump --disassemble`), a loop that may run no times at all, or a last step that only copies
  // the sums, shows as a store and a load for each register. So this loop runs at least once, and the
  // last step adds. Each turn of a loop also takes instructions that only count; a loop that is written
  // out four turns at a time takes a quarter of them:
  //
  // @code multiply_tile src/fast/kernel_loops.inc
  //
  // Nothing else changes: the step before was the same, with a tile of one row.
  //
  // @code row_by_row walkthrough/loops/faster_steps.cpp
  //
  // The idea is that of Goto and van de Geijn, *Anatomy of High-Performance Matrix Multiplication*
  // (2008).

  page.section("One program for every processor", "Wide registers, where the processor has them.");

  // A program for every x86-64 processor may use only registers of 4 lanes, and no FMA. Newer ones
  // have 8 (AVX2, called x86-64-v3 with FMA) or 16 (AVX-512, x86-64-v4). A function with a
  // **target attribute** is compiled for them, whatever the rest of the program is compiled for, and is
  // called only where the processor says that it has them. So the innermost loops stand in a file of
  // their own, which is included once for each set of instructions, in a namespace of its own.
  // `LONGHAND_TARGET` is the attribute there, and the tile is the one that suits the registers:
  //
  //     #define LONGHAND_TARGET [[gnu::target("avx2,fma")]]
  //     namespace x86_64_v3 {
  //     constexpr std::size_t tile_rows = 4;
  //     constexpr std::size_t lanes = 24;
  //     constexpr std::size_t lanes_of_register = 8;
  //     #include LONGHAND_LOOPS
  //     }  // namespace x86_64_v3
  //
  // [`once_per_target.hpp`](../src/fast/once_per_target.hpp) does that, for the loops of the library as
  // for the loops of this chapter that have no tiles. What is left of each is a table of functions:
  //
  // @code Kernel src/fast/kernel.hpp
  //
  // At run time the processor is asked what it has, and the table is chosen:
  //
  // @code machine_has_v3 src/fast/compiler.hpp
  //
  // @code instruction_sets src/fast/kernel.cpp
  //
  // @code loops_of src/fast/once_per_target.hpp
  //
  // On a processor of the other great family, aarch64, registers have 4 lanes, and there are 32 of
  // them. The tile of 4 rows and 20 lanes follows from that; no machine has measured it yet.
  //
  // On this page, all steps are compiled for the widest registers. The textbook order can hardly use
  // them: its additions wait for each other.

  page.section("Masked half", "What the mask would throw away is not computed.");

  // Half of the scores are masked: a query does not look at later keys. In panels it is easy to leave
  // them out. The panel of queries number $p$ needs the panels of keys from 0 to $p$:
  //
  //                  keys
  //     queries   0   x
  //               1   x  x
  //               2   x  x  x
  //               3   x  x  x  x
  //
  // Only the panels on the diagonal are computed whole and masked. It is the same function as in the
  // steps before, told to skip:
  //
  // @code attend_to_keys_so_far walkthrough/loops/faster_steps.cpp

  page.section("Softmax in lanes", "An exponential that is a plain loop.");

  // Now the products are fast, and softmax takes a visible share of the time. `std::exp` takes one
  // number at a time. As plain arithmetic, it is done in all lanes at once. A power of two is cheap, for
  // a float32 stores its exponent: $2^n$ for a whole $n$ is $n + 127$, moved to the place of the
  // exponent. So $x$ is split into a multiple of $\ln 2$ and a small rest:
  //
  // $$n = \mathrm{round}(x / \ln 2), \qquad r = x - n \ln 2$$
  // $$e^x = 2^n \cdot e^r$$
  //
  // The rest is at most half of $\ln 2$ in size, which is 0.347, and for such an $r$ few terms of the
  // series are enough:
  //
  // $$e^r = 1 + r + \frac{r^2}{2!} + \dots + \frac{r^6}{6!} + R$$
  // $$\lvert R \rvert \le \frac{\lvert r \rvert^7}{7!} \, e^{\lvert r \rvert} \le 1.7 \cdot 10^{-7}$$
  //
  // @code exponential src/fast/exponential.hpp
  //
  // `LONGHAND_ALWAYS_INLINE` makes it a part of every loop that calls it, compiled for that loop's
  // registers.
  //
  // The bound is about the distance between two float32 around one, $1.2 \cdot 10^{-7}$, and rounding
  // adds about as much.
  page.say("The exponential is measured at a million points from -87 to 0.");
  // The last digits of the largest relative error depend on the compiler, so that only its bound is
  // printed:
  double largest_error = 0;
  for (int i = 0; i <= 1000000; ++i) {
    const float x = -87.0F * static_cast<float>(i) / 1e6F;
    const double exact = std::exp(static_cast<double>(x));
    largest_error = std::max(largest_error, std::abs(exponential(x) - exact) / exact);
  }
  page.note("largest relative error", largest_error < 3e-7 ? "below 3e-7" : "3e-7 or more");

  // The queries of a panel are lanes too, so that each has its maximum and its sum in a lane of its
  // own, and no lane ever waits for another. The loops now run along the rows of the panel, and no
  // longer down its columns. And a masked score becomes $-\infty$, as in
  // [chapter 3](3_causal_attention.md), so that no lane needs a condition:
  //
  // @code mask_diagonal src/fast/attend.cpp
  //
  // @code RunningSoftmax src/fast/kernel.hpp
  //
  // @code softmax_in_lanes walkthrough/loops/faster_steps.cpp
  //
  // Its largest part, `online_softmax`, is explained next. Here one block holds all keys, so that there
  // is no earlier sum to correct, and no context vectors are given to it.

  page.section("Online softmax", "Scores that are used at once, and never kept.");

  // So far, a head has room for all its scores at the same time: $T^2$ numbers, which at 8192 tokens
  // are 256 MiB, though half of them are never computed. The computed half is written to memory, read
  // again for the maximum, for the exponentials, and for the product with the values. Softmax seems
  // to need them all, since every weight is divided by the sum of all exponentials, and every
  // exponent has the maximum of all scores subtracted.
  //
  // The **online softmax** does without. Let $s_j$ be the scaled score of one query for key $j$, and
  // $v_j$ that key's value. Take the keys block by block. Of the blocks so far, keep for each query the
  // largest score $m$, the sum of the exponentials $l$, and the sum of the values, weighted with
  // the same exponentials, $o$:
  //
  // $$m = \max_j s_j$$
  // $$l = \sum_j e^{s_j - m}, \qquad o = \sum_j e^{s_j - m} \, v_j$$
  //
  // The next block has other scores, and maybe a larger one. With the new maximum $m'$, each old
  // exponential should have been
  //
  // $$e^{s_j - m'} = e^{s_j - m} \cdot e^{m - m'}$$
  //
  // The factor is the same for all $j$. So it can be put in front of both sums, as `correction`, and
  // the old scores are not needed again:
  //
  // $$l' = l \cdot e^{m - m'} + \sum_{\mathrm{block}} e^{s_j - m'}$$
  // $$o' = o \cdot e^{m - m'} + \sum_{\mathrm{block}} e^{s_j - m'} \, v_j$$
  //
  // After the last block, $o / l$ is the context vector: one division for each feature, in the place
  // of one for each weight. The fast code divides once for each query, and multiplies the features by
  // $1 / l$. Before the first block, $m$ is $-\infty$, and $l$ and $o$ are 0.
  //
  // In the loops below, $m$, $l$ and $o$ are `max`, `sum` and `output` (`context` in the fast code),
  // $m'$ is `new_max`, and $e^{s_j - m'}$ is a `weight`, which the fast code writes over `scores`.
  //
  // Here it is at work on the six tokens of [chapter 4](4_multi_head_attention.md), where `head_dim`
  // is 1, so that $o$ is a number.
  page.say(
      "The keys come in blocks of two. A row is a query, and queries that have seen all their keys "
      "stay as they are:");

  const std::vector<Matrix> batch{inputs, inputs};
  Generator generator(123);
  const std::size_t d_in = inputs.cols();
  const std::size_t d_out = 2;
  const std::size_t num_heads = 2;
  const auto mha = MultiHeadAttention::draw(
      {
          .d_in = d_in,
          .d_out = d_out,
          .context_length = inputs.rows(),
          .num_heads = num_heads,
      },
      generator);
  const MultiHeadAttentionSteps steps = mha.steps(batch)[0];
  page.label_tokens(tokens);
  page.label("m, l, o", {"max", "sum", "output"});
  const std::size_t keys_of_block = 2;
  Matrix joined(inputs.rows(), d_out);
  for (std::size_t head = 0; head < num_heads; ++head) {
    const Matrix& scores = steps.heads[head].scaled_scores;
    const Matrix& values = steps.heads[head].values;
    Matrix running(inputs.rows(), 3);
    for (std::size_t query = 0; query < inputs.rows(); ++query) {
      running(query, 0) = -std::numeric_limits<float>::infinity();
    }
    for (std::size_t block = 0; block < inputs.rows(); block += keys_of_block) {
      for (std::size_t query = block; query < inputs.rows(); ++query) {
        float& max = running(query, 0);
        float& sum = running(query, 1);
        float& output = running(query, 2);
        const std::size_t end = std::min(block + keys_of_block, query + 1);
        float new_max = max;
        for (std::size_t key = block; key < end; ++key) {
          new_max = std::max(new_max, scores(query, key));
        }
        const float correction = std::exp(max - new_max);
        sum *= correction;
        output *= correction;
        for (std::size_t key = block; key < end; ++key) {
          const float weight = std::exp(scores(query, key) - new_max);
          sum += weight;
          output += weight * values(key, 0);
        }
        max = new_max;
      }
      page.show_computed("head " + std::to_string(head) + " after keys " + std::to_string(block) +
                             " and " + std::to_string(block + 1),
                         {"queries", "m, l, o"}, running);
    }
    for (std::size_t query = 0; query < inputs.rows(); ++query) {
      joined(query, head) = running(query, 2) / running(query, 1);
    }
  }

  // Most maxima stand in the first block, which needs no correction. In head 1, "step" finds a larger
  // score in each block: its sum of 1.9746 is multiplied by $e^{m - m'}$ before two more weights are
  // added to it.
  //
  page.say(
      "Output over sum, head by head, and the output projection: the documented context vectors of "
      "chapter 4.");

  const Matrix context_vecs = mha.out_proj.forward(joined);
  page.show("context_vecs", {"batch", "tokens", "d_out"},
            std::vector<Matrix>{context_vecs, context_vecs}, "multi_head_attention.context_vecs");

  // In the fast code, a block is 6 panels of keys: with 32 lanes, 192 keys, as many as one part of a sum.
  // Their scores, 24 KiB, are used before they leave the nearest cache, and all queries of a panel take
  // the step side by side:
  //
  // @code online_softmax src/fast/kernel_loops.inc
  //
  // The scores of a block are computed, turned into weights, multiplied with the values, and
  // overwritten by those of the next. No matrix of queries by keys exists. This is
  // **FlashAttention** (Dao and others, 2022), which divides at the end since its second version (Dao,
  // *FlashAttention-2*, 2023); the recurrence is that of Milakov and Gimelshein, *Online normalizer
  // calculation for softmax* (2018).
  //
  // @code attend src/fast/attend.cpp
  //
  // At 1024 tokens that saves little memory: the scores of one head are only 4 MiB, and they are gone
  // before the result is needed, which takes 3 MiB. At 8192 tokens the scores outweigh all panels: see
  // [long texts](#long-texts).

  page.section("Rounds of heads", "Memory that is used again.");

  // A head is 64 of the 768 features. Its queries, keys and values can be used up before those of
  // the next head are computed, which write over them. So `heads_of_round` is 1 in
  // `forward_in_panels`. Of the memory for queries, keys and values, a twelfth is left, and of all
  // memory less than half.
  //
  // And what is used again is still near. The weights of a head are 576 KiB, and stay in the
  // second-level cache while all panels of tokens go over them; those of all heads are 6.75 MiB. A
  // panel that was fetched for the queries is there, too, when the keys and the values want it.

  page.section("One memory", "Pages that stay.");

  // The system hands out memory in **pages** of 4096 bytes. At the first touch of a page, it has to find
  // one, and clear it. So far each set of panels has had a memory of its own, and most of its pages go
  // back to the system when the call ends: the next call touches all of them for the first time again.
  //
  // The library takes the memory of all panels in one piece. glibc, the C library of most Linux systems,
  // hands the first such piece back to the system, and remembers its size: later ones of up to that size,
  // and up to 32 MiB, stay with the program (`mallopt(3)`, M_MMAP_THRESHOLD). From the third call on, the
  // pages are there. Many sets of panels do not stay: what is free at the end of the heap goes back if
  // it is more than twice as large as the largest piece so far (M_TRIM_THRESHOLD). Together they are,
  // a single piece is not.
  //
  // @code Pass::size_of_memory src/fast/faster_loops.cpp
  //
  // All else is as in the last step, but for the output projection, which takes 192 outputs at a time:
  // nothing is gained with one thread, but there are more tasks for several.
  //
  // @code Pass::run_phases src/fast/faster_loops.cpp
  //
  // This is the library's code, so that there are also sequences in groups, and [threads](#threads)
  // that share the tasks of a phase. With one thread, `share` is a loop over the tasks.

  page.section("What holds a loop back", "Count first, then measure one thing at a time.");

  // Before a loop is changed: what does it wait for? The innermost loops move numbers between
  // registers and the first-level cache, and compute. Both can be counted on paper: in one pass
  // through the loop over `i`, over columns, or over `k`, with registers of 16 lanes, as on the
  // machine of the record. "Measured" is the whole step of the table above, whose softmax takes time
  // and counts for nothing, and masked scores neither:
  const std::vector<Counted> counted{
      {"textbook order", 4 + 4, 2, "textbook order"},
      {"loop order", 64 + 64 + 64, 2 * 16, "loop order"},
      {"one row of 32 lanes", 4 + 2 * 64, 2 * 32, "packing"},
      {"tile of 8 rows", 8 * 4 + 2 * 64, 8 * 2 * 32, "one memory"},
  };
  const float peak = recorded(record::machine, "peak of one core:");
  const float reading = recorded(record::roofs, "16 KiB");
  Matrix operations_of_byte(counted.size(), 1), roof(counted.size(), 1);
  for (std::size_t i = 0; i < counted.size(); ++i) {
    operations_of_byte(i, 0) = counted[i].operations / counted[i].bytes;
    roof(i, 0) = std::min(peak, operations_of_byte(i, 0) * reading);
  }
  page.label("loops", {counted[0].name, counted[1].name, counted[2].name, counted[3].name});
  page.label("counts", {"bytes", "operations"});
  page.show_computed("counts", {"loops", "counts"}, counts_of(counted));
  page.label("quotient", {"operations / bytes"});
  page.show_computed("operations_of_byte", {"loops", "quotient"}, operations_of_byte);
  page.label("GFLOP/s", {"at most"});
  page.show_computed("roof", {"loops", "GFLOP/s"}, roof);
  page.label("GFLOP/s", {"measured"});
  page.show_computed("measured", {"loops", "GFLOP/s"}, measured(counted));

  // How fast bytes come is measured like the peak, by a loop that does nothing else: a load for each
  // addition.
  //
  // @code add_up walkthrough/loops/first_loops.inc
  //
  // From 16 KiB, 512 KiB, 8 MiB and 256 MiB, which it reads again and again, that is from each cache and
  // from memory, on the machine of the record:
  page.show_lines("reading, as recorded", faster_loops_record::roofs);

  // A loop that does $i$ operations for each byte, and gets $b$ bytes a second, does at most
  //
  // $$\min(\mathrm{peak}, \; i \cdot b)$$
  //
  // operations a second. That is the **roofline** (Williams, Waterman and Patterson, *Roofline: an
  // insightful visual performance model*, 2009):
  page.roofline("roofline", "Loops below the roofs of the record's machine", roofline_of(counted));

  // A slanted line is how fast bytes come, from memory of that size. A loop left of the bend is
  // limited by the slant of the memory that it reads from: it needs fewer bytes for its operations,
  // as a tile does. A loop right of the bend has only the peak above it. One row of 32 lanes stands
  // far below both: each of its two sums has to wait, four cycles here, for the addition before, so
  // that of eight FMAs that could start meanwhile only two do: a quarter of the peak at most. That
  // is a third limit, which no count of bytes shows.
  //
  // To find where the rest of the time goes, time the phases one by one: packing, projections,
  // attention, output projection. Change one thing, measure old and new in turns, and keep what
  // pays. These were tried, and do not pay: weights packed in the order in which the tiles read
  // them, which takes longer than it spares; two or three heads in a round instead of one; two or
  // four panels of queries for each block of keys; asking ahead for the rows of a panel
  // (`__builtin_prefetch`); and, once the memory stays, pages of 2 MiB instead of 4096 bytes
  // (`madvise(2)`).

  page.section("Long texts", "Where it pays most to keep no scores.");

  // The step with all scores, softmax in lanes, against the library with one thread, which has
  // rounds of heads and one memory besides, for twice the tokens each time. For the scores of each
  // head, the system also has to find and clear new pages: 8256 of them at 4096 tokens. The library's
  // memory comes anew in each call only at 8192 tokens, where it is larger than 32 MiB.
  page.say(
      "The last row is the exponent of growth at the end: 1 where a quantity doubles with the "
      "tokens, "
      "2 where it grows fourfold.");

  page.show_lines("growth, as recorded", faster_loops_record::growth);

  // The library's memory grows as the tokens do. Its time grows faster: when the tokens double, the
  // projections take twice as long, but there are four times as many pairs of a query and a key. And
  // the share of the peak falls, since the slower part of the work grows: attention is 8 % of the
  // operations with 256 tokens, 25 % with 1024, and 73 % with 8192. Two rates explain the column to
  // about four points: projections at 82 % of the peak, attention at 54 %. The exponentials of
  // attention count as no operations, its sums of 64 features are short, and the panels on the
  // diagonal are computed whole.

  page.section("Threads", "All cores, each taking the next piece of work.");

  // Heads have nothing to do with each other until the output projection. A panel's queries need the
  // keys and values of all panels up to their own, so these are projected first. A **thread** takes
  // a task: to pack a panel, to compute its queries, its keys or its values, to let one head attend for
  // the queries of a panel, or to compute 192 outputs of a panel. When it is done, it takes the next task
  // that no thread has taken. All wait at the end of a phase, at a **barrier**, since the next phase
  // reads what this one wrote:
  //
  //     thread 0   pack 0   pack 2 | queries 0  values 0 ... | attend 3     attend 0 | ...
  //     thread 1   pack 1   pack 3 | keys 0  queries 1 ...   | attend 2  attend 1    | ...
  //                                barrier                   barrier                 barrier
  //
  // @code Pass::share src/fast/faster_loops.cpp
  //
  // A group is as many sequences of the batch as give each thread 32 panels, and the next group uses
  // the same memory, as the next round does. No sum is split between threads, so their number changes
  // no bit of the result. Starting a thread takes time: where no number of them is given,
  // small work is shared by fewer, or done by one.
  //
  // Packing takes time too, and a panel with one token costs as much as a full one. Still each sequence
  // takes the same way, however short it is: so a token's context vector does not depend, in any bit,
  // on whether more tokens follow.

  page.section("All steps agree", "Each step, on the tokens of chapter 4.");

  page.say(
      "Every step computes the same context vectors. These are the last token's, of each step:");

  Matrix last_context_vecs(faster_steps().size(), d_out);
  std::vector<std::string> names;
  for (const FasterStep& step : faster_steps()) {
    const Matrix of_step = step.forward(mha, inputs, instruction_sets().back());
    std::ranges::copy(of_step.row(5), last_context_vecs.row(names.size()).begin());
    names.push_back(step.name);
  }
  page.label("steps", names);
  page.show_computed("context_vecs of the last token", {"steps", "d_out"}, last_context_vecs);

  page.say("And so does the library, with two threads, for all tokens:");

  const FasterOptions options{.num_threads = 2};
  page.show("faster_forward(mha, batch, options)", {"batch", "tokens", "d_out"},
            faster_forward(mha, batch, options), "multi_head_attention.context_vecs");

  // In a program, the call of `faster_forward` is all that it takes. Without options,
  // `faster_forward(mha, batch)` uses as many threads as are worth it, and the widest registers that
  // the machine has.

  page.section("Measure it", "The same table, for your machine.");

  // This command prints the whole record for the machine it runs on; its nine rounds take some
  // minutes:
  //
  //     meson test -C build --benchmark -v
  //
  // All take turns, since a machine that is busy with something else slows all down for a while, and of
  // each the least time counts. What it prints is the record.
  //
  // [`tests/speed/compare_speed.py`](../tests/speed/compare_speed.py) puts PyTorch, with MKL and with
  // oneDNN, Eigen and OpenBLAS beside it, as far as the machine has them: the same work, in the same run.

  page.section("Exercises", "Small functions to write yourself, in tests/exercises.");

  // Each file says what to write, and has a hint. Its command compiles what you wrote, and names the
  // property that does not hold yet, for which input, with both numbers.
  //
  // - [Tiles](../tests/exercises/5_tiles.cpp): A matrix product that fits the cache. The check counts
  //   the misses. Check with `meson compile -C build exercise_5_tiles`
  // - [Merging two halves](../tests/exercises/5_merge.cpp): Each half of the keys has its own
  //   maximum, sum and output. Make one of the two, as cores that share the keys of a query do. Check
  //   with `meson compile -C build exercise_5_merge`
  //
  // The [solutions](../tests/exercises/solutions) stand apart.
}
