#include "write_files.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace walkthrough {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, const std::string& why) {
  throw std::runtime_error(path.string() + ": " + why);
}

fs::path draft_of(const fs::path& path) { return path.string() + ".draft"; }

// The mode "x" opens no file that is there already, and no link, which may be the reader's.
void write_draft(const fs::path& path, const std::string& text, std::vector<fs::path>& drafts) {
  const fs::path draft = draft_of(path);
  std::FILE* file = std::fopen(draft.c_str(), "wbx");
  if (file == nullptr && errno == EEXIST) {
    refuse(draft, "is in the way of what is to be written: move or remove it");
  }
  if (file != nullptr) drafts.push_back(draft);
  const bool is_written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if ((file != nullptr && std::fclose(file) != 0) || !is_written) {
    refuse(path, "cannot be written: is the disk full, or the folder not yours?");
  }
}

}  // namespace

void write_files(const std::string& folder, const std::map<std::string, std::string>& texts) {
  std::error_code error;
  const bool is_new = fs::create_directory(folder, error);
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    refuse(folder, "cannot be made a folder" + (error ? ": " + error.message() : ""));
  }
  std::vector<fs::path> drafts;
  try {
    for (const auto& [name, text] : texts) {
      const fs::path path = fs::path(folder) / name;
      if (fs::is_directory(path, ignored))
        refuse(path, "is a folder, where a file is to be written");
      write_draft(path, text, drafts);
    }
    for (const auto& [name, text] : texts) {
      const fs::path path = fs::path(folder) / name;
      fs::rename(draft_of(path), path);
    }
  } catch (...) {
    for (const fs::path& draft : drafts) fs::remove(draft, ignored);
    if (is_new) fs::remove(folder, ignored);
    throw;
  }
}

}  // namespace walkthrough
