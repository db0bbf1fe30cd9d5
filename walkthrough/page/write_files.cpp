#include "write_files.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace walkthrough {

void write_files(const std::string& folder, const std::map<std::string, std::string>& texts) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::create_directory(folder, ignored);
  const auto draft_of = [](const std::string& path) { return path + ".new"; };
  try {
    for (const auto& [name, text] : texts) {
      const std::string path = folder + '/' + name;
      std::ofstream out(draft_of(path), std::ios::binary);
      out << text << std::flush;
      if (!out || fs::is_directory(path, ignored)) {
        throw std::runtime_error(path +
                                 ": cannot be written: is there such a folder, is it yours, " +
                                 "and has the disk room?");
      }
    }
    for (const auto& [name, text] : texts) {
      const std::string path = folder + '/' + name;
      fs::rename(draft_of(path), path);
    }
  } catch (const std::exception&) {
    for (const auto& [name, text] : texts) fs::remove(draft_of(folder + '/' + name), ignored);
    throw;
  }
}

}  // namespace walkthrough
