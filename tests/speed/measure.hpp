#pragma once

#include <chrono>
#include <functional>

#include "count_memory.hpp"

inline double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The most memory at a time, beyond what was there before.
inline double mebibytes_of(const std::function<void()>& work) {
  start_most_bytes();
  const std::size_t before = bytes_in_use();
  work();
  return static_cast<double>(most_bytes() - before) / (1024 * 1024);
}
