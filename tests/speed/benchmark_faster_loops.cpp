// Measures what each step of chapter 5 gains: time, share of what the machine can do at most, memory;
// and how time and memory grow with the tokens. On a quiet machine, what it prints is the chapter's
// record: walkthrough/documented/faster_loops_record.hpp.
//
// Takes some minutes. Every figure is a median over rounds, in which all candidates take turns, each in
// a program of its own: none finds the memory that another left.

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
      for (int attempt = 0; attempt < 100; ++attempt) {
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

// Of one run, beyond inputs, weights and the returned matrix.
double mebibytes_of(const Work& work, const Candidate& candidate) {
  start_most_bytes();
  const std::size_t before = bytes_in_use();
  const Matrix context_vecs = candidate.forward(work);
  const std::size_t result = context_vecs.values().size_bytes();
  return static_cast<double>(most_bytes() - before - result) / bytes_of_mebibyte;
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

// Up to five runs, not much longer than a second together, after one that is not timed.
Turn take_turn(const Work& work, const Candidate& candidate) {
  const double mebibytes = mebibytes_of(work, candidate);
  std::vector<double> seconds;
  for (double spent = 0; seconds.size() < 5 && spent < 1; spent += seconds.back()) {
    seconds.push_back(seconds_of([&] { candidate.forward(work); }));
  }
  return {median(seconds), mebibytes};
}

// This program, run once more for a single turn.
Turn turn_of(const std::string& program, const Candidate& candidate, std::size_t num_tokens) {
  const std::string command =
      "'" + program + "' --turn '" + candidate.name + "' " + std::to_string(num_tokens);
  std::FILE* printed = popen(command.c_str(), "r");
  Turn turn{};
  const bool is_read =
      printed != nullptr && std::fscanf(printed, "%lf %lf", &turn.seconds, &turn.mebibytes) == 2;
  if (!is_read || pclose(printed) != 0) std::exit(1);
  return turn;
}

// Of each candidate, the median of its seconds.
std::vector<Turn> medians_of(const std::string& program, const std::vector<Candidate>& all,
                             std::size_t num_tokens) {
  std::vector<Turn> result(all.size());
  std::vector<std::vector<double>> seconds(all.size());
  for (int round = 0; round < 9; ++round) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      result[i] = turn_of(program, all[i], num_tokens);
      seconds[i].push_back(result[i].seconds);
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) result[i].seconds = median(seconds[i]);
  return result;
}

void print_machine(const Work& work, double peak, double peak_of_all) {
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
  std::printf("peak of one core: %.1f GFLOP/s, of all: %.1f\n", peak * 1e-9, peak_of_all * 1e-9);
  std::printf("%zu tokens: %.1f GFLOP, %.1f ms at the peak\n\n", work.inputs.rows(),
              work.operations() * 1e-9, 1e3 * work.operations() / peak);
}

// How fast numbers come to a core, from each cache and from memory.
void print_roofs() {
  const std::vector<std::pair<const char*, std::size_t>> sizes{
      {"16 KiB", 16 << 10}, {"512 KiB", 512 << 10}, {"8 MiB", 8 << 20}, {"256 MiB", 256 << 20}};
  for (const auto& [name, bytes] : sizes) {
    std::vector<double> speeds(9);
    for (double& speed : speeds) {
      speed = walkthrough::measure_reading(instruction_sets().back(), bytes);
    }
    std::printf("%-7s  %6.1f GB/s\n", name, median(speeds) * 1e-9);
  }
  std::printf("\n");
  std::fflush(stdout);
}

void print_steps(const std::string& program, const Work& work, double peak, double peak_of_all) {
  const Matrix expected = work.attention.forward(work.inputs);
  const std::vector<Candidate> all = candidates();
  const std::vector<Turn> turns = medians_of(program, all, work.inputs.rows());
  std::printf("%-19s %7s %7s %7s %6s %7s %5s\n", "step", "ms", "GFLOP/s", "of peak", "gain",
              "differs", "MiB");
  for (std::size_t i = 0; i < all.size(); ++i) {
    char gain[16] = "";
    if (i > 0) {
      std::snprintf(gain, sizeof gain, "%.2fx", turns[i - 1].seconds / turns[i].seconds);
    }
    const double speed = work.operations() / turns[i].seconds;
    const double share = speed / (all[i].num_threads == 1 ? peak : peak_of_all);
    const std::string bar(static_cast<std::size_t>(std::lround(10 * share)), '#');
    std::printf("%-19s %7.1f %7.1f %5.1f %% %6s %7.0e %5.1f%s%s\n", all[i].name.c_str(),
                1e3 * turns[i].seconds, speed * 1e-9, 100 * share, gain,
                largest_difference(all[i].forward(work), expected), turns[i].mebibytes,
                bar.empty() ? "" : "  ", bar.c_str());
  }
}

// The step that holds all scores of a head, and the library with one thread. The last row is the
// exponent with which each figure grows, from one row to the next with twice the tokens: 1 if it
// doubles, 2 if it grows fourfold.
void print_growth(const std::string& program, std::size_t most_tokens, double peak) {
  const std::vector<Candidate> all = candidates();
  const std::vector<Candidate> both{*std::ranges::find(all, "huge pages", &Candidate::name),
                                    *std::ranges::find(all, "softmax in lanes", &Candidate::name)};
  std::printf("\n%-19s %9s %9s %9s %15s %9s\n", "tokens", "fast, ms", "of peak", "MiB",
              "all scores, ms", "MiB");
  std::vector<double> last, row;
  for (std::size_t num_tokens = 256; num_tokens <= most_tokens; num_tokens *= 2) {
    const std::vector<Turn> turns = medians_of(program, both, num_tokens);
    last = row;
    row = {1e3 * turns[0].seconds, turns[0].mebibytes, 1e3 * turns[1].seconds, turns[1].mebibytes};
    std::printf("%-19zu %9.1f %7.1f %% %9.1f %15.1f %9.1f\n", num_tokens, row[0],
                100 * Work(num_tokens).operations() / turns[0].seconds / peak, row[1], row[2],
                row[3]);
    std::fflush(stdout);
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
  const std::size_t num_tokens = argc == 3 ? std::strtoul(argv[1], nullptr, 10) : 1024;
  const std::size_t most_tokens = argc == 3 ? std::strtoul(argv[2], nullptr, 10) : 8192;
  if ((argc != 1 && argc != 3) || num_tokens == 0) {
    std::fprintf(stderr, "usage: %s [TOKENS_OF_STEPS MOST_TOKENS]\n", argv[0]);
    return 2;
  }
  const Work work(num_tokens);
  const double peak = peak_of(1);
  const double peak_of_all = peak_of(std::max(1U, std::thread::hardware_concurrency()));
  print_machine(work, peak, peak_of_all);
  print_roofs();
  print_steps(argv[0], work, peak, peak_of_all);
  print_growth(argv[0], most_tokens, peak);
  return 0;
}
