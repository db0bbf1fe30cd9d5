#pragma once

#include "attention_page.hpp"
#include "page.hpp"

namespace walkthrough {

// On any tokens: the attention weights of each variant, and context vectors; or the steps on the way
// to them, by the names that they have on the page. The page knows the tokens' labels.
void show_own(Page& page, const AttentionGiven& given, bool is_causal, bool all_steps);

// Throws std::invalid_argument if a tensor would have more than most_numbers numbers.
void require_few_numbers(const longhand::Matrix& inputs, const AttentionGiven::Settings& settings);

}  // namespace walkthrough
