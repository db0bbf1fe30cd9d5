#include "count_memory.hpp"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

std::atomic<std::size_t> in_use = 0;
std::atomic<std::size_t> most = 0;
std::atomic<std::size_t> until_failure = 0;  // 0: none is to fail
std::atomic<bool> is_spoilt = false;

// In front of each block stands its size, in as many bytes as the block is aligned to.
void* allocate(std::size_t size, std::size_t alignment) {
  if (until_failure > 0 && --until_failure == 0) throw std::bad_alloc();
  const std::size_t whole = (alignment + size + alignment - 1) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, whole);
  if (memory == nullptr) throw std::bad_alloc();
  if (is_spoilt) std::memset(memory, 0xFF, whole);
  *static_cast<std::size_t*>(memory) = size;
  const std::size_t now = in_use += size;
  for (std::size_t before = most; before < now && !most.compare_exchange_weak(before, now);) {
  }
  return static_cast<char*>(memory) + alignment;
}

void release(void* block, std::size_t alignment) noexcept {
  if (block == nullptr) return;
  void* memory = static_cast<char*>(block) - alignment;
  in_use -= *static_cast<std::size_t*>(memory);
  std::free(memory);
}

constexpr std::size_t default_alignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

std::size_t bytes_in_use() { return in_use; }
std::size_t most_bytes() { return most; }
void start_most_bytes() { most = in_use.load(); }
void fail_allocation_after(std::size_t num_allocations) { until_failure = num_allocations + 1; }
void spoil_new_memory(bool spoil) { is_spoilt = spoil; }
bool stop_failing() { return until_failure.exchange(0) == 0; }

void* operator new(std::size_t size) { return allocate(size, default_alignment); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { release(block, default_alignment); }
void operator delete(void* block, std::size_t) noexcept { release(block, default_alignment); }
void operator delete(void* block, std::align_val_t alignment) noexcept {
  release(block, static_cast<std::size_t>(alignment));
}
void operator delete(void* block, std::size_t, std::align_val_t alignment) noexcept {
  release(block, static_cast<std::size_t>(alignment));
}
