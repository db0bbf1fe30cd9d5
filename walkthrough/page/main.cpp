#include <iostream>
#include <string>
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
    "  --weave   print for the weaver: the source line of each step, and the figures\n"
    "  --help    print this\n"
    "\n"
    "Exit status: 0 where all values agree; 1 where one differs, or where the output\n"
    "could not be written; 2 after a wrong call. With --weave, a value that differs\n"
    "is left to the weaver, which refuses it. Colour is used on a terminal alone,\n"
    "and not where NO_COLOR is set.\n";

int run(int argc, char** argv) {
  const std::string program = argc > 0 ? argv[0] : "walkthrough";
  bool weave = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--help") {
      std::cout << "usage: " << program << " [--weave | --help]\n" << help;
      return 0;
    }
    if (option != "--weave") {
      std::cerr << program << ": unknown argument '" << option << "': try --help\n";
      return 2;
    }
    weave = true;
  }
  walkthrough::Page::Style style = walkthrough::style_of_output();
  if (weave) style = {.weave = true};
  walkthrough::Page page(std::cout, style);
  walkthrough::CHAPTER(page);
  return page.finish().faults.empty() || weave ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return walkthrough::exit_status(argc, argv, run); }
