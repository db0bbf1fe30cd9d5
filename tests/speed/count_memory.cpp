#include "count_memory.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace {

std::atomic<std::size_t> in_use = 0;
std::atomic<std::size_t> most = 0;
std::atomic<std::size_t> until_failure = 0;  // 0: none is to fail
std::atomic<bool> is_spoilt = false;

// Stands in front of each block: how large the block is, and the memory that it lies in.
struct Header {
  std::size_t size;
  void* memory;
};

void* allocate(std::size_t size, std::size_t alignment) {
  if (until_failure > 0 && --until_failure == 0) throw std::bad_alloc();
  std::size_t room = size + alignment;
  void* memory = std::malloc(sizeof(Header) + room);
  if (memory == nullptr) throw std::bad_alloc();
  void* block = static_cast<Header*>(memory) + 1;
  std::align(alignment, size, block, room);
  static_cast<Header*>(block)[-1] = {size, memory};
  if (is_spoilt) std::memset(block, 0xFF, size);
  const std::size_t now = in_use += size;
  for (std::size_t before = most; before < now && !most.compare_exchange_weak(before, now);) {
  }
  return block;
}

void release(void* block) noexcept {
  if (block == nullptr) return;
  const Header header = static_cast<Header*>(block)[-1];
  in_use -= header.size;
  std::free(header.memory);
}

}  // namespace

std::size_t bytes_in_use() { return in_use; }
std::size_t most_bytes() { return most; }
void start_most_bytes() { most = in_use.load(); }
void fail_allocation_after(std::size_t num_allocations) { until_failure = num_allocations + 1; }
void spoil_new_memory(bool spoil) { is_spoilt = spoil; }
bool stop_failing() { return until_failure.exchange(0) == 0; }

void* operator new(std::size_t size) { return allocate(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { release(block); }
void operator delete(void* block, std::size_t) noexcept { release(block); }
void operator delete(void* block, std::align_val_t) noexcept { release(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { release(block); }
