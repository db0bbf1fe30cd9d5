#pragma once

#include <map>
#include <string>

namespace walkthrough {

// Writes files (a name each, and a text) into a folder, all or none; a missing folder is made.
// Throws std::runtime_error with a sentence that begins with the file.
void write_files(const std::string& folder, const std::map<std::string, std::string>& texts);

}  // namespace walkthrough
