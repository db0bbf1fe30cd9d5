// Stands for all tests where Meson did not find Boost.Test.

#include <iostream>

int main() {
  std::cerr << "The tests need Boost.Test. Install libboost-test-dev (Debian, Ubuntu), boost-devel "
               "(Fedora) or boost (Arch, Homebrew), and run 'meson setup --wipe build'.\n";
  return 1;
}
