#pragma once

#include <cstddef>
#include <string>

namespace weaver {

// The definition of a function, struct or class, with the comment right above it.
struct Definition {
  std::string text;
  std::size_t line = 0;  // where it starts, below the comment
};

// It starts in column 0 and ends at the first } in column 0; clang-format keeps it so.
//
// Throws std::runtime_error if there is none, or more than one.
Definition definition(const std::string& source, const std::string& name);

}  // namespace weaver
