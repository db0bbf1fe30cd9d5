// Measures what each step of chapter 5 gains: time, share of what the machine can do at most, memory;
// and how time and memory grow with the tokens. On a quiet machine, what it prints is the chapter's
// record: walkthrough/documented/faster_loops_record.hpp.
//
// Takes some minutes. Every figure is a median; what is compared is measured in turns.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "count_memory.hpp"
#include "faster_steps.hpp"
#include "longhand/faster_loops.hpp"

using namespace longhand;

namespace {

constexpr std::size_t d_model = 768;
constexpr std::size_t num_heads = 12;
constexpr double bytes_of_mebibyte = 1024 * 1024;

struct Work {
  explicit Work(std::size_t num_tokens)
      : generator(123),
        attention(MultiHeadAttention::draw({.d_in = d_model,
                                            .d_out = d_model,
                                            .context_length = num_tokens,
                                            .num_heads = num_heads},
                                           generator)),
        inputs(generator.uniform(num_tokens, d_model, -1, 1)) {}
  double operations() const {
    return walkthrough::floating_point_operations(d_model, d_model, inputs.rows());
  }
  Generator generator;
  MultiHeadAttention attention;
  Matrix inputs;
};

struct Candidate {
  std::string name;
  std::size_t num_threads;
  std::function<Matrix(const Work&)> forward;
};

std::vector<Candidate> candidates() {
  const InstructionSet instruction_set = instruction_sets().back();
  std::vector<Candidate> result;
  for (const walkthrough::FasterStep& step : walkthrough::faster_steps()) {
    result.push_back({step.name, 1, [=](const Work& work) {
                        return step.forward(work.attention, work.inputs, instruction_set);
                      }});
  }
  const std::size_t cores = std::thread::hardware_concurrency();
  if (cores > 1) {
    result.push_back({std::to_string(cores) + " threads", cores, [=](const Work& work) {
                        return faster_forward(work.attention, work.inputs, {cores});
                      }});
  }
  return result;
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Of as many cores as threads, all at work at the same time. The best of some short tries: a core that
// is interrupted does less than it can.
double peak_of(std::size_t num_threads) {
  std::vector<double> peaks(num_threads);
  std::vector<std::thread> threads;
  for (double& peak : peaks) {
    threads.emplace_back([&peak] {
      for (int attempt = 0; attempt < 10; ++attempt) {
        peak = std::max(peak, walkthrough::measure_peak(instruction_sets().back()));
      }
    });
  }
  double total = 0;
  for (std::size_t thread = 0; thread < num_threads; ++thread) {
    threads[thread].join();
    total += peaks[thread];
  }
  return total;
}

// Beyond inputs, weights and the returned matrix.
double mebibytes_of(const Work& work, const Candidate& candidate) {
  start_most_bytes();
  const std::size_t before = bytes_in_use();
  const Matrix context_vecs = candidate.forward(work);
  const std::size_t result = context_vecs.values().size_bytes();
  return static_cast<double>(most_bytes() - before - result) / bytes_of_mebibyte;
}

double largest_difference(const Matrix& left, const Matrix& right) {
  double largest = 0;
  for (std::size_t i = 0; i < left.values().size(); ++i) {
    const double difference =
        std::abs(static_cast<double>(left.values()[i]) - static_cast<double>(right.values()[i]));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

// Four seconds' worth of rounds, but not fewer than 3 nor more than 25.
std::size_t rounds_for(double seconds) {
  return static_cast<std::size_t>(std::clamp(4 / seconds, 3.0, 25.0)) | 1;
}

void print_machine(const Work& work) {
  std::ifstream cpuinfo("/proc/cpuinfo");
  std::string model = "unknown processor";
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.starts_with("model name")) model = line.substr(line.find(':') + 2);
  }
  std::string system = "unknown system";
  std::ifstream("/proc/sys/kernel/ostype") >> system;
#ifdef __clang__
  const std::string compiler = "clang " + std::to_string(__clang_major__);
#else
  const std::string compiler =
      "g++ " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#endif
  const std::time_t now = std::time(nullptr);
  char date[11];
  std::strftime(date, sizeof date, "%Y-%m-%d", std::gmtime(&now));
  std::vector<double> peaks(9);
  for (double& peak : peaks) peak = peak_of(1);
  std::printf("%s, %u cores, %s\n", model.c_str(), std::thread::hardware_concurrency(),
              system.c_str());
  std::printf("%s, %s, %s\n", compiler.c_str(),
              std::string(instruction_set_name(instruction_sets().back())).c_str(), date);
  std::printf("peak of one core: %.1f GFLOP/s\n", median(peaks) * 1e-9);
  std::printf("%zu tokens: %.1f GFLOP, %.1f ms at the peak\n\n", work.inputs.rows(),
              work.operations() * 1e-9, 1e3 * work.operations() / median(peaks));
}

// Each step takes turns with the step before it and with the loop of the peak.
void print_steps(const Work& work) {
  const Matrix expected = work.attention.forward(work.inputs);
  const std::vector<Candidate> all = candidates();
  std::printf("%-19s %7s %7s %7s %6s %7s %5s\n", "step", "ms", "GFLOP/s", "of peak", "gain",
              "differs", "MiB");
  const Candidate* before = nullptr;
  for (const Candidate& candidate : all) {
    Matrix context_vecs;
    const double first = seconds_of([&] { context_vecs = candidate.forward(work); });
    std::vector<double> seconds, gains, shares;
    for (std::size_t round = 0; round < rounds_for(first); ++round) {
      const double peak = peak_of(candidate.num_threads);
      seconds.push_back(seconds_of([&] { candidate.forward(work); }));
      shares.push_back(work.operations() / seconds.back() / peak);
      if (before == nullptr) continue;
      gains.push_back(seconds_of([&] { before->forward(work); }) / seconds.back());
    }
    char gain[16] = "";
    if (before != nullptr) std::snprintf(gain, sizeof gain, "%.2fx", median(gains));
    const double share = median(shares);
    const std::string bar(static_cast<std::size_t>(std::lround(10 * share)), '#');
    std::printf("%-19s %7.1f %7.1f %5.1f %% %6s %7.0e %5.1f%s%s\n", candidate.name.c_str(),
                1e3 * median(seconds), work.operations() / median(seconds) * 1e-9, 100 * share,
                gain, largest_difference(context_vecs, expected), mebibytes_of(work, candidate),
                bar.empty() ? "" : "  ", bar.c_str());
    std::fflush(stdout);
    before = &candidate;
  }
}

// The step that holds all scores of a head, and the library with one thread, in turns. The last row is
// the exponent with which each figure grows, from one row to the next with twice the tokens: 1 if it
// doubles, 2 if it grows fourfold.
void print_growth(std::size_t most_tokens) {
  const std::vector<Candidate> all = candidates();
  const Candidate& all_scores = *std::ranges::find(all, "softmax in lanes", &Candidate::name);
  const Candidate& fast = *std::ranges::find(all, "rounds of heads", &Candidate::name);
  std::printf("\n%-19s %9s %9s %15s %9s\n", "tokens", "fast, ms", "MiB", "all scores, ms", "MiB");
  std::vector<double> last, row;
  for (std::size_t num_tokens = 256; num_tokens <= most_tokens; num_tokens *= 2) {
    const Work work(num_tokens);
    std::vector<double> seconds, seconds_of_all_scores;
    const std::size_t rounds = rounds_for(seconds_of([&] { fast.forward(work); }));
    for (std::size_t round = 0; round < rounds; ++round) {
      seconds.push_back(seconds_of([&] { fast.forward(work); }));
      seconds_of_all_scores.push_back(seconds_of([&] { all_scores.forward(work); }));
    }
    last = row;
    row = {1e3 * median(seconds), mebibytes_of(work, fast), 1e3 * median(seconds_of_all_scores),
           mebibytes_of(work, all_scores)};
    std::printf("%-19zu %9.1f %9.1f %15.1f %9.1f\n", num_tokens, row[0], row[1], row[2], row[3]);
    std::fflush(stdout);
  }
  if (last.empty()) return;
  const auto exponent = [&](std::size_t i) { return std::log2(row[i] / last[i]); };
  std::printf("%-19s %9.2f %9.2f %15.2f %9.2f\n", "exponent", exponent(0), exponent(1), exponent(2),
              exponent(3));
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t num_tokens = argc == 3 ? std::strtoul(argv[1], nullptr, 10) : 1024;
  const std::size_t most_tokens = argc == 3 ? std::strtoul(argv[2], nullptr, 10) : 8192;
  if ((argc != 1 && argc != 3) || num_tokens == 0) {
    std::fprintf(stderr, "usage: %s [TOKENS_OF_STEPS MOST_TOKENS]\n", argv[0]);
    return 2;
  }
  const Work work(num_tokens);
  print_machine(work);
  print_steps(work);
  print_growth(most_tokens);
  return 0;
}
