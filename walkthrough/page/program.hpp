#pragma once

#include "page.hpp"

namespace walkthrough {

// As standard output shows it: colours on a terminal, unless NO_COLOR declines them; block
// characters where its language has them; and the width of COLUMNS where it is more than 80.
Page::Style style_of_output();

// What main returns: the status that `run` returns; or 1 where it threw, or where its output could
// not be written, after a sentence on standard error.
int exit_status(int argc, char** argv, int (*run)(int argc, char** argv));

}  // namespace walkthrough
