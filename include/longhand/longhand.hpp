#pragma once

#if __cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L)
#error "Longhand needs C++20: compile with -std=c++20, or /std:c++20"
#endif

#include "longhand/causal_attention.hpp"
#include "longhand/dropout.hpp"
#include "longhand/faster_loops.hpp"
#include "longhand/generator.hpp"
#include "longhand/gradients.hpp"
#include "longhand/key_value_cache.hpp"
#include "longhand/linear.hpp"
#include "longhand/list.hpp"
#include "longhand/matrix.hpp"
#include "longhand/multi_head_attention.hpp"
#include "longhand/optimizers.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/simplified_self_attention.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"
