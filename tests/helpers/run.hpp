#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>

// A folder of its own for one test, removed at the end.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / name()) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path() const { return path_.string(); }
  void write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file, std::ios::binary) << text;
  }
  std::string read(const std::string& file) const {
    std::ifstream in(path_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  static std::string name() { return "longhand-test-" + std::to_string(std::random_device{}()); }
  std::filesystem::path path_;
};

struct Run {
  int status;
  std::string out;
  std::string err;
};

// A word of the shell, whatever is in it.
inline std::string shell_word(const std::string& word) {
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

// Runs a command of the shell, which may redirect its own output. The shell writes down its status:
// what std::system makes of it differs from system to system.
inline Run run(const std::string& command) {
  const Folder folder;
  const auto file = [&](const char* name) { return shell_word(folder.path() + "/" + name); };
  const std::string line =
      "( " + command + " ) >" + file("out") + " 2>" + file("err") + "; echo $? >" + file("status");
  if (std::system(line.c_str()) != 0) throw std::runtime_error("this test needs a POSIX shell");
  return {std::stoi(folder.read("status")), folder.read("out"), folder.read("err")};
}

// What Meson tells the tests: where the programs are.
inline std::string from_meson(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) {
    throw std::runtime_error(std::string(variable) + " is not set: run 'meson test -C build'");
  }
  return value;
}
