#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace longhand {

// A std::vector whose elements leave a temporary by value, so that neither forward(batch)[0] nor
// forward(batch).front() dangles.
template <class T>
struct List : std::vector<T> {
  using std::vector<T>::vector;

  T& operator[](std::size_t i) & { return std::vector<T>::operator[](i); }
  const T& operator[](std::size_t i) const& { return std::vector<T>::operator[](i); }
  T operator[](std::size_t i) && { return std::move(std::vector<T>::operator[](i)); }

  T& at(std::size_t i) & { return std::vector<T>::at(i); }
  const T& at(std::size_t i) const& { return std::vector<T>::at(i); }
  T at(std::size_t i) && { return std::move(std::vector<T>::at(i)); }

  T& front() & { return std::vector<T>::front(); }
  const T& front() const& { return std::vector<T>::front(); }
  T front() && { return std::move(std::vector<T>::front()); }

  T& back() & { return std::vector<T>::back(); }
  const T& back() const& { return std::vector<T>::back(); }
  T back() && { return std::move(std::vector<T>::back()); }
};

}  // namespace longhand
