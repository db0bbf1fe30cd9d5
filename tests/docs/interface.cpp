// The page of the public interface holds what the headers declare, and nothing else.

#include "small_tree.hpp"

namespace {

const std::string header_file = "include/longhand/small.hpp";

// The page that is woven where the small tree has this header.
std::string page_of(const std::string& header) {
  const Tree tree;
  tree.folder().write(header_file, header);
  const Run result = tree.weave();
  BOOST_TEST(result.status == 0, result.err);
  return tree.folder().read("docs/interface.md");
}

// The rows of its table.
std::string rows_of(const std::string& header) {
  const std::string page = page_of(header);
  const std::string head = "|---|---|\n";
  return page.substr(page.find(head) + head.size());
}

}  // namespace

// The small chapter includes its header and shows its source; a header is found by either.
BOOST_AUTO_TEST_CASE(a_header_stands_under_the_chapter_that_includes_it_or_shows_its_source) {
  const std::string expected = R"(
## 1 Small

[The chapter](1_small.md) brings:

### [small.hpp](../include/longhand/small.hpp)

| name | what it is |
|---|---|
| `twice(x)` | Twice a number. |
)";
  const Tree includes(walkthrough_file, "src/small.cpp", "src/other.cpp");
  includes.folder().write("src/other.cpp", small_tree.at("src/small.cpp"));
  const Tree shows(walkthrough_file, "#include <longhand/small.hpp>", "");
  for (const Tree* tree : {&includes, &shows}) {
    const Run result = tree->weave();
    BOOST_TEST(result.status == 0, result.err);
    BOOST_TEST(tree->folder().read("docs/interface.md").ends_with(expected));
  }
}

// As longhand.hpp, which includes all others.
BOOST_AUTO_TEST_CASE(a_header_of_no_chapter_and_a_chapter_without_a_header_have_their_place) {
  const Tree tree;
  std::filesystem::rename(tree.folder().path() + "/" + header_file,
                          tree.folder().path() + "/include/longhand/all.hpp");
  tree.folder().write("include/longhand/all.hpp", "// All.\n#include <longhand/one.hpp>\n");
  const Run result = tree.weave();
  BOOST_TEST(result.status == 0, result.err);
  BOOST_TEST(tree.folder().read("docs/interface.md").ends_with(R"(
## 1 Small

[The chapter](1_small.md) brings no header of its own.

## Beside the chapters

### [all.hpp](../include/longhand/all.hpp)

Includes other headers, and declares nothing itself.
)"));
}

BOOST_AUTO_TEST_CASE(a_function_is_named_with_its_parameters) {
  BOOST_TEST(
      rows_of(
          "// One.\nvoid one(const std::map<int, float>& first, int second = 2);\n\n"
          "// Two,\n// 2.5 wide. More.\nstd::size_t two(Steps steps,\n                int n);\n\n"
          "// Three:\n//\n// x = y\ninline float three(float x) {\n  return x;\n}\n\n"
          "// Four.\ninline float four() { return f(0); }\n\n"
          "// Five.\ninline constexpr int five = f(5);\n") ==
      "| `one(first, second = 2)` | One. |\n| `two(steps, n)` | Two, 2.5 wide. |\n"
      "| `three(x)` | Three. |\n| `four()` | Four. |\n| `five` | Five. |\n");
}

BOOST_AUTO_TEST_CASE(a_type_names_its_public_members) {
  BOOST_TEST(rows_of(R"(// A layer.
class Layer {
 public:
  Layer();

  // Draws.
  explicit Layer(int seed) : seed_(seed) {}
  Layer(const Layer&) = delete;
  Layer(Layer&& other) = default;

  int width() const { return 1; }

  // y = x w
  Matrix forward(const Matrix& x) const;
  float operator()(int row) const;
  float& operator()(int row);

  int depth = 2;    // of all
  Matrix weight{};  // wide

 private:
  // Secret.
  int secret() const;
  int seed_;
};

// Which way.
enum class Way {
  left,
  // Not left.
  right,
  // Not down.
  up,
};

// After it.
void after(Layer layer);
)") == "| `Layer` | A layer. Members: `width()`, `depth`, `weight`. |\n"
       "| `Layer(seed)` | Draws. |\n"
       "| `.forward(x)`, `.operator()(row)` | `y = x w` |\n"
       "| `Way` | Which way. Members: `left`. |\n"
       "| `Way::right` | Not left. |\n"
       "| `Way::up` | Not down. |\n"
       "| `after(layer)` | After it. |\n");
}

BOOST_AUTO_TEST_CASE(what_markdown_would_take_for_itself_is_kept_from_it) {
  BOOST_TEST(rows_of("// A std::vector<float> * 2 | 3.\nvoid one();\n\n"
                     "// f(x, y)[i] = |x| * y\nvoid two();\n\n"
                     "// A layer: y = x * w\nvoid three();\n") ==
             "| `one()` | A std::vector\\<float> \\* 2 \\| 3. |\n"
             "| `two()` | `f(x, y)[i] = \\|x\\| * y` |\n"
             "| `three()` | A layer: y = x \\* w. |\n");
}

BOOST_AUTO_TEST_CASE(a_declaration_without_a_comment_is_refused) {
  check_refusal(Tree(header_file, "float twice(float x);", "float twice(float x);\n\nint one;"),
                header_file + ":4: 'one' has no comment: say in a sentence what it is");
  check_refusal(Tree(header_file, "// Twice a number. Rounds never.\nfloat twice(float x);",
                     "struct Pair {\n};"),
                header_file + ":1: 'Pair' has no comment: say in a sentence what it is");
}

BOOST_AUTO_TEST_CASE(a_declaration_without_an_end_is_refused) {
  check_refusal(Tree(header_file, "(float x);", "(float x)"),
                header_file + ":2: the last declaration has no end");
}
