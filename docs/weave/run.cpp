#include "run.hpp"

#include <sstream>

namespace weaver {
namespace {

Print read_mark(const std::string& file, const std::string& line) {
  Print print;
  std::istringstream mark(line.substr(1));
  mark >> print.kind >> print.line >> print.name >> std::ws;
  std::getline(mark, print.caption);
  const bool is_figure = print.kind == "figure" && !print.caption.empty();
  const bool is_text = print.kind == "prose" || print.kind == "show";
  if (print.line == 0 || !(is_figure || is_text))
    refuse(file, 0, "'" + line + "' is not understood");
  return print;
}

}  // namespace

std::vector<Print> read_run(const fs::path& runs, const std::string& stem) {
  const std::string file = stem + ".txt";
  std::vector<Print> prints;
  std::string ending;
  bool ended = false;
  for (const std::string& line : split(read(runs, file))) {
    if (line == "@end") {
      ended = true;
    } else if (ended) {
      ending += line + '\n';
    } else if (line.starts_with('@')) {
      prints.push_back(read_mark(file, line));
    } else if (prints.empty() || line.starts_with("```")) {
      refuse(file, 0, "'" + line + "' cannot be woven");
    } else if (!line.empty() || !prints.back().text.empty()) {
      prints.back().text += line + '\n';
    }
  }
  if (!ended) refuse(file, 0, "the run stopped before its end: mend the walkthrough first");
  if (!ending.starts_with("\nAll ")) {
    refuse(file, 0, "a computed value is wrong, or a documented one: mend that first" + ending);
  }
  return prints;
}

}  // namespace weaver
