#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace walkthrough {

// What the notebook prints, or what PyTorch computes for a step that the notebook does not print.
struct Documented {
  std::vector<std::size_t> shape;
  std::string text;           // as the notebook prints it; empty where PyTorch alone documents it
  std::vector<float> values;  // the float32 behind the text, row by row; none behind a mere text

  // A computed value may differ from its float32 by this much, times the value where that is above
  // one: sums in another order end in other last digits.
  double bound = 1e-6;
};

using DocumentedValues = std::map<std::string, Documented>;

// The values of a text in the form of walkthrough/documented/notebook.txt, which describes it, added
// to those of others.
// Throws std::invalid_argument with the first line that does not fit.
DocumentedValues parse_documented(std::string_view text, DocumentedValues others = {});

// The values of that file and of pytorch.txt, which are compiled in: "self_attention.W_query".
const DocumentedValues& documented_values();

// Where to look first if a documented value differs: the function of the library that computes it,
// and its file. Empty if the walkthrough computes it itself.
std::string computed_by(const std::string& name);

}  // namespace walkthrough
