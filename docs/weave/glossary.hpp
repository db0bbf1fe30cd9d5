#pragma once

#include "text.hpp"

namespace weaver {

// Holds docs/glossary.md and the chapters to each other.
//
// A term is bold in the chapters once, where it first appears, and has one row in the glossary:
//   | [term](CHAPTER.md#section) | a sentence | symbol | `names` | shape |
// The link leads to the section in which the term is bold, and the names stand in that chapter.
void check_glossary(const Lines& stems, const Files& files);

}  // namespace weaver
