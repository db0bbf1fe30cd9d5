// Prints docs/attention.html, the page of the notebook's sentence.

#include <iostream>

#include "attention_page.hpp"
#include "inputs.hpp"
#include "program.hpp"

namespace {

int run(int, char**) {
  auto given = walkthrough::AttentionGiven::draw(walkthrough::tokens, walkthrough::inputs, {});
  given.recall = walkthrough::RecallGiven::train();
  std::cout << walkthrough::attention_page(given);
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return walkthrough::exit_status(argc, argv, run); }
