#include <iostream>
#include <string_view>

#include "page.hpp"
#include "program.hpp"

// The build compiles this program once for each chapter: CHAPTER is the function to call.
namespace walkthrough {
void CHAPTER(Page& page);
}

namespace {

constexpr std::string_view help =
    "Prints every tensor of one chapter, next to its value in the notebook.\n"
    "\n"
    "  --list           print the names of sections and steps alone\n"
    "  --step NAME      print this step alone\n"
    "  --section NAME   print the section alone whose title begins so\n"
    "  --weave          print for the weaver: the source line of each step, and the\n"
    "                   figures\n"
    "  --help           print this\n"
    "\n"
    "Exit status: 0 where all values agree; 1 where one differs, where nothing has\n"
    "that NAME, or where the output could not be written; 2 after another wrong call.\n"
    "With --weave, a value that differs is left to the weaver, which refuses it.\n"
    "Colour is used on a terminal alone, and not where NO_COLOR is set.\n";

int run(int argc, char** argv) {
  walkthrough::Call call =
      walkthrough::arguments(argc, argv, {"--list", "--weave", "--help"}, {"--step", "--section"});
  if (call.contains("--help")) {
    std::cout << "usage: " << argv[0] << " [OPTION]\n" << help;
    return 0;
  }
  walkthrough::Page::Style style = walkthrough::style_of_output();
  if (call.contains("--weave")) style = {.width = 90, .weave = true};
  style.list = call.contains("--list");
  style.step = call["--step"];
  style.section = call["--section"];
  walkthrough::Page page(std::cout, style);
  walkthrough::CHAPTER(page);
  return page.finish().faults.empty() || style.weave ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return walkthrough::exit_status(argc, argv, run); }
