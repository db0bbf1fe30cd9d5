#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "page.hpp"

namespace walkthrough {

// As standard output shows it: colours on a terminal, unless NO_COLOR declines them; block
// characters where its language has them; and the width of COLUMNS where it is more than 80.
Page::Style style_of_output();

struct WrongCall : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What follows the program's name: switches, settings with the value after each, and where `takes_file`
// one FILE, under "". Each may come once. Throws WrongCall.
using Call = std::map<std::string, std::string>;
Call arguments(int argc, char** argv, const std::set<std::string>& switches,
               const std::set<std::string>& settings, bool takes_file = false);

// What main returns: the status that `run` returns; or after a sentence on standard error 2 after a
// wrong call, and 1 where it threw otherwise, or where its output could not be written.
int exit_status(int argc, char** argv, int (*run)(int argc, char** argv));

}  // namespace walkthrough
