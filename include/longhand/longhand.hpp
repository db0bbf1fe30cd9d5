#pragma once

#if __cplusplus < 202002L
#error "Longhand needs C++20: compile with -std=c++20"
#endif

#include <string_view>

#include "longhand/causal_attention.hpp"
#include "longhand/dropout.hpp"
#include "longhand/faster_loops.hpp"
#include "longhand/generator.hpp"
#include "longhand/linear.hpp"
#include "longhand/list.hpp"
#include "longhand/matrix.hpp"
#include "longhand/multi_head_attention.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/simplified_self_attention.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"

namespace longhand {

// "1.2.3": the version of the library that the program is linked with.
std::string_view version();

}  // namespace longhand
