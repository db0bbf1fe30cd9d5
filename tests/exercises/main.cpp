// The program of one exercise, which checks what the reader wrote, or of all, which lists them.
//
// Exit status: 0 if all are solved; also with the argument "report", for the build tool would print
// a message of its own below this one.

#include <algorithm>
#include <iostream>
#include <sstream>

#include "check.hpp"

namespace exercises {

bool check_one(const Exercise& exercise) {
  std::cout << "\nExercise " << exercise.name << '\n';
  const bool is_solved = passes(exercise.check_answer, std::cout);
  const std::string file = exercise.name + ".cpp";
  std::cout << (is_solved
                    ? "\nSolved. Compare with tests/exercises/solutions/" + file + ".\n\n"
                    : "\nNot yet: change tests/exercises/" + file + ", and run this again.\n\n");
  return is_solved;
}

bool list_all(std::vector<Exercise> exercises) {
  std::ranges::sort(exercises, {}, &Exercise::name);
  std::size_t solved = 0;
  std::cout << '\n';
  for (const Exercise& exercise : exercises) {
    std::ostringstream unread;
    const bool is_solved = passes(exercise.check_answer, unread);
    solved += is_solved ? 1 : 0;
    std::cout << (is_solved ? "  solved   " : "  not yet  ") << exercise.name << '\n';
  }
  std::cout << '\n'
            << solved << " of " << exercises.size()
            << " solved. To see what one lacks: meson compile -C build exercise_1_temperature\n\n";
  return solved == exercises.size();
}

}  // namespace exercises

int main(int argc, char**) {
  const std::vector<exercises::Exercise>& all = exercises::Exercise::all();
  const bool is_solved = all.size() == 1 ? exercises::check_one(all[0]) : exercises::list_all(all);
  return is_solved || argc > 1 ? 0 : 1;
}
