#pragma once

#include <string>

#include "text.hpp"

namespace weaver {

// The page of the public interface: what each header of include/longhand declares, under the
// chapter that introduces it. That is the first whose walkthrough includes the header, or pulls in
// code of its source.
std::string interface_page(const fs::path& root, const Lines& stems, const Files& files);

}  // namespace weaver
