#include "write_files.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace walkthrough {

void write_files(const std::string& folder, const std::map<std::string, std::string>& texts) {
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  for (const auto& [name, text] : texts) {
    const std::string path = folder + '/' + name;
    std::ofstream out(path, std::ios::binary);
    out << text << std::flush;
    if (!out) {
      throw std::runtime_error(path + ": cannot be written: is there such a folder, is it yours, " +
                               "and has the disk room?");
    }
  }
}

}  // namespace walkthrough
