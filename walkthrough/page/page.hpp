#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "documented.hpp"
#include "heat_map.hpp"
#include "svg.hpp"
#include "table.hpp"
#include "tensor.hpp"

namespace walkthrough {

// The name of each axis of a tensor: {"tokens", "d_in"}.
using Axes = std::vector<std::string>;

// What a walkthrough prints: sections, and tensors next to their documented values.
class Page {
 public:
  struct Style {
    bool colour = false;
    std::size_t width = 80;    // of the terminal, in columns
    bool blocks = false;       // heat maps in block characters
    bool list = false;         // names of sections and steps alone
    std::string step = {};     // this step alone, by its name
    std::string section = {};  // this section alone, by the beginning of its title
    // For the weaver (docs/weave/run.hpp): a line "@show 57" goes before what line 57 of the source
    // prints, and figures are printed too.
    bool weave = false;
    // Where heat maps go: the name of a file, and the SVG in it.
    std::map<std::string, std::string>* figures = nullptr;
  };

  Page(std::ostream& out, Style style, const DocumentedValues& documented = documented_values())
      : out_(out), style_(style), ink_(style.colour), documented_(documented) {}

  // All documented values of a chapter are to be shown, each at least once. A step finds them by
  // their names within the chapter; without this, by their full names.
  void follow(const std::string& chapter) { chapter_ = chapter; }

  // What the indices of an axis are called. label_tokens names the axes "tokens", "queries" and
  // "keys".
  void label(const std::string& axis, const std::vector<std::string>& labels) {
    labels_[axis] = labels;
  }
  void label_tokens(const std::vector<std::string>& tokens) {
    for (const char* axis : {"tokens", "queries", "keys"}) label(axis, tokens);
  }

  // A heading, and a paragraph that says what comes.
  void title(std::string_view title, std::string_view lead, int line = __builtin_LINE());
  void section(std::string_view title, std::string_view lead, int line = __builtin_LINE());

  // A sentence of the chapter's prose that says what the next step shows and how it comes about. The
  // terminal prints it below the name of that step, without the marks ` and * of Markdown.
  void say(std::string_view sentence, int line = __builtin_LINE());

  // A tensor next to the documented value of its name, or of another. A value that PyTorch alone
  // documents is printed only if it differs. Throws std::invalid_argument if there is none, or if the
  // axes or the documented shape do not fit the tensor.
  void show(std::string_view name, const Axes& axes, const Tensor& computed,
            std::string_view documented = "", int line = __builtin_LINE());

  // A text, such as a shape, next to the documented one.
  void show_text(std::string_view name, const std::string& computed, int line = __builtin_LINE());

  // A tensor that is documented nowhere; with nine digits to each number, which tell any two float32
  // apart; and such a text.
  void show_computed(std::string_view name, const Axes& axes, const Tensor& computed,
                     int line = __builtin_LINE());
  void show_exact(std::string_view name, const Axes& axes, const Tensor& computed,
                  int line = __builtin_LINE());
  void note(std::string_view name, const std::string& text, int line = __builtin_LINE());

  // The sentence with which a call is refused. Throws std::logic_error if it is not.
  void show_refusal(std::string_view name, const std::function<void()>& call,
                    int line = __builtin_LINE());

  // A tensor that a mistake made, next to the value that it should have, with how many numbers moved
  // by half a unit of the last printed digit or more, and by how much at most. That they differ is no
  // disagreement; that none has moved is one. Throws as show does.
  void show_mistake(std::string_view name, const Axes& axes, const Tensor& wrong,
                    std::string_view documented, int line = __builtin_LINE());

  // Lines of text as they stand.
  void show_lines(std::string_view name, const std::string& text, int line = __builtin_LINE());

  // A figure of the chapter: drawn for the weaver and own_input, in block characters on a terminal.
  // `map` may say more than name, axes and numbers do: {.is_masked = true}.
  void heat_map(std::string_view name, const Axes& axes, const longhand::Matrix& computed,
                std::string_view caption, HeatMap map = {}, int line = __builtin_LINE());

  // A drawing of the steps of a computation, for the weaver.
  void flow(std::string_view name, std::string_view caption, const std::vector<FlowBox>& boxes,
            int line = __builtin_LINE());

  // The course of a number, as a figure, and in block characters on a terminal.
  void curve(std::string_view name, std::string_view caption, const Curve& curve,
             int line = __builtin_LINE());

  // Loops below what their machine can do, for the weaver.
  void roofline(std::string_view name, std::string_view caption, const Roofline& roofline,
                int line = __builtin_LINE());

  // How the comparisons with documented values went.
  struct Outcome {
    std::string title;
    std::size_t steps = 0;            // tensors and texts shown
    std::size_t by_notebook = 0;      // numbers and texts compared with what the notebook prints
    std::size_t by_pytorch = 0;       // and with what PyTorch alone documents
    std::size_t different = 0;        // of both
    std::size_t mistakes = 0;         // wrong tensors that moved, as they should
    std::vector<std::string> faults;  // the first difference of each tensor, and what else is wrong
  };

  // Prints the outcome: how many comparisons agreed, how many mistakes moved values, and where to
  // look first. A documented value that the chapter followed and did not show is a fault.
  const Outcome& finish();

  // Throws std::invalid_argument if no step or section has the name that the style asks for. finish
  // calls it, too.
  void require_found() const;

 private:
  void figure(std::string_view name, std::string_view caption, const std::string& svg, int line);
  std::string heading(std::string_view text, std::size_t level, std::string_view lead,
                      int line) const;
  void print_waiting_heading();
  std::string full_name(std::string_view name) const;
  const Documented& find(std::string_view name);
  bool is_wanted(std::string_view step) const;
  std::ostream& out() { return prints_ ? out_ : nowhere_; }
  void open_step(int line, std::string_view name, std::string_view verdict = "",
                 bool agrees = true);
  void show_cells(std::string_view name, const Axes& axes, const Tensor& computed,
                  std::string_view verdict, const std::vector<std::string>& cells, int line);
  void tables(const Axes& axes, const std::vector<std::size_t>& shape, const Table& table);
  void report(std::string_view documented, std::string fault, std::size_t different);

  bool is_labelled(const std::string& axis, std::size_t size) const;
  std::vector<std::string> labels_of(const std::string& axis, std::size_t size) const;
  std::string place(const Axes& axes, const std::vector<std::size_t>& shape,
                    std::size_t position) const;

  std::ostream& out_;
  std::ostream nowhere_{nullptr};
  bool prints_ = true;  // the step in hand
  bool found_ = false;  // what the style asks for
  Style style_;
  Ink ink_;
  const DocumentedValues& documented_;
  std::string chapter_;  // that is followed
  std::string section_;  // its title
  std::string waiting_heading_;
  std::string waiting_sentence_;
  std::set<std::string> shown_;                        // documented values, by their full names
  std::map<std::string, std::string> agreeing_steps_;  // the first step that agreed with each
  std::map<std::string, std::vector<std::string>> labels_;
  Outcome outcome_;
};

// The chapters, each in the file of its number.
void chapter_1(Page& page);
void chapter_2(Page& page);
void chapter_3(Page& page);
void chapter_4(Page& page);
void chapter_5(Page& page);
void chapter_6(Page& page);
void chapter_7(Page& page);
void chapter_8(Page& page);

}  // namespace walkthrough
