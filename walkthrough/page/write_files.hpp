#pragma once

#include <map>
#include <string>

namespace walkthrough {

// Writes files (a name each, and a text) into a folder, all or none: each is written to the end as
// NAME.draft, which must not be there before, and only then do all get their names. The folder is made
// where it is missing, but not the folders above it. A file that has one of the names is replaced,
// every other is left alone.
// Throws std::runtime_error with a sentence that begins with the folder or the file.
void write_files(const std::string& folder, const std::map<std::string, std::string>& texts);

}  // namespace walkthrough
