// A walkthrough with one wrong value, for tests/walkthrough/walkthroughs.cpp.

#include "page.hpp"

void walkthrough::chapter(Page& page) {
  page.show("numbers", {"d"}, std::vector<float>{1, 1, 1},
            Documented{{3}, "tensor([1., 2., 1.])", {1, 2, 1}});
}
