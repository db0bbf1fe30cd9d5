#pragma once

#include <boost/test/unit_test.hpp>
#include <sstream>

#include "page.hpp"

// Compares as the walkthroughs do, whose table is the message where a value differs. The documented
// text must also be what PyTorch prints for the documented float32.
inline void check_documented(const walkthrough::Tensor& computed,
                             const walkthrough::Documented& documented) {
  BOOST_TEST(walkthrough::text({documented.shape, documented.values}) == documented.text);
  std::ostringstream out;
  walkthrough::Page page(out, {});
  page.show("computed", walkthrough::Axes(computed.shape.size(), "axis"), computed, documented);
  BOOST_TEST(page.finish(), out.str());
}
