// A walkthrough with one wrong value, for tests/walkthrough/walkthroughs.cpp.

#include "page.hpp"

namespace walkthrough {

void wrong_chapter(Page& page) {
  page.show("self_attention.query_2", {"d_out"}, std::vector<float>{0.4306369F, 2});
}

}  // namespace walkthrough
