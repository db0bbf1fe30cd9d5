#pragma once

#include "benchmark_record.hpp"

namespace walkthrough {

// Written by the benchmark: build/tests/benchmark_faster_loops --record FILE.
inline const BenchmarkRecord faster_loops_record{
    "AMD EPYC, 2 cores, Linux x86_64",
    "g++ 12.2",
    "x86-64-v3",
    1024,
    6.444,
    101.8,
    {
        {"textbook order", 1, 7810, 0.8251, 0.008084, 1, 0, 24.76},
        {"loop order", 1, 595.6, 10.82, 0.106, 13.13, 3.204e-07, 24.76},
        {"packing", 1, 277.6, 23.21, 0.2264, 1.768, 3.204e-07, 18.14},
        {"register tiles", 1, 146.3, 44.04, 0.4343, 1.863, 3.204e-07, 18.14},
        {"masked half skipped", 1, 114.8, 56.11, 0.5527, 1.28, 3.204e-07, 18.14},
        {"softmax in lanes", 1, 85.65, 75.24, 0.7375, 1.364, 3.204e-07, 18.14},
        {"online softmax", 1, 82.96, 77.68, 0.7624, 1.023, 3.204e-07, 18.14},
        {"rounds of heads", 1, 79.05, 81.52, 0.7972, 1.05, 5.364e-07, 12.82},
        {"2 threads", 2, 79.86, 80.69, 0.3955, 0.9981, 5.364e-07, 12.84},
    },
    {
        {256, 15.75, 3.258, 16.88, 4.641},
        {512, 34.07, 6.505, 36.8, 9.281},
        {1024, 79.78, 12.82, 85.58, 18.14},
        {2048, 214.3, 25.63, 290.2, 40.49},
        {4096, 708.5, 51.08, 1233, 112.4},
        {8192, 1942, 102.1, 3585, 353.2},
    }};

}  // namespace walkthrough
