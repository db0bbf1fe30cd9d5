#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "view.hpp"

namespace longhand {

// Uninitialised room for numbers: everything here is written before it is read. It begins at a multiple of 64 bytes, which is a line of the cache and the widest
// register: new promises 16, and half of the loads of 8 lanes, or all of 16, would touch
// two lines.
class Memory {
 public:
  explicit Memory(std::size_t size)
      : numbers_(std::make_unique_for_overwrite<float[]>(size + line)) {
    void* first = numbers_.get();
    std::size_t bytes = (size + line) * sizeof(float);
    next_ = static_cast<float*>(
        std::align(line * sizeof(float), size * sizeof(float), first, bytes));
  }

  Memory(Memory&&) = delete;  // panels lie in it

  // The next `count` numbers, behind those taken before: no more in all than `size`.
  float* take(std::size_t count) { return std::exchange(next_, next_ + count); }

 private:
  static constexpr std::size_t line = 16;
  std::unique_ptr<float[]> numbers_;
  float* next_;
};

// Panels in a row, each of features x lanes numbers: a few tokens side by side. A
// compiler makes one instruction of a loop over as many lanes as a register holds.
//
//               panel 0        panel 1
//   tokens      0  1  2  3     4  5  6  7
//   feature 0   .  .  .  .     .  .  .  .
//   feature 1   .  .  .  .     .  .  .  .
class Panels {
 public:
  Panels(Memory& memory, std::size_t count, std::size_t features, std::size_t lanes)
      : first_(memory.take(count * features * lanes)),
        features_(features),
        lanes_(lanes) {}

  View operator[](std::size_t panel) {
    return {first_ + panel * features_ * lanes_, features_, lanes_, lanes_};
  }

 private:
  float* first_;
  std::size_t features_;
  std::size_t lanes_;
};

}  // namespace longhand
