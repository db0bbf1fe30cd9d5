#include "check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>

namespace exercises {

namespace {

std::string with_digits(double number, int digits) {
  if (std::isnan(number)) return "NaN";
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.*g", digits, number);
  return buffer;
}

// `place` is the part of what is compared, such as "row 1, column 2 ", or nothing.
[[noreturn]] void wrong(const std::string& what, const std::string& place, const std::string& is,
                        const std::string& must_be) {
  throw Wrong(what + '\n' + place + "is " + is + ", must be " + must_be);
}

void compare(const std::string& what, const std::string& place, double is, double must_be,
             double bound) {
  if (is == must_be || std::abs(is - must_be) <= bound * std::max(1.0, std::abs(must_be))) return;
  const int digits = with_digits(is, 6) == with_digits(must_be, 6) ? 9 : 6;
  wrong(what, place, with_digits(is, digits), with_digits(must_be, digits));
}

// Broken at blanks into lines of up to 80 characters, each after an indent of ten.
std::string wrapped(const std::string& message) {
  const std::string indent(10, ' ');
  std::string result;
  std::istringstream lines(message);
  for (std::string line; std::getline(lines, line);) {
    while (line.size() > 70 && line.rfind(' ', 70) != std::string::npos) {
      const std::size_t blank = line.rfind(' ', 70);
      result += indent + line.substr(0, blank) + '\n';
      line.erase(0, blank + 1);
    }
    result += indent + line + '\n';
  }
  return result;
}

}  // namespace

void Check::law(const std::string& sentence) {
  if (!law_.empty()) out_ << "  ok      " << law_ << std::endl;
  law_ = sentence;
}

void Check::equal(const std::string& what, std::size_t is, std::size_t must_be) const {
  if (is != must_be) wrong(what, "", text(is), text(must_be));
}

void Check::equal(const std::string& what, bool is, bool must_be) const {
  if (is != must_be) wrong(what, "", text(is), text(must_be));
}

void Check::near(const std::string& what, double is, double must_be, double bound) const {
  compare(what, "", is, must_be, bound);
}

void Check::near(const std::string& what, std::span<const float> is,
                 std::span<const float> must_be) const {
  if (is.size() != must_be.size()) wrong(what, "its size ", text(is.size()), text(must_be.size()));
  for (std::size_t i = 0; i < is.size(); ++i) {
    compare(what, "element " + text(i) + ' ', is[i], must_be[i], 1e-5);
  }
}

void Check::near(const std::string& what, const Matrix& is, const Matrix& must_be) const {
  has_shape(what, is, must_be.rows(), must_be.cols());
  for (std::size_t row = 0; row < is.rows(); ++row) {
    for (std::size_t col = 0; col < is.cols(); ++col) {
      compare(what, "row " + text(row) + ", column " + text(col) + ' ', is(row, col),
              must_be(row, col), 1e-5);
    }
  }
}

void Check::has_shape(const std::string& what, const Matrix& is, std::size_t rows,
                      std::size_t cols) const {
  if (is.rows() == rows && is.cols() == cols) return;
  wrong(what, "its shape ", longhand::shape_text(is), '(' + text(rows) + ", " + text(cols) + ')');
}

std::string text(float number) { return with_digits(number, 6); }

std::string text(std::size_t number) { return std::to_string(number); }

std::string text(bool truth) { return truth ? "true" : "false"; }

std::string text(const Matrix& matrix) {
  std::vector<std::vector<float>> rows;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    rows.emplace_back(matrix.row(row).begin(), matrix.row(row).end());
  }
  return text(rows);
}

std::vector<Exercise>& Exercise::all() {
  static std::vector<Exercise> exercises;
  return exercises;
}

bool passes(const std::function<void(Check&)>& check_answer, std::ostream& out) {
  Check check(out);
  std::string message;
  try {
    check_answer(check);
    check.law("");
    return true;
  } catch (const Wrong& difference) {
    message = difference.what();
  } catch (const std::exception& error) {
    message = std::string("your code threw: ") + error.what();
  }
  out << "  WRONG   " << check.current_law() << '\n' << wrapped(message);
  return false;
}

}  // namespace exercises
