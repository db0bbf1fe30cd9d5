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

// The text of a file. Refuses one that is not there, or has the line ends of Windows.
std::string read(const fs::path& folder, const std::string& file);

Lines split(const std::string& text);

std::string without_indent(const std::string& line);

// Letters, digits and _.
bool belongs_to_name(char c);

}  // namespace weaver
