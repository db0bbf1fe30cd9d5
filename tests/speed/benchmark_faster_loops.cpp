// Measures what each step of chapter 5 gains: time, share of what the machine can do at most, memory;
// and how time and memory grow with the tokens. What it prints is the chapter's record:
// walkthrough/documented/faster_loops_record.hpp.
//
// Takes some minutes. Every time is the least of all rounds: whatever else the machine does only ever
// adds to it. In a round all candidates take turns, each in a program of its own: none finds the memory
// that another left.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "faster_steps.hpp"
#include "longhand/faster_loops.hpp"
#include "measure.hpp"

using namespace longhand;

namespace {

constexpr std::size_t d_model = 768;
constexpr std::size_t num_heads = 12;

const std::vector<std::pair<const char*, std::size_t>> sizes_read{
    {"16 KiB", 16 << 10}, {"512 KiB", 512 << 10}, {"8 MiB", 8 << 20}, {"256 MiB", 256 << 20}};

double operations_of(std::size_t num_tokens) {
  return walkthrough::floating_point_operations(d_model, d_model, num_tokens);
}

struct Work {
  explicit Work(std::size_t num_tokens)
      : generator(123),
        attention(MultiHeadAttention::draw({.d_in = d_model,
                                            .d_out = d_model,
                                            .context_length = num_tokens,
                                            .num_heads = num_heads},
                                           generator)),
        inputs(generator.uniform(num_tokens, d_model, -1, 1)) {}
  double operations() const { return operations_of(inputs.rows()); }
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

// Of as many cores as threads, all at work at the same time. The best of some tries, each about as long
// as the library takes for 1024 tokens: for a moment, a core may be faster than it stays.
double peak_of(std::size_t num_threads) {
  std::vector<double> peaks(num_threads);
  std::vector<std::thread> threads;
  for (double& peak : peaks) {
    threads.emplace_back([&peak] {
      for (int attempt = 0; attempt < 5; ++attempt) {
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

double largest_difference(const Matrix& left, const Matrix& right) {
  double largest = 0;
  for (std::size_t i = 0; i < right.values().size(); ++i) {
    const double difference =
        std::abs(static_cast<double>(left.values()[i]) - static_cast<double>(right.values()[i]));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

struct Turn {
  double seconds;
  double mebibytes;
};

// Runs for about a second, after one that is not timed. The least time counts. The memory is that beyond
// inputs, weights and the returned matrix, which is as large as the inputs.
Turn take_turn(const Work& work, const Candidate& candidate) {
  const auto run = [&] { candidate.forward(work); };
  const double returned = static_cast<double>(work.inputs.values().size_bytes()) / (1024 * 1024);
  const double mebibytes = mebibytes_of(run) - returned;
  double least = std::numeric_limits<double>::infinity();
  for (double spent = 0; spent < 1;) {
    const double seconds = seconds_of(run);
    spent += seconds;
    least = std::min(least, seconds);
  }
  return {least, mebibytes};
}

// This program, run once more for a single turn.
Turn turn_of(const std::string& program, const std::string& candidate, std::size_t num_tokens) {
  const std::string command =
      "'" + program + "' --turn '" + candidate + "' " + std::to_string(num_tokens);
  std::FILE* printed = popen(command.c_str(), "r");
  Turn turn{};
  const bool is_read =
      printed != nullptr && std::fscanf(printed, "%lf %lf", &turn.seconds, &turn.mebibytes) == 2;
  if (!is_read || pclose(printed) != 0) std::exit(1);
  return turn;
}

// Of each candidate, with so many tokens.
using Turns = std::map<std::pair<std::string, std::size_t>, Turn>;

// What the machine can do at most: in the best of all rounds.
struct Limits {
  double peak = 0;         // of one core, in operations a second
  double peak_of_all = 0;  // of all cores
  std::vector<double> reading = std::vector<double>(sizes_read.size());  // bytes a second
};

void measure(Limits& limits) {
  const InstructionSet set = instruction_sets().back();
  limits.peak = std::max(limits.peak, peak_of(1));
  limits.peak_of_all =
      std::max(limits.peak_of_all, peak_of(std::max(1U, std::thread::hardware_concurrency())));
  for (std::size_t i = 0; i < sizes_read.size(); ++i) {
    limits.reading[i] =
        std::max(limits.reading[i], walkthrough::measure_reading(set, sizes_read[i].second));
  }
}

// All take turns, round by round, so that what disturbs the machine for a while disturbs a round of all.
void take_turns(const std::string& program, std::size_t rounds, Turns& turns, Limits& limits) {
  for (std::size_t round = 0; round < rounds; ++round) {
    measure(limits);
    for (auto& [asked, best] : turns) {
      const Turn turn = turn_of(program, asked.first, asked.second);
      if (round == 0 || turn.seconds < best.seconds) best = turn;
    }
  }
}

void print_machine(const Work& work, const Limits& limits) {
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
  std::printf("%s, %u cores, %s\n", model.c_str(), std::thread::hardware_concurrency(),
              system.c_str());
  std::printf("%s, %s, %s\n", compiler.c_str(),
              std::string(instruction_set_name(instruction_sets().back())).c_str(), date);
  std::printf("peak of one core: %.1f GFLOP/s, of all: %.1f\n", limits.peak * 1e-9,
              limits.peak_of_all * 1e-9);
  std::printf("%zu tokens: %.1f GFLOP, %.1f ms at the peak\n\n", work.inputs.rows(),
              work.operations() * 1e-9, 1e3 * work.operations() / limits.peak);
}

// How fast numbers come to a core, from each cache and from memory.
void print_reading(const Limits& limits) {
  for (std::size_t i = 0; i < sizes_read.size(); ++i) {
    std::printf("%-7s  %6.1f GB/s\n", sizes_read[i].first, limits.reading[i] * 1e-9);
  }
  std::printf("\n");
}

void print_steps(const Turns& turns, const Work& work, const Limits& limits) {
  const Matrix expected = work.attention.forward(work.inputs);
  std::printf("%-19s %7s %7s %7s %6s %7s %5s\n", "step", "ms", "GFLOP/s", "of peak", "gain",
              "differs", "MiB");
  double seconds_before = 0;
  for (const Candidate& candidate : candidates()) {
    const Turn& turn = turns.at({candidate.name, work.inputs.rows()});
    char gain[16] = "";
    if (seconds_before > 0) {
      std::snprintf(gain, sizeof gain, "%.2fx", seconds_before / turn.seconds);
    }
    const double speed = work.operations() / turn.seconds;
    const double share = speed / (candidate.num_threads == 1 ? limits.peak : limits.peak_of_all);
    const std::string bar(static_cast<std::size_t>(std::lround(10 * share)), '#');
    std::printf("%-19s %7.1f %7.1f %5.1f %% %6s %7.0e %5.1f%s%s\n", candidate.name.c_str(),
                1e3 * turn.seconds, speed * 1e-9, 100 * share, gain,
                largest_difference(candidate.forward(work), expected), turn.mebibytes,
                bar.empty() ? "" : "  ", bar.c_str());
    seconds_before = turn.seconds;
  }
}

// The step that holds all scores of a head, and the library with one thread. The last row is the
// exponent with which each figure grows, from one row to the next with twice the tokens: 1 if it
// doubles, 2 if it grows fourfold.
void print_growth(const Turns& turns, const std::vector<std::size_t>& lengths, double peak) {
  std::printf("\n%-19s %9s %9s %9s %15s %9s\n", "tokens", "fast, ms", "of peak", "MiB",
              "all scores, ms", "MiB");
  std::vector<double> last, row;
  for (const std::size_t num_tokens : lengths) {
    const Turn& fast = turns.at({"one memory", num_tokens});
    const Turn& slow = turns.at({"softmax in lanes", num_tokens});
    last = row;
    row = {1e3 * fast.seconds, fast.mebibytes, 1e3 * slow.seconds, slow.mebibytes};
    std::printf("%-19zu %9.1f %7.1f %% %9.1f %15.1f %9.1f\n", num_tokens, row[0],
                100 * operations_of(num_tokens) / fast.seconds / peak, row[1], row[2], row[3]);
  }
  if (last.empty()) return;
  const auto exponent = [&](std::size_t i) { return std::log2(row[i] / last[i]); };
  std::printf("%-19s %9.2f %9s %9.2f %15.2f %9.2f\n", "exponent", exponent(0), "", exponent(1),
              exponent(2), exponent(3));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--turn") {
    const std::vector<Candidate> all = candidates();
    const Work work(std::strtoul(argv[3], nullptr, 10));
    const Turn turn = take_turn(work, *std::ranges::find(all, argv[2], &Candidate::name));
    std::printf("%.9g %.9g\n", turn.seconds, turn.mebibytes);
    return 0;
  }
  std::size_t numbers[] = {1024, 8192, 9};
  bool is_understood = argc == 1 || argc == 4;
  for (int i = 1; i < argc && is_understood; ++i) {
    const long number = std::strtol(argv[i], nullptr, 10);
    is_understood = number >= 1;
    numbers[i - 1] = static_cast<std::size_t>(number);
  }
  const auto [num_tokens, most_tokens, rounds] = numbers;
  if (!is_understood) {
    std::fprintf(stderr, "usage: %s [TOKENS_OF_STEPS MOST_TOKENS ROUNDS]\n", argv[0]);
    return 2;
  }
  const Work work(num_tokens);
  Turns turns;
  for (const Candidate& candidate : candidates()) turns[{candidate.name, num_tokens}];
  std::vector<std::size_t> lengths;
  for (std::size_t length = 256; length <= most_tokens; length *= 2) {
    lengths.push_back(length);
    for (const char* name : {"one memory", "softmax in lanes"}) turns[{name, length}];
  }
  Limits limits;
  take_turns(argv[0], rounds, turns, limits);
  print_machine(work, limits);
  print_reading(limits);
  print_steps(turns, work, limits);
  print_growth(turns, lengths, limits.peak);
  return 0;
}
