#pragma once

#include <string>
#include <vector>

#include "text.hpp"

namespace weaver {

// What stands in a header under one comment: a type, a function, or several that belong together.
struct Declaration {
  Lines names;          // "softmax(scores)"; of a member ".rows()", of an enumerator "Stream::one"
  std::string summary;  // the first sentence of the comment
  Lines members;        // of a type: the names of those without a comment of their own
};

// The public declarations of a header, in its order.
//
// Needs no parser, for clang-format keeps the form: what belongs to the namespace starts in column
// 0, what belongs to a type in column 2, and a comment stands right above what it is for. Refuses a
// declaration of the namespace that has no comment.
std::vector<Declaration> declarations(const std::string& file, const std::string& header);

}  // namespace weaver
