#include "benchmark_record.hpp"

#include "check.hpp"
#include "faster_loops_record.hpp"
#include "run.hpp"

using walkthrough::BenchmarkRecord;

namespace {

const std::vector<std::string> cells_of_step{"7810.3", "0.8", "0.8 %", "13.13x", "3e-07", "24.8"};

Run benchmark(const std::string& arguments) {
  return run(shell_word(from_meson("BENCHMARK")) + " " + arguments);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_step_is_written_in_the_units_of_its_columns) {
  BOOST_TEST(walkthrough::columns_of_steps().size() == cells_of_step.size());
  BOOST_TEST(walkthrough::cells({"textbook order", 1, 7810.3, 0.825, 0.0081, 13.131, 3.2e-7,
                                 24.81}) == cells_of_step,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_doubles_with_the_tokens_has_exponent_1_and_what_grows_fourfold_2) {
  const BenchmarkRecord::Growth row{256, 10, 3, 20, 5};
  const BenchmarkRecord::Growth twice{512, 20, 3, 80, 20};
  const std::vector<std::string> expected{"1.00", "0.00", "2.00", "2.00"};
  BOOST_TEST(walkthrough::exponents(row, twice) == expected, boost::test_tools::per_element());
  BOOST_TEST(walkthrough::cells(row).size() == walkthrough::columns_of_growth().size());
}

BOOST_AUTO_TEST_CASE(the_first_step_has_nothing_to_gain_over) {
  BOOST_TEST(
      walkthrough::cells({"textbook order", 1, 7810.3, 0.825, 0.0081, 0, 3.2e-7, 24.81})[3] == "");
}

// What the chapter says of the record.
BOOST_AUTO_TEST_CASE(in_the_record_memory_grows_with_the_tokens_and_scores_with_their_square) {
  const auto& growth = walkthrough::faster_loops_record.growth;
  BOOST_TEST(growth.back().num_tokens == 8192U);
  BOOST_TEST(growth.back().mebibytes <= 110);
  BOOST_TEST(growth.back().mebibytes < 2.1 * growth.end()[-2].mebibytes);
  BOOST_TEST(growth.back().mebibytes_of_all_scores > 3 * growth.end()[-2].mebibytes_of_all_scores);
}

BOOST_AUTO_TEST_CASE(in_the_record_the_fast_loops_are_a_hundred_times_as_fast_as_the_textbook) {
  const auto& steps = walkthrough::faster_loops_record.steps;
  BOOST_TEST(walkthrough::faster_loops_record.num_tokens == 1024U);
  BOOST_TEST(steps.front().milliseconds > 90 * steps.end()[-2].milliseconds);
  for (const BenchmarkRecord::Step& step : steps) BOOST_TEST(step.largest_difference < 1e-6);
}

BOOST_AUTO_TEST_CASE(the_benchmark_explains_itself) {
  for (const std::string arguments : {"--help", "--tokens 9 --help"}) {
    const Run result = benchmark(arguments);
    BOOST_TEST(result.status == 0);
    BOOST_TEST(result.out.starts_with("usage: "));
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_call_of_the_benchmark_is_refused) {
  const std::string range = " takes a whole number from 1 to 999999, not ";
  for (const auto& [arguments, sentence] : std::vector<std::pair<std::string, std::string>>{
           {"--fast", "unknown argument '--fast': try --help"},
           {"--tokens", "--tokens needs a value after it"},
           {"--tokens 0", "--tokens" + range + "'0'"},
           {"--tokens -5", "--tokens" + range + "'-5'"},
           {"--most 1000000", "--most" + range + "'1000000'"},
           {"--most x", "--most" + range + "'x'"},
           {"--most 511 --record /dev/null",
            "--most 511 leaves no two rows for the growth that --record writes: take at least "
            "512"}}) {
    const Run result = benchmark(arguments);
    BOOST_TEST(result.status == 2, arguments);
    BOOST_TEST(result.out == "");
    BOOST_TEST(result.err == from_meson("BENCHMARK") + ": " + sentence + "\n");
  }
}

// Else, minutes of measuring would be lost.
BOOST_AUTO_TEST_CASE(a_record_that_cannot_be_written_is_refused_before_anything_is_measured) {
  const Folder folder;
  const std::string link = folder.path() + "/link.hpp";
  const std::string blocked = folder.path() + "/blocked.hpp";
  std::filesystem::create_symlink("absent.hpp", link);
  folder.write("blocked.hpp.draft", "the reader's");
  for (const std::string& file :
       {folder.path() + "/absent/record.hpp", folder.path(), std::string(), link, blocked}) {
    const Run result = benchmark("--record " + shell_word(file));
    BOOST_TEST(result.status == 1);
    BOOST_TEST(result.out == "");
    BOOST_TEST(result.err == from_meson("BENCHMARK") + ": '" + file +
                                 "' cannot be written: is it a file, in a folder that is there and "
                                 "writable, with no '" +
                                 file + ".draft' beside it?\n");
  }
  BOOST_TEST(std::filesystem::is_symlink(link));
  BOOST_TEST(folder.read("blocked.hpp.draft") == "the reader's");
}
