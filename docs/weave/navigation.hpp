#pragma once

#include "text.hpp"

namespace weaver {

// Puts links above and below each chapter: to its neighbours, to its code, and to the other pages.
// The stems of the chapters are in reading order.
void add_navigation(const fs::path& root, const Lines& stems, Files& files);

// Refuses an index that does not lead to each chapter.
void check_index(const std::string& index, const Lines& stems, const Files& files);

}  // namespace weaver
