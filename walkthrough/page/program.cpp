#include "program.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace walkthrough {

bool wants_colour() {
#if __has_include(<unistd.h>)
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool is_dumb = term == nullptr || std::string_view(term) == "dumb";
  return isatty(STDOUT_FILENO) == 1 && !is_dumb && (no_color == nullptr || *no_color == '\0');
#else
  return false;
#endif
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
