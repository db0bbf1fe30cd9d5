// Prints chapter 1, or with --all every chapter, then how the comparisons of each went, and where to
// read on.

#include <algorithm>
#include <iostream>
#include <sstream>
#include <vector>

#include "page.hpp"
#include "program.hpp"

namespace walkthrough {

namespace {

constexpr void (*chapters[])(Page&) = {chapter_1, chapter_2, chapter_3, chapter_4,
                                       chapter_5, chapter_6, chapter_7, chapter_8};

// "1,058"
std::string count(std::size_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

void print_row(const std::string& title, const std::string& steps, const std::string& numbers,
               const std::string& differences) {
  std::string row = "  " + title;
  row.resize(36, ' ');
  std::cout << row << right_aligned(steps, 5) << right_aligned(numbers, 10)
            << right_aligned(differences, 13) << '\n';
}

int run(int argc, char** argv) {
  const bool prints_all = arguments(argc, argv, {"--all"}, {}).contains("--all");
  const Page::Style style = style_of_output();
  const Ink ink(style.colour);
  std::ostringstream unread;
  std::vector<Page::Outcome> outcomes;
  for (const auto chapter : chapters) {
    Page page(prints_all || outcomes.empty() ? std::cout : unread, style);
    chapter(page);
    outcomes.push_back(page.finish());
  }

  std::cout << '\n' << ink.bold("All chapters") << "\n------------\n\n";
  print_row("chapter", "steps", "numbers", "differences");
  Page::Outcome all;
  for (const Page::Outcome& chapter : outcomes) {
    const std::size_t numbers = chapter.by_notebook + chapter.by_pytorch;
    print_row(chapter.title, count(chapter.steps), count(numbers), count(chapter.different));
    all.by_notebook += chapter.by_notebook;
    all.by_pytorch += chapter.by_pytorch;
    all.different += chapter.different;
  }
  const auto first_wrong = std::ranges::find_if(
      outcomes, [](const Page::Outcome& chapter) { return !chapter.faults.empty(); });
  if (first_wrong != outcomes.end()) {
    const std::string numbers = count(all.by_notebook + all.by_pytorch);
    std::cout << '\n'
              << ink.bad((all.different == 0 ? "None of " + numbers + " numbers differs, but in"
                                             : count(all.different) + " of " + numbers +
                                                   " numbers differ. The first, in") +
                         " chapter " + first_wrong->title + ":")
              << "\n  " << first_wrong->faults[0] << '\n';
    return 1;
  }
  std::cout << "\nRead on in docs/README.md, run another chapter, such as\n"
               "build/walkthrough/2_self_attention, or try numbers of your own with\n"
               "build/walkthrough/own_input. Each says with --help how.\n\n"
            << ink.good(count(all.by_notebook) + " numbers as the notebook prints them, and " +
                        count(all.by_pytorch) + " as PyTorch computes them.")
            << '\n';
  return 0;
}

}  // namespace
}  // namespace walkthrough

int main(int argc, char** argv) { return walkthrough::exit_status(argc, argv, walkthrough::run); }
