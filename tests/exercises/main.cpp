// The program of one exercise: checks what the reader wrote.

#include <iostream>

#include "check.hpp"

int main() {
  const exercises::Exercise& exercise = exercises::Exercise::all().at(0);
  std::cout << "\nExercise " << exercise.name << '\n';
  const bool is_solved = passes(exercise.check_answer, std::cout);
  if (is_solved) {
    std::cout << "\nSolved. Compare with tests/exercises/solutions/" << exercise.name
              << ".cpp.\n\n";
  } else {
    std::cout << "\nNot yet: change tests/exercises/" << exercise.name
              << ".cpp, and run this again.\n\n";
  }
  return is_solved ? 0 : 1;
}
