#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace weaver {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;
using Files = std::map<std::string, std::string>;  // path below the root, text

// Ends the weaver with "file:line: why". Lines count from one; line 0 stands for the file as a
// whole.
[[noreturn]] void refuse(const std::string& file, std::size_t line, const std::string& why);

std::string read(const fs::path& folder, const std::string& file);

Lines split(const std::string& text);

std::string without_indent(const std::string& line);

// The definition of a function, struct or class, with the comment right above it.
struct Definition {
  std::string text;
  std::size_t line = 0;  // where it starts, below the comment
};

// It starts in column 0 and ends at the first } in column 0; clang-format keeps it so. Throws
// std::runtime_error if there is none, or more than one.
Definition definition(const std::string& source, const std::string& name);

}  // namespace weaver
