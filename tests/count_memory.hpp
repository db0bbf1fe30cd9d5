#pragma once

#include <cstddef>

// Counts what operator new hands out in this program, whose own versions count_memory.cpp holds.

// Bytes in use.
std::size_t bytes_in_use();

// The most bytes that were in use at a time since start_most_bytes().
std::size_t most_bytes();
void start_most_bytes();
