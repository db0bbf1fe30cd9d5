// Measures what each step of chapter 5 gains: time, share of what the machine can do at most, memory.

#include <sys/utsname.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "benchmark_record.hpp"
#include "count_memory.hpp"
#include "faster_steps.hpp"
#include "longhand/faster_loops.hpp"
#include "program.hpp"
#include "write_files.hpp"

using namespace longhand;
using walkthrough::BenchmarkRecord;
using walkthrough::one_decimal;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view help =
    "Measures multi-head attention (768 features, 12 heads) step by step, from the\n"
    "textbook loops to the fast ones, and how time and memory grow with the tokens.\n"
    "\n"
    "  --tokens N     of the steps: 1024 where not given\n"
    "  --most N       tokens of the last row of the growth: 8192 where not given\n"
    "  --record FILE  write what was measured as C++, for the chapter:\n"
    "                 walkthrough/documented/faster_loops_record.hpp\n"
    "  --help         print this\n"
    "\n"
    "Takes some minutes. Every figure is a median; what is compared is measured in\n"
    "turns. Close other programs.\n";

constexpr std::size_t d_model = 768;
constexpr std::size_t num_heads = 12;
constexpr double bytes_of_mebibyte = 1024 * 1024;

struct Options {
  std::size_t num_tokens = 1024;
  std::size_t most_tokens = 8192;
  std::optional<std::string> record;
};

struct Work {
  explicit Work(std::size_t num_tokens)
      : generator(123),
        attention(d_model, d_model, num_tokens, 0, num_heads, false, generator),
        batch{generator.uniform(num_tokens, d_model, -1, 1)},
        inputs(batch[0]) {}
  double operations() const {
    return walkthrough::floating_point_operations(d_model, d_model, inputs.rows());
  }
  Generator generator;
  MultiHeadAttention attention;
  std::vector<Matrix> batch;
  const Matrix& inputs;
};

using Forward = std::function<Matrix(const Work&)>;

struct Candidate {
  std::string name;
  std::size_t num_threads;
  Forward forward;
};

std::vector<Candidate> candidates() {
  const InstructionSet instruction_set = instruction_sets().back();
  std::vector<Candidate> result;
  for (const walkthrough::FasterStep& step : walkthrough::faster_steps()) {
    result.push_back({step.name, 1, [=](const Work& work) {
                        return step.forward(work.attention, work.inputs, instruction_set);
                      }});
  }
  const auto library = [](std::size_t num_threads) {
    return [=](const Work& work) {
      return std::move(faster_forward(work.attention, work.batch, {.num_threads = num_threads})[0]);
    };
  };
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  if (cores > 1) result.push_back({std::to_string(cores) + " threads", cores, library(cores)});
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
  {
    std::vector<std::thread> threads;
    for (double& peak : peaks) {
      threads.emplace_back([&peak] {
        for (int attempt = 0; attempt < 10; ++attempt) {
          peak = std::max(peak, walkthrough::measure_peak(instruction_sets().back()));
        }
      });
    }
  }
  double total = 0;
  for (const double peak : peaks) total += peak;
  return total;
}

double mebibytes_of(const Work& work, const Forward& forward) {
  start_most_bytes();
  const std::size_t before = bytes_in_use();
  const Matrix context_vecs = forward(work);
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

// One row of a table, as soon as it is known.
void print_row(const std::string& label, const std::vector<std::string>& cells) {
  std::cout << std::left << std::setw(19) << label << std::right;
  for (const std::string& cell : cells) {
    std::cout << ' ' << std::setw(cells.size() > 4 ? 9 : 14) << cell;
  }
  std::cout << std::endl;
}

// Each step takes turns with the step before it and with the loop of the peak.
void measure_steps(const Work& work, BenchmarkRecord& record) {
  const Matrix expected = work.attention.forward(work.batch)[0];
  std::vector<double> all_peaks;
  print_row("step", walkthrough::columns_of_steps());
  const Candidate* before = nullptr;
  const std::vector<Candidate> all = candidates();
  for (const Candidate& candidate : all) {
    BenchmarkRecord::Step step{candidate.name, candidate.num_threads};
    Matrix context_vecs;
    const double first = seconds_of([&] { context_vecs = candidate.forward(work); });
    step.largest_difference = largest_difference(context_vecs, expected);
    step.mebibytes = mebibytes_of(work, candidate.forward);
    std::vector<double> seconds, ratios, shares;
    for (std::size_t round = 0; round < rounds_for(first); ++round) {
      const double peak = peak_of(candidate.num_threads);
      seconds.push_back(seconds_of([&] { candidate.forward(work); }));
      shares.push_back(work.operations() / seconds.back() / peak);
      if (candidate.num_threads == 1) all_peaks.push_back(peak);
      if (before == nullptr) continue;
      ratios.push_back(seconds_of([&] { before->forward(work); }) / seconds.back());
    }
    step.milliseconds = 1e3 * median(seconds);
    step.gflops = work.operations() / median(seconds) * 1e-9;
    step.share_of_peak = median(shares);
    step.speed_up = before == nullptr ? 0 : median(ratios);
    print_row(step.name, walkthrough::cells(step));
    record.steps.push_back(step);
    before = &candidate;
  }
  record.peak_gflops = median(all_peaks) * 1e-9;
  std::cout << "\nThe peak of one core: " << one_decimal(record.peak_gflops) << " GFLOP/s\n";
}

void measure_growth(const Options& options, BenchmarkRecord& record) {
  std::cout << '\n';
  print_row("tokens", walkthrough::columns_of_growth());
  const std::vector<Candidate> all = candidates();
  const auto in_lanes = std::ranges::find(all, std::string("softmax in lanes"), &Candidate::name);
  const auto fast = std::ranges::find(all, std::string("rounds of heads"), &Candidate::name);
  for (std::size_t num_tokens = 256; num_tokens <= options.most_tokens; num_tokens *= 2) {
    const Work work(num_tokens);
    BenchmarkRecord::Growth row{num_tokens};
    row.mebibytes = mebibytes_of(work, fast->forward);
    row.mebibytes_of_all_scores = mebibytes_of(work, in_lanes->forward);
    std::vector<double> seconds, seconds_of_all_scores;
    const std::size_t rounds = rounds_for(seconds_of([&] { fast->forward(work); }));
    for (std::size_t round = 0; round < rounds; ++round) {
      seconds.push_back(seconds_of([&] { fast->forward(work); }));
      seconds_of_all_scores.push_back(seconds_of([&] { in_lanes->forward(work); }));
    }
    row.milliseconds = 1e3 * median(seconds);
    row.milliseconds_of_all_scores = 1e3 * median(seconds_of_all_scores);
    print_row(std::to_string(num_tokens), walkthrough::cells(row));
    record.growth.push_back(row);
  }
  if (record.growth.size() < 2) return;
  print_row("exponent at the end",
            walkthrough::exponents(record.growth.end()[-2], record.growth.end()[-1]));
}

std::string machine() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  std::string model = "unknown processor";
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.starts_with("model name")) model = line.substr(line.find(':') + 2);
  }
  utsname system{};
  uname(&system);
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores, " +
         system.sysname + " " + system.machine;
}

std::string compiler() {
#ifdef __clang__
  return "clang " + std::to_string(__clang_major__);
#else
  return "g++ " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#endif
}

// The record as the header that chapter 5 includes.
std::string source_of(const BenchmarkRecord& record) {
  std::ostringstream out;
  out.precision(4);
  out << "#pragma once\n\n#include \"benchmark_record.hpp\"\n\nnamespace walkthrough {\n\n"
         "// Written by the benchmark: build/tests/benchmark_faster_loops --record FILE.\n"
         "inline const BenchmarkRecord faster_loops_record{\n    \""
      << record.machine << "\",\n    \"" << record.compiler << "\",\n    \""
      << record.instruction_set << "\",\n    " << record.num_tokens << ",\n    " << record.gflop
      << ",\n    " << record.peak_gflops << ",\n    {\n";
  for (const BenchmarkRecord::Step& step : record.steps) {
    out << "        {\"" << step.name << "\", " << step.num_threads << ", " << step.milliseconds
        << ", " << step.gflops << ", " << step.share_of_peak << ", " << step.speed_up << ", "
        << step.largest_difference << ", " << step.mebibytes << "},\n";
  }
  out << "    },\n    {\n";
  for (const BenchmarkRecord::Growth& row : record.growth) {
    out << "        {" << row.num_tokens << ", " << row.milliseconds << ", " << row.mebibytes
        << ", " << row.milliseconds_of_all_scores << ", " << row.mebibytes_of_all_scores << "},\n";
  }
  out << "    }};\n\n}  // namespace walkthrough\n";
  return out.str();
}

// Before minutes of measuring are lost: tries to write beside the file, as write_files will. A folder, a
// device or a link is not replaced by a file.
void require_writable(const fs::path& file) {
  const fs::file_status status = fs::symlink_status(file);
  const bool is_free = file.has_filename() && (!fs::exists(status) || fs::is_regular_file(status));
  const std::string draft = file.string() + ".draft";
  std::FILE* const opened = is_free ? std::fopen(draft.c_str(), "wbx") : nullptr;
  if (opened == nullptr) {
    throw std::runtime_error("'" + file.string() +
                             "' cannot be written: is it a file, in a folder that is there and "
                             "writable, with no '" +
                             draft + "' beside it?");
  }
  std::fclose(opened);
  fs::remove(draft);
}

// A whole number of at least 1. Throws std::invalid_argument else.
std::size_t count_of(std::string_view option, const std::string& text) {
  const bool is_number = !text.empty() && text.size() <= 6 &&
                         std::ranges::all_of(text, [](char c) { return '0' <= c && c <= '9'; });
  if (!is_number || std::stoul(text) == 0) {
    throw std::invalid_argument(std::string(option) +
                                " takes a whole number from 1 to 999999, not '" + text + "'");
  }
  return std::stoul(text);
}

Options options_of(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string& option = arguments[i];
    if (option != "--tokens" && option != "--most" && option != "--record") {
      throw std::invalid_argument("unknown argument '" + option + "': try --help");
    }
    if (i + 1 == arguments.size()) throw std::invalid_argument(option + " needs a value after it");
    if (option == "--tokens") options.num_tokens = count_of(option, arguments[i + 1]);
    if (option == "--most") options.most_tokens = count_of(option, arguments[i + 1]);
    if (option == "--record") options.record = arguments[i + 1];
  }
  if (options.record && options.most_tokens < 512) {
    throw std::invalid_argument("--most " + std::to_string(options.most_tokens) +
                                " leaves no two rows for the growth that --record writes: "
                                "take at least 512");
  }
  return options;
}

void measure(const Options& options) {
  const Work work(options.num_tokens);
  BenchmarkRecord record;
  record.machine = machine();
  record.compiler = compiler();
  record.instruction_set = instruction_set_name(instruction_sets().back());
  record.num_tokens = options.num_tokens;
  record.gflop = work.operations() * 1e-9;
  std::cout << record.machine << ", " << record.instruction_set << '\n'
            << record.num_tokens << " tokens, " << one_decimal(record.gflop)
            << " GFLOP (10^9 floating-point operations)\n\n";
  measure_steps(work, record);
  measure_growth(options, record);
  if (!options.record) return;
  const fs::path file = fs::absolute(*options.record);
  walkthrough::write_files(file.parent_path().string(),
                           {{file.filename().string(), source_of(record)}});
}

int run(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (std::ranges::find(arguments, "--help") != arguments.end()) {
    std::cout << "usage: " << argv[0] << " [OPTIONS]\n" << help;
    return 0;
  }
  try {
    const Options options = options_of(arguments);
    if (options.record) require_writable(*options.record);
    measure(options);
    return 0;
  } catch (const std::invalid_argument& error) {
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 2;
  }
}

}  // namespace

int main(int argc, char** argv) { return walkthrough::exit_status(argc, argv, run); }
