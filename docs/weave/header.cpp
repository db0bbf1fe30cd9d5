#include "header.hpp"

#include <algorithm>

namespace weaver {
namespace {

std::string without_comment(const std::string& line) {
  const std::string code = line.substr(0, line.find("//"));
  return code.substr(0, code.find_last_not_of(' ') + 1);
}

// The name that ends where `text` is cut: "const Matrix& left" gives "left".
std::string last_name(const std::string& text) {
  std::size_t end = text.size();
  while (end > 0 && !belongs_to_name(text[end - 1])) --end;
  std::size_t first = end;
  while (first > 0 && belongs_to_name(text[first - 1])) --first;
  return text.substr(first, end - first);
}

// "std::size_t rows" gives "rows", "float low = 0" gives "low = 0", and a list in braces "{rows}".
std::string parameter_name(const std::string& parameter) {
  const std::size_t equals = std::min(parameter.find(" ="), parameter.size());
  const std::string name = last_name(parameter.substr(0, equals));
  const bool is_list = parameter.find("std::initializer_list") != std::string::npos;
  return (is_list ? "{" + name + "}" : name) + parameter.substr(equals);
}

// "(std::size_t rows, float low = 0)" gives "(rows, low = 0)".
std::string parameters(const std::string& text) {
  std::string result = "(";
  std::string parameter;
  int depth = 0;
  for (const char c : text) {
    if (c == '(' || c == '<' || c == '{') ++depth;
    if (c == ')' || c == '>' || c == '}') --depth;
    if ((c == ',' && depth == 1) || depth == 0) {
      result += parameter_name(parameter) + (depth == 0 ? ")" : ", ");
      parameter.clear();
    } else {
      parameter += c;
    }
    if (depth == 0) break;
  }
  return result;
}

// "Matrix transpose(const Matrix& matrix);" gives "transpose(matrix)", a variable its name.
std::string declared_name(const std::string& statement) {
  const std::string call_operator = "operator()";
  const std::size_t call = statement.find(call_operator);
  const std::size_t end = call == std::string::npos
                              ? std::min(statement.find('('), statement.size())
                              : call + call_operator.size();
  const std::size_t equals = statement.find(" = ");
  if (end == statement.size() || equals < end) {
    return last_name(statement.substr(0, statement.find_first_of("={;,")));
  }
  const std::string before = statement.substr(0, end);
  const std::size_t of_operator = before.find("operator");
  const std::string name =
      of_operator == std::string::npos ? last_name(before) : before.substr(of_operator);
  return name + parameters(statement.substr(end));
}

// A paragraph ends with an empty line, a sentence with a full stop; a colon would promise more.
std::string first_sentence(const Lines& comment) {
  std::string text;
  for (const std::string& line : comment) {
    if (line.empty()) break;
    text += (text.empty() ? "" : " ") + line;
  }
  text = text.substr(0, text.find(". "));
  while (text.ends_with('.') || text.ends_with(':')) text.pop_back();
  return text;
}

class Reader {
 public:
  Reader(const std::string& file, const std::string& header) : file_(file), lines_(split(header)) {}

  std::vector<Declaration> read();

 private:
  void read_comment(const std::string& text);
  void open_type(const std::string& line);
  std::string statement();
  void declare(const std::string& statement);
  void add(const std::string& name);

  std::string file_;
  Lines lines_;
  std::size_t at_ = 0;  // the line that is read
  Lines comment_;       // above the declarations that are read
  bool is_comment_used_ = false;
  std::string type_;  // whose members are read, or empty
  std::size_t place_of_type_ = 0;
  bool is_enum_ = false;
  bool is_private_ = false;
  std::vector<Declaration> declarations_;
};

std::vector<Declaration> Reader::read() {
  for (; at_ < lines_.size(); ++at_) {
    const std::string& line = lines_[at_];
    const std::string text = without_indent(line);
    const bool is_type =
        line.starts_with("struct ") || line.starts_with("class ") || line.starts_with("enum ");
    if (text.empty() || text[0] == '#' || line.starts_with("namespace ") ||
        line.starts_with("}  // namespace")) {
      comment_.clear();
    } else if (text.starts_with("//")) {
      read_comment(text);
    } else if (text == "public:" || text == "private:") {
      is_private_ = text == "private:";
    } else if (line == "};") {
      type_.clear();
    } else if (is_type && line.ends_with('{')) {
      open_type(line);
    } else {
      declare(statement());
    }
  }
  return declarations_;
}

void Reader::read_comment(const std::string& text) {
  if (is_comment_used_) comment_.clear();
  is_comment_used_ = false;
  comment_.push_back(text.substr(std::min<std::size_t>(3, text.size())));
}

void Reader::open_type(const std::string& line) {
  const std::string name = last_name(line.substr(0, line.find_first_of(":{")));
  add(name);
  type_ = name;
  place_of_type_ = declarations_.size() - 1;
  is_enum_ = line.starts_with("enum");
  is_private_ = line.starts_with("class");
  comment_.clear();
}

// Reads up to the end of the statement, or of the function's body.
std::string Reader::statement() {
  const std::string closing = type_.empty() ? "}" : "  }";
  std::string text;
  for (; at_ < lines_.size(); ++at_) {
    const std::string& line = lines_[at_];
    if (!text.ends_with('{')) text += ' ' + without_comment(without_indent(line));
    const bool ends_body = text.ends_with('{') && line.starts_with(closing);
    const bool ends_enumerator = is_enum_ && !type_.empty() && text.ends_with(',');
    if (ends_body || ends_enumerator || text.ends_with(';') || text.ends_with('}')) return text;
  }
  refuse(file_, at_, "the last declaration has no end");
}

void Reader::declare(const std::string& statement) {
  if (!type_.empty() && is_private_) return;
  const bool compares = statement.find("operator==") != std::string::npos;
  if (statement.ends_with("= delete;")) return;
  if (statement.ends_with("= default;") && !compares) return;
  const std::string name = declared_name(statement);
  const bool is_constructor = name.starts_with(type_ + "(");
  if (type_.empty() || is_constructor) {
    if (type_.empty() || !comment_.empty()) add(name);
  } else if (!comment_.empty()) {
    add((is_enum_ ? type_ + "::" : ".") + name);
  } else {
    declarations_[place_of_type_].members.push_back(name);
  }
}

// Declarations without an empty line between them share the comment above the first.
void Reader::add(const std::string& name) {
  if (comment_.empty()) {
    refuse(file_, at_ + 1, "'" + name + "' has no comment: say in a sentence what it is");
  }
  if (!is_comment_used_) declarations_.push_back({{}, first_sentence(comment_), {}});
  Lines& names = declarations_.back().names;
  if (names.empty() || names.back() != name) names.push_back(name);  // once const, once not
  is_comment_used_ = true;
}

}  // namespace

std::vector<Declaration> declarations(const std::string& file, const std::string& header) {
  return Reader(file, header).read();
}

}  // namespace weaver
