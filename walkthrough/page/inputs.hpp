#pragma once

#include <string>
#include <vector>

#include "longhand/matrix.hpp"

namespace walkthrough {

// The sentence of all chapters, and its embedding.
inline const std::vector<std::string> tokens{"your", "journey", "starts", "with", "one", "step"};
inline const longhand::Matrix inputs{{0.43, 0.15, 0.89}, {0.55, 0.87, 0.66}, {0.57, 0.85, 0.64},
                                     {0.22, 0.58, 0.33}, {0.77, 0.25, 0.10}, {0.05, 0.80, 0.55}};

}  // namespace walkthrough
