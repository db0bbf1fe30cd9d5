#pragma once

#include <cstddef>
#include <new>
#include <vector>

#include "view.hpp"

namespace longhand {

// Memory that begins at a multiple of 64 bytes, which is a line of the cache and the
// widest register: a std::vector promises 16, and half of the loads of 8 lanes, or all of
// 16, would touch two lines. New elements are left as they are: everything here is
// written before it is read.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t alignment{64};

  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}

  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), alignment));
  }
  void deallocate(T* first, std::size_t) { ::operator delete(first, alignment); }
  template <class U>
  void construct(U* element) {
    ::new (static_cast<void*>(element)) U;
  }
  bool operator==(const AlignedAllocator&) const { return true; }
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
  Panels(std::size_t count, std::size_t features, std::size_t lanes)
      : features_(features), lanes_(lanes), values_(count * features * lanes) {}

  View operator[](std::size_t panel) {
    return {values_.data() + panel * features_ * lanes_, features_, lanes_, lanes_};
  }

 private:
  std::size_t features_;
  std::size_t lanes_;
  std::vector<float, AlignedAllocator<float>> values_;
};

}  // namespace longhand
