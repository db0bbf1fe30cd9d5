#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace longhand {

// A std::vector whose elements leave a temporary by value, so that forward(batch)[0] never
// dangles.
template <class T>
struct List : std::vector<T> {
  using std::vector<T>::vector;

  T& operator[](std::size_t i) & { return std::vector<T>::operator[](i); }
  const T& operator[](std::size_t i) const& { return std::vector<T>::operator[](i); }
  T operator[](std::size_t i) && { return std::move(std::vector<T>::operator[](i)); }

  // The same elements by other names, of a list that stays.
  auto& at(std::size_t i) & { return std::vector<T>::at(i); }
  auto& at(std::size_t i) const& { return std::vector<T>::at(i); }
  auto& front() & { return std::vector<T>::front(); }
  auto& front() const& { return std::vector<T>::front(); }
  auto& back() & { return std::vector<T>::back(); }
  auto& back() const& { return std::vector<T>::back(); }
  void at(std::size_t) const&& = delete;
  void front() const&& = delete;
  void back() const&& = delete;
};

}  // namespace longhand
