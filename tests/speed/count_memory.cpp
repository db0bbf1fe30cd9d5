#include "count_memory.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

std::atomic<std::size_t> in_use = 0;
std::atomic<std::size_t> most = 0;
std::atomic<std::size_t> until_failure = 0;  // 0: none is to fail
std::atomic<bool> is_spoilt = false;

// Stands in front of each block.
struct alignas(std::max_align_t) Header {
  std::size_t size;
};

void* allocate(std::size_t size) {
  if (until_failure > 0 && --until_failure == 0) throw std::bad_alloc();
  auto* header = static_cast<Header*>(std::malloc(sizeof(Header) + size));
  if (header == nullptr) throw std::bad_alloc();
  header->size = size;
  if (is_spoilt) std::memset(header + 1, 0xFF, size);
  const std::size_t now = in_use += size;
  for (std::size_t before = most; before < now && !most.compare_exchange_weak(before, now);) {
  }
  return header + 1;
}

void release(void* block) noexcept {
  if (block == nullptr) return;
  Header* header = static_cast<Header*>(block) - 1;
  in_use -= header->size;
  std::free(header);
}

}  // namespace

std::size_t bytes_in_use() { return in_use; }
std::size_t most_bytes() { return most; }
void start_most_bytes() { most = in_use.load(); }
void fail_allocation_after(std::size_t num_allocations) { until_failure = num_allocations + 1; }
void spoil_new_memory(bool spoil) { is_spoilt = spoil; }
bool stop_failing() { return until_failure.exchange(0) == 0; }

void* operator new(std::size_t size) { return allocate(size); }
void operator delete(void* block) noexcept { release(block); }
void operator delete(void* block, std::size_t) noexcept { release(block); }

// AddressSanitizer's own do not call those above.
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete[](void* block) noexcept { release(block); }
void operator delete[](void* block, std::size_t) noexcept { release(block); }
