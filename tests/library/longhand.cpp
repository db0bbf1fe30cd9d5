#include "longhand/longhand.hpp"

#include "check.hpp"
#include "run.hpp"

BOOST_AUTO_TEST_CASE(longhand_hpp_includes_every_other_public_header) {
  const std::filesystem::path folder = from_meson("SOURCE_ROOT") + "/include/longhand";
  std::ifstream in(folder / "longhand.hpp");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  BOOST_TEST(!text.empty());
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name == "longhand.hpp") continue;
    BOOST_TEST(text.find("#include \"longhand/" + name + "\"\n") != std::string::npos,
               "longhand.hpp does not include longhand/" + name);
  }
}
