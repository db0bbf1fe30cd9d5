#include "write_files.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace walkthrough {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, const std::string& why) {
  throw std::runtime_error(path.string() + ": " + why);
}

fs::path draft_of(const fs::path& path) { return path.string() + ".draft"; }

void write_draft(const fs::path& path, const std::string& text) {
  std::ofstream out(draft_of(path), std::ios::binary);
  out << text;
  out.close();
  if (!out) refuse(path, "cannot be written: is the disk full, or the folder not yours?");
}

}  // namespace

void write_files(const std::string& folder, const std::map<std::string, std::string>& texts) {
  std::error_code error;
  const bool is_new = fs::create_directory(folder, error);
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    refuse(folder, "cannot be made a folder" + (error ? ": " + error.message() : ""));
  }
  try {
    for (const auto& [name, text] : texts) {
      const fs::path path = fs::path(folder) / name;
      if (fs::is_directory(path, ignored))
        refuse(path, "is a folder, where a file is to be written");
      write_draft(path, text);
    }
    for (const auto& [name, text] : texts) {
      const fs::path path = fs::path(folder) / name;
      fs::rename(draft_of(path), path);
    }
  } catch (...) {
    for (const auto& [name, text] : texts) fs::remove(draft_of(fs::path(folder) / name), ignored);
    if (is_new) fs::remove(folder, ignored);
    throw;
  }
}

}  // namespace walkthrough
