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

inline std::uint32_t bits_of(float value) { return std::bit_cast<std::uint32_t>(value); }

// One file of reference/data.
struct Reference {
  struct Tensor {
    std::vector<std::size_t> shape;
    std::vector<float> values;
    std::vector<double> exact;  // of a tensor in double
  };

  explicit Reference(const std::filesystem::path& file) : name(file.stem().string()) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      std::string kind, tensor_name;
      words >> kind >> tensor_name;
      if (kind != "float32" && kind != "float64") {
        config[kind] = tensor_name;
        continue;
      }
      Tensor tensor;
      for (std::size_t size; words >> size;) tensor.shape.push_back(size);
      std::string numbers;
      std::getline(in, numbers);
      std::istringstream hexadecimal(numbers);
      for (std::string word; hexadecimal >> word;) {
        const std::uint64_t bits = std::stoull(word, nullptr, 16);
        if (kind == "float64") {
          tensor.exact.push_back(std::bit_cast<double>(bits));
        } else {
          tensor.values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
        }
      }
      tensors[tensor_name] = tensor;
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
