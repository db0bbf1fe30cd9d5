#pragma once

namespace walkthrough {

// Whether standard output is a terminal that shows colours, and nobody has declined them.
bool wants_colour();

// What main returns: the status that `run` returns; or 1 where it threw, or where its output could
// not be written, after a sentence on standard error.
int exit_status(int argc, char** argv, int (*run)(int argc, char** argv));

}  // namespace walkthrough
