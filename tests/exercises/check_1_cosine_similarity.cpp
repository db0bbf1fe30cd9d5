#include "check.hpp"

namespace exercises {

void check_cosine_similarity(Check& check, decltype(cosine_scores)* answer) {
  const auto scores_are = check.calls("cosine_scores", answer);

  check.law("a token scores 1 with itself, and 0 with one at a right angle");
  scores_are({{3, 0}, {0, 0.5}}, {{1, 0}, {0, 1}});

  check.law("(3, 4) and (4, 3) score 24 / 25, and opposite tokens -1");
  scores_are({{3, 4}, {4, 3}, {-3, -4}}, {{1, 0.96F, -1}, {0.96F, 1, -0.96F}, {-1, -0.96F, 1}});

  check.law("a token three times as long scores as before");
  scores_are({{2, 1, 2}, {2, 2, 1}}, {{1, 8 / 9.0F}, {8 / 9.0F, 1}});
  scores_are({{6, 3, 6}, {2, 2, 1}}, {{1, 8 / 9.0F}, {8 / 9.0F, 1}});

  check.law("a token of zeros scores 0 with every token");
  scores_are({{0, 0}, {3, 4}}, {{0, 0}, {0, 1}});
}

static const Exercise exercise_1_cosine_similarity("1_cosine_similarity", check_cosine_similarity,
                                                   cosine_scores);

}  // namespace exercises
