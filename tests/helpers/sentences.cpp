// The main program of each test: prints the name of every test case as a sentence, so that a run
// reads as a specification, and closes with "N passed, N failed".

#define BOOST_TEST_MODULE longhand
#include <algorithm>
#include <boost/test/results_collector.hpp>
#include <boost/test/tree/observer.hpp>
#include <boost/test/unit_test.hpp>
#include <iostream>
#include <string>

namespace {

class Sentences : public boost::unit_test::test_observer {
 public:
  Sentences() { boost::unit_test::framework::register_observer(*this); }
  ~Sentences() override {
    boost::unit_test::framework::deregister_observer(*this);
    std::cout << passed_ << " passed, " << failed_ << " failed" << std::endl;
  }

  void test_unit_finish(const boost::unit_test::test_unit& unit, unsigned long) override {
    if (unit.p_type != boost::unit_test::TUT_CASE) return;
    const bool passed = boost::unit_test::results_collector.results(unit.p_id).passed();
    ++(passed ? passed_ : failed_);
    std::string sentence = unit.p_description;  // where a name cannot say it
    if (sentence.empty()) {
      sentence = unit.p_name;
      std::replace(sentence.begin(), sentence.end(), '_', ' ');
    }
    std::cout << (passed ? "  ok      " : "  FAILED  ") << sentence << std::endl;
  }

 private:
  int passed_ = 0;
  int failed_ = 0;
};

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(Sentences);
