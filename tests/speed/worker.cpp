// worker WORK RESULT THREADS: a process that does the work of one rival when it is told to.
//
// Prints the rival's version. Then, for each line that it reads: the work twice, the second time
// with a clock beside it; the result into the file RESULT; the milliseconds.

#include "worker.hpp"

#include <chrono>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace {

using Clock = std::chrono::steady_clock;

Work read_work(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Work work;
  file >> work.tokens >> work.d >> work.num_heads;
  file.get();
  const auto read = [&](std::vector<float>& numbers, std::size_t count) {
    numbers.resize(count);
    file.read(reinterpret_cast<char*>(numbers.data()),
              static_cast<std::streamsize>(count * sizeof(float)));
  };
  read(work.inputs, work.tokens * work.d);
  for (auto* weight : {&work.W_query, &work.W_key, &work.W_value, &work.W_out}) {
    read(*weight, work.d * work.d);
  }
  read(work.bias_out, work.d);
  if (!file) throw std::runtime_error(path + ": cannot be read, or is too short");
  return work;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) throw std::runtime_error("three arguments, please: WORK RESULT THREADS");
  const Work work = read_work(argv[1]);
  const Forward forward = prepare(work, std::stoi(argv[3]));
  std::cout << version() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    forward();
    const auto start = Clock::now();
    const float* context_vecs = forward();
    const std::chrono::duration<double, std::milli> time = Clock::now() - start;
    std::ofstream result(argv[2], std::ios::binary);
    result.write(reinterpret_cast<const char*>(context_vecs),
                 static_cast<std::streamsize>(work.tokens * work.d * sizeof(float)));
    if (!result.flush()) throw std::runtime_error(std::string(argv[2]) + ": cannot be written");
    std::cout << time.count() << std::endl;
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
