#pragma once

#include <bit>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "longhand/matrix.hpp"
#include "run.hpp"

inline std::filesystem::path reference_data() {
  return from_meson("SOURCE_ROOT") + "/tests/reference/data";
}

// One file of reference/data.
struct Reference {
  struct Tensor {
    std::vector<std::size_t> shape;
    std::vector<float> values;
    std::vector<double> exact;  // of a tensor in double
  };

  explicit Reference(const std::filesystem::path& file) : name(file.stem().string()) {
    std::ifstream in(file);
    for (std::string line, kind, key; std::getline(in, line);) {
      std::istringstream words(line);
      words >> kind >> key;
      if (kind != "float32" && kind != "float64") {
        config[kind] = key;
        continue;
      }
      Tensor& tensor = tensors[key];
      for (std::size_t size; words >> size;) tensor.shape.push_back(size);
      std::getline(in, line);
      std::istringstream numbers(line);
      for (std::uint64_t bits; numbers >> std::hex >> bits;) {
        if (kind == "float64") {
          tensor.exact.push_back(std::bit_cast<double>(bits));
        } else {
          tensor.values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
        }
      }
    }
  }

  std::size_t size(const std::string& key) const { return std::stoull(config.at(key)); }
  double number(const std::string& key) const { return std::stod(config.at(key)); }

  // The matrices of a tensor of any depth, one after the other.
  std::vector<longhand::Matrix> matrices(const std::string& tensor_name) const {
    const Tensor& tensor = tensors.at(tensor_name);
    const std::size_t rows = tensor.shape[tensor.shape.size() - 2];
    const std::size_t cols = tensor.shape[tensor.shape.size() - 1];
    std::vector<longhand::Matrix> result;
    const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(rows * cols);
    for (auto first = tensor.values.begin(); first != tensor.values.end(); first += size) {
      result.emplace_back(rows, cols, std::vector<float>(first, first + size));
    }
    return result;
  }

  std::string name;
  std::map<std::string, std::string> config;
  std::map<std::string, Tensor> tensors;
};
