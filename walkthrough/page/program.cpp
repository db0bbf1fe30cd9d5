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

Call arguments(int argc, char** argv, const std::set<std::string>& switches,
               const std::set<std::string>& settings, bool takes_file) {
  Call call;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool has_value = settings.contains(argument);
    const bool is_option = has_value || switches.contains(argument);
    const bool is_file = takes_file && (argument == "-" || !argument.starts_with('-'));
    if (!is_option && !is_file) throw WrongCall("unknown argument '" + argument + "'");
    std::string value = argument;
    if (has_value) {
      value = i + 1 < argc ? argv[++i] : "";
      if (value.empty() || value.starts_with("--")) {
        throw WrongCall(argument + " needs a value after it");
      }
    }
    if (!call.emplace(is_option ? argument : "", value).second) {
      throw WrongCall(is_option ? argument + " is given twice"
                                : "'" + call[""] + "' and '" + argument +
                                      "' are two files: one is needed");
    }
  }
  if (takes_file && !call.contains("--help") && call[""].empty()) {
    throw WrongCall("the FILE is missing");
  }
  return call;
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
  } catch (const WrongCall& error) {
    std::cerr << argv[0] << ": " << error.what() << ": try --help\n";
    return 2;
  } catch (const std::exception& error) {
    std::cout.flush();
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace walkthrough
