#pragma once

#include <cstddef>
#include <new>
#include <vector>

#include "compiler.hpp"
#include "view.hpp"

namespace longhand {

// Memory begins at a multiple of 64 bytes, which is a line of the cache and the widest
// register: a std::vector promises 16, and half of the loads of 8 lanes, or all of 16,
// would touch two lines. Much memory begins at a huge page. New elements are left as they
// are: everything here is written before it is read.
template <class T>
struct AlignedAllocator {
  using value_type = T;

  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}

  static std::align_val_t alignment(std::size_t count) {
    return std::align_val_t{count * sizeof(T) < huge_page ? 64 : huge_page};
  }
  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), alignment(count)));
  }
  void deallocate(T* first, std::size_t count) {
    ::operator delete(first, alignment(count));
  }
  template <class U>
  void construct(U* element) {
    ::new (static_cast<void*>(element)) U;
  }
  bool operator==(const AlignedAllocator&) const { return true; }
};

using Memory = std::vector<float, AlignedAllocator<float>>;

// Panels in a row, each of features x lanes numbers: a few tokens side by side. A
// compiler makes one instruction of a loop over as many lanes as a register holds.
//
//               panel 0        panel 1
//   tokens      0  1  2  3     4  5  6  7
//   feature 0   .  .  .  .     .  .  .  .
//   feature 1   .  .  .  .     .  .  .  .
class Panels {
 public:
  // In the next part of a memory, which has room for them.
  Panels(Memory& memory, std::size_t count, std::size_t features, std::size_t lanes)
      : first_(memory.data() + memory.size()), features_(features), lanes_(lanes) {
    memory.resize(memory.size() + count * features * lanes);
  }

  View operator[](std::size_t panel) {
    return {first_ + panel * features_ * lanes_, features_, lanes_, lanes_};
  }

 private:
  float* first_;
  std::size_t features_;
  std::size_t lanes_;
};

}  // namespace longhand
