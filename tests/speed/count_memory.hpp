#pragma once

#include <cstddef>

// Counts what operator new hands out in this program, whose own versions count_memory.cpp holds.

// Bytes in use.
std::size_t bytes_in_use();

// The most bytes that were in use at a time since start_most_bytes().
std::size_t most_bytes();
void start_most_bytes();

// The allocation after so many others throws std::bad_alloc, unless stop_failing() comes before it.
void fail_allocation_after(std::size_t num_allocations);

// Whether that allocation came.
bool stop_failing();

// Whether new memory holds NaNs: a number that is read before it is written spoils the result.
void spoil_new_memory(bool spoil);
