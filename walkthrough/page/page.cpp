#include "page.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <sstream>
#include <stdexcept>

#include "concat.hpp"

namespace walkthrough {
namespace {

constexpr std::size_t width_of_a_phone = 45;

// "1e-6"
std::string short_number(double value) {
  std::string text = formatted("%.0e", value);
  const std::size_t exponent = text.find("e-0");
  if (exponent != std::string::npos) text.erase(exponent + 2, 1);
  return text;
}

bool lies_within_bound(float computed, float documented, double bound) {
  if (computed == documented) return true;  // also where both are infinite
  if (std::isnan(computed) && std::isnan(documented)) return true;
  const double size = std::max(1.0, std::abs(static_cast<double>(documented)));
  return std::abs(static_cast<double>(computed) - documented) <= bound * size;
}

// "attn_scores [queries 6, keys 6]". Throws std::invalid_argument if an axis lacks a name.
std::string with_shape(std::string_view name, const Axes& axes, const Tensor& tensor) {
  if (axes.size() != tensor.shape.size()) {
    throw std::invalid_argument(concat("show: ", name, " has ", tensor.shape.size(), " axes, ",
                                       axes.size(), " are named: name each axis once"));
  }
  std::string sizes;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    sizes += concat(axis > 0 ? ", " : "", axes[axis], " ", tensor.shape[axis]);
  }
  return concat(name, " [", axes.empty() ? "scalar" : sizes, "]");
}

void require_same_shape(std::string_view name, const Tensor& tensor, const Documented& documented) {
  if (tensor.shape == documented.shape) return;
  throw std::invalid_argument(concat("show: ", name, " is ", torch_size(tensor), ", documented is ",
                                     torch_size({documented.shape, documented.values}),
                                     ": the shapes must be equal"));
}

// As the notebook prints them, otherwise as PyTorch computes them.
Table table_of(const Tensor& computed, const Documented& documented) {
  const bool is_printed = !documented.text.empty();
  const std::vector<std::string> left = cells(computed.values);
  const std::vector<std::string> right =
      is_printed ? cells_of_text(documented.text) : cells(documented.values);
  Table table{.documented_label = is_printed ? "documented" : "PyTorch"};
  for (std::size_t i = 0; i < left.size(); ++i) table.cells.push_back({left[i], right[i]});
  return table;
}

// How far a number must move to count: half a unit of its last printed digit, which is the fourth
// decimal, or of "9.3335e-04" the eighth. Beside such a number, zero has as many.
double half_of_last_digit(const Cell& cell, double left, double right) {
  const auto has_exponent = [](const std::string& text) { return text.find('e') != text.npos; };
  if (!has_exponent(cell.computed) || !has_exponent(cell.documented)) return 0.00005;
  const double larger = std::max(std::abs(left), std::abs(right));
  return 0.00005 * std::pow(10, std::floor(std::log10(larger)));
}

// Marks which documented values a mistake moves. Says "30 of 36 moved (*), by at most 0.0695".
std::string mark_moved(std::vector<Cell>& cells, const Tensor& wrong,
                       const Documented& documented) {
  std::size_t moved = 0, not_finite = 0;
  double at_most = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const float left = wrong.values[i], right = documented.values[i];
    if (lies_within_bound(left, right, 0)) continue;  // both nan, too
    const double move = std::abs(static_cast<double>(left) - right);
    if (move < half_of_last_digit(cells[i], left, right)) continue;
    cells[i].differs = true;
    ++moved;
    if (std::isfinite(move)) {
      at_most = std::max(at_most, move);
    } else {
      ++not_finite;
    }
  }
  std::string verdict = concat(moved, " of ", cells.size(), " moved");
  if (0 < moved && moved < cells.size()) verdict += " (*)";
  if (at_most > 0) {
    verdict += ", by at most " + formatted(at_most < 0.00005 ? "%.4e" : "%.4f", at_most);
  }
  if (not_finite > 0) verdict += concat(", ", not_finite, " of them to nan or infinity");
  return verdict;
}

// "batch 0, head 1": which matrix of a tensor with more than two axes.
std::string matrix_label(const Axes& axes, const std::vector<std::size_t>& shape,
                         std::size_t matrix) {
  std::string result;
  for (std::size_t axis = shape.size() - 2; axis-- > 0; matrix /= shape[axis]) {
    std::string name = axes[axis];
    if (name.ends_with('s')) name.pop_back();  // one of the heads is a head
    result = concat(name, " ", matrix % shape[axis], result.empty() ? "" : ", ", result);
  }
  return result;
}

}  // namespace

void Page::title(std::string_view title, std::string_view lead, int line) {
  if (!style_.list && style_.step.empty()) out() << heading(title, 1, lead, line);
  outcome_.title = title;
}

// A section of prose alone is left to the chapter: its heading waits for a step.
void Page::section(std::string_view title, std::string_view lead, int line) {
  section_ = title;
  waiting_heading_ = style_.list ? section_ + '\n' : heading(title, 2, lead, line);
  if (style_.weave) print_waiting_heading();
}

void Page::say(std::string_view sentence, int line) {
  if (style_.weave) {
    out() << "@prose " << line << '\n' << sentence << '\n';
  } else {
    waiting_sentence_ = sentence;
    std::erase_if(waiting_sentence_, [](char c) { return c == '`' || c == '*'; });
  }
}

bool Page::is_wanted(std::string_view step) const {
  return (style_.step.empty() || step.substr(0, step.find(" [")) == style_.step) &&
         section_.starts_with(style_.section);
}

void Page::print_waiting_heading() {
  out() << waiting_heading_;
  if (prints_) waiting_heading_.clear();
}

void Page::show_computed(std::string_view name, const Axes& axes, const Tensor& computed,
                         int line) {
  show_cells(name, axes, computed, "", cells(computed.values), line);
}

void Page::show_exact(std::string_view name, const Axes& axes, const Tensor& computed, int line) {
  std::vector<std::string> digits;
  for (const float value : computed.values) digits.push_back(exact_cell(value));
  show_cells(name, axes, computed, "nine digits each", digits, line);
}

void Page::show_cells(std::string_view name, const Axes& axes, const Tensor& computed,
                      std::string_view verdict, const std::vector<std::string>& cells, int line) {
  open_step(line, with_shape(name, axes, computed), verdict);
  Table table;
  for (const std::string& cell : cells) table.cells.push_back({cell});
  tables(axes, computed.shape, table);
}

void Page::show(std::string_view name, const Axes& axes, const Tensor& computed,
                std::string_view documented_name, int line) {
  const std::string heading = with_shape(name, axes, computed);
  if (documented_name.empty()) documented_name = name;
  const Documented& documented = find(documented_name);
  require_same_shape(name, computed, documented);
  const bool is_printed = !documented.text.empty();
  const std::size_t size = computed.values.size();
  Table table = table_of(computed, documented);
  std::size_t different = 0;
  std::string first;  // difference
  for (std::size_t i = 0; i < size; ++i) {
    Cell& cell = table.cells[i];
    const float value = computed.values[i], right = documented.values[i];
    cell.differs = (is_printed && cell.computed != cell.documented) ||
                   !lies_within_bound(value, right, documented.bound);
    if (!cell.differs || ++different > 1) continue;
    first = concat(name, place(axes, computed.shape, i), ":\n    computed ", cell.computed, " (",
                   exact_cell(value), "), ", table.documented_label, " ", cell.documented, " (",
                   exact_cell(right), ")");
  }
  if (!is_printed && different == 0) {
    for (Cell& cell : table.cells) cell.documented.clear();
  }
  open_step(
      line, heading,
      concat(size - different, " of ", size, is_printed ? " as documented" : " as PyTorch computes",
             ", within ", short_number(documented.bound)),
      different == 0);
  const auto agreeing = agreeing_steps_.find(full_name(documented_name));
  const bool is_repeated = agreeing != agreeing_steps_.end() && different == 0;
  if (is_repeated) {
    out() << "  the same numbers as " << agreeing->second << " above\n";
  } else {
    tables(axes, computed.shape, table);
  }
  if (different == 0 && prints_) agreeing_steps_.try_emplace(full_name(documented_name), name);
  (is_printed ? outcome_.by_notebook : outcome_.by_pytorch) += size;
  report(documented_name, first, different);
}

void Page::show_mistake(std::string_view name, const Axes& axes, const Tensor& wrong,
                        std::string_view documented_name, int line) {
  const std::string heading = with_shape(name, axes, wrong);
  const Documented& documented = find(documented_name);
  require_same_shape(name, wrong, documented);
  Table table = table_of(wrong, documented);
  table.computed_label = "wrong";
  open_step(line, heading, mark_moved(table.cells, wrong, documented), false);
  const bool moves = std::ranges::any_of(table.cells, &Cell::differs);
  if (std::ranges::all_of(table.cells, &Cell::differs)) {  // no mark is needed
    for (Cell& cell : table.cells) cell.differs = false;
  }
  tables(axes, wrong.shape, table);
  if (moves) {
    ++outcome_.mistakes;
    return;
  }
  out() << ink_.bad("  moves nothing: the mistake hides here") << '\n';
  outcome_.faults.push_back(concat(name, ", shown as a mistake, moves nothing"));
}

void Page::show_text(std::string_view name, const std::string& computed, int line) {
  const std::string& documented = find(name).text;
  const bool agrees = computed == documented;
  open_step(line, name, agrees ? "1 of 1 as documented" : "0 of 1 as documented", agrees);
  tables({}, {}, {.cells = {{computed, documented}}});
  ++outcome_.by_notebook;
  report(name, concat(name, ":\n    computed ", computed, ", documented ", documented), !agrees);
}

void Page::note(std::string_view name, const std::string& text, int line) {
  open_step(line, name);
  out() << wrapped(text, "  ", style_.weave ? width_of_a_phone : style_.width);
}

void Page::show_refusal(std::string_view name, const std::function<void()>& call, int line) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return note(name, error.what(), line);
  }
  throw std::logic_error("show_refusal: " + std::string(name) + " was not refused");
}

void Page::show_lines(std::string_view name, const std::string& text, int line) {
  open_step(line, name);
  std::istringstream lines(text);
  for (std::string text_line; std::getline(lines, text_line);) out() << "  " << text_line << '\n';
}

void Page::heat_map(std::string_view name, const Axes& axes, const longhand::Matrix& computed,
                    std::string_view caption, HeatMap map, int line) {
  with_shape(name, axes, computed);
  if (!style_.weave && !style_.blocks && style_.figures == nullptr) return;
  map.caption = caption;
  map.row_axis = axes[0];
  map.col_axis = axes[1];
  map.row_labels = labels_of(axes[0], computed.rows());
  map.col_labels = labels_of(axes[1], computed.cols());
  map.values = computed;
  const std::string picture = style_.blocks ? blocks(map, style_.width) : "";
  if (!picture.empty()) out() << '\n' << ink_.bold(caption) << '\n' << picture;
  if (style_.figures != nullptr) style_.figures->emplace(std::string(name) + ".svg", svg(map));
  figure(name, caption, svg(map), line);
}

void Page::flow(std::string_view name, std::string_view caption, const std::vector<FlowBox>& boxes,
                int line) {
  figure(name, caption, flow_svg(std::string(caption), boxes), line);
}

void Page::roofline(std::string_view name, std::string_view caption, const Roofline& roofline,
                    int line) {
  figure(name, caption, roofline_svg(std::string(caption), roofline), line);
}

void Page::curve(std::string_view name, std::string_view caption, const Curve& curve, int line) {
  if (style_.blocks) {
    out() << '\n' << ink_.bold(caption) << "\n  " << curve_blocks(curve.values) << '\n';
  }
  figure(name, caption, curve_svg(std::string(caption), curve), line);
}

void Page::figure(std::string_view name, std::string_view caption, const std::string& svg,
                  int line) {
  if (style_.weave) out() << "@figure " << line << ' ' << name << ' ' << caption << '\n' << svg;
}

void Page::require_found() const {
  if (found_ || (style_.step + style_.section).empty()) return;
  const std::string section = "section '" + style_.section + "'";
  throw std::invalid_argument(
      "there is no " +
      (style_.step.empty()
           ? section
           : "step '" + style_.step + "'" + (style_.section.empty() ? "" : " in a " + section)) +
      ": see --list");
}

const Page::Outcome& Page::finish() {
  require_found();
  prints_ = !style_.list;
  for (const auto& [name, value] : documented_) {
    if (chapter_.empty() || !name.starts_with(chapter_ + ".") || shown_.contains(name)) continue;
    outcome_.faults.push_back(name + " is documented, and no step shows it");
  }
  if (style_.weave) out() << "@end\n";
  const std::size_t compared = outcome_.by_notebook + outcome_.by_pytorch;
  std::string closing = outcome_.different == 0 ? "No comparison differs, but:"
                                                : concat(outcome_.different, " of ", compared,
                                                         " comparisons differ. The first:");
  if (outcome_.faults.empty()) {
    closing = concat("All ", compared, " comparisons agree");
    closing += outcome_.by_pytorch == 0 ? " with the notebook."
               : outcome_.by_notebook == 0
                   ? " with PyTorch."
                   : concat(": ", outcome_.by_notebook, " with the notebook, ", outcome_.by_pytorch,
                            " more with PyTorch.");
    if (outcome_.mistakes > 0) closing += concat(" ", outcome_.mistakes, " wrong tensors moved.");
  }
  out() << '\n' << (outcome_.faults.empty() ? ink_.good(closing) : ink_.bad(closing)) << '\n';
  for (const std::string& fault : outcome_.faults) out() << "  " << fault << '\n';
  return outcome_;
}

std::string Page::heading(std::string_view text, std::size_t level, std::string_view lead,
                          int line) const {
  const std::string words(text);
  if (style_.weave) {
    return concat("@prose ", line, '\n', std::string(level, '#'), ' ', words, "\n\n", lead, '\n');
  }
  return '\n' + ink_.bold(words) + '\n' + std::string(words.size(), level == 1 ? '=' : '-') + '\n' +
         wrapped(lead, "", style_.width);
}

std::string Page::full_name(std::string_view name) const {
  return (chapter_.empty() ? "" : chapter_ + ".") + std::string(name);
}

const Documented& Page::find(std::string_view name) {
  const auto found = documented_.find(full_name(name));
  if (found == documented_.end()) {
    throw std::invalid_argument("show: no documented value is named " + full_name(name));
  }
  shown_.insert(found->first);
  return found->second;
}

void Page::open_step(int line, std::string_view name, std::string_view verdict, bool agrees) {
  if (style_.weave) out() << "@show " << line << '\n';
  ++outcome_.steps;
  prints_ = is_wanted(name);
  found_ = found_ || prints_;
  print_waiting_heading();
  if (style_.list) out() << "  " << name << '\n';
  prints_ = prints_ && !style_.list;
  out() << '\n' << ink_.bold(name) << '\n';
  if (!waiting_sentence_.empty()) out() << wrapped(waiting_sentence_, "  ", style_.width);
  waiting_sentence_.clear();
  if (verdict.empty()) return;
  out() << "  " << (agrees ? ink_.good(verdict) : ink_.bad(verdict)) << '\n';
}

void Page::tables(const Axes& axes, const std::vector<std::size_t>& shape, const Table& table) {
  if (table.cells.empty()) {
    out() << "  (no elements)\n";
    return;
  }
  const std::size_t rank = shape.size();
  const std::size_t cols = rank < 1 ? 1 : shape[rank - 1];
  const std::size_t rows = rank < 2 ? 1 : shape[rank - 2];

  Table matrix = table;
  matrix.pair_width = style_.weave ? width_of_a_phone : style_.width;
  matrix.row_labels = rank < 2 ? std::vector<std::string>{""} : labels_of(axes[rank - 2], rows);
  if (rank > 0 && is_labelled(axes[rank - 1], cols)) {
    matrix.col_labels = labels_of(axes[rank - 1], cols);
  }
  std::string before;
  for (std::size_t first = 0; first < table.cells.size(); first += rows * cols) {
    const auto part = std::span(table.cells).subspan(first, rows * cols);
    matrix.cells.assign(part.begin(), part.end());
    const std::string text = lines(matrix, ink_, style_.width);
    if (rank > 2) {
      out() << "  " << matrix_label(axes, shape, first / (rows * cols)) << ":"
            << (text == before ? " the same numbers\n" : "\n");
    }
    if (text != before) out() << text;
    before = text;
  }
}

// All differences of a tensor would drown the first, which tells most.
void Page::report(std::string_view documented, std::string fault, std::size_t different) {
  if (different == 0) return;
  outcome_.different += different;
  if (different > 1) fault += concat("\n    and ", different - 1, " more of this tensor");
  out() << ink_.bad("  differs: " + fault) << '\n';
  const std::string function = outcome_.faults.empty() ? computed_by(full_name(documented)) : "";
  if (!function.empty()) fault += "\n    Look first at " + function + ".";
  outcome_.faults.push_back(fault);
}

bool Page::is_labelled(const std::string& axis, std::size_t size) const {
  const auto found = labels_.find(axis);
  return found != labels_.end() && size <= found->second.size();
}

std::vector<std::string> Page::labels_of(const std::string& axis, std::size_t size) const {
  std::vector<std::string> result;
  for (std::size_t index = 0; index < size; ++index) {
    result.push_back(is_labelled(axis, size) ? labels_.at(axis)[index] : std::to_string(index));
  }
  return result;
}

std::string Page::place(const Axes& axes, const std::vector<std::size_t>& shape,
                        std::size_t position) const {
  std::string result;
  for (std::size_t axis = shape.size(); axis-- > 0; position /= shape[axis]) {
    const std::size_t index = position % shape[axis];
    const bool is_label = is_labelled(axes[axis], shape[axis]);
    result = concat(", ",
                    axis + 1 == shape.size()   ? "column"
                    : axis + 2 == shape.size() ? "row"
                                               : axes[axis],
                    " ", index, is_label ? " (" + labels_.at(axes[axis])[index] + ")" : "", result);
  }
  return result;
}

}  // namespace walkthrough
