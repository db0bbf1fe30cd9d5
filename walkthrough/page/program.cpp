#include "program.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace walkthrough {

static std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

static bool is_terminal() {
#if __has_include(<unistd.h>)
  return isatty(STDOUT_FILENO) == 1 && !variable("TERM").empty() && variable("TERM") != "dumb";
#else
  return false;
#endif
}

Page::Style style_of_output() {
  Page::Style style;
  style.colour = is_terminal() && variable("NO_COLOR").empty();
  std::string_view language;
  for (const char* name : {"LANG", "LC_CTYPE", "LC_ALL"}) {
    if (!variable(name).empty()) language = variable(name);
  }
  style.blocks = is_terminal() && (language.ends_with("UTF-8") || language.ends_with("utf8"));
  const long columns = std::strtol(std::string(variable("COLUMNS")).c_str(), nullptr, 10);
  style.width = static_cast<std::size_t>(std::clamp(columns, 80L, 400L));
  return style;
}

int exit_status(int argc, char** argv, int (*run)(int argc, char** argv)) {
  try {
    const int status = run(argc, argv);
    std::cout.flush();
    if (!std::cout) {
      std::cerr << argv[0]
                << ": the output could not be written: is the disk full, or the pipe closed?\n";
      return 1;
    }
    return status;
  } catch (const std::exception& error) {
    std::cout.flush();
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace walkthrough
