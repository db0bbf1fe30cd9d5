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
    98.74,
    {
        {"textbook order", 1, 8073, 0.7982, 0.008057, 0, 0, 24.76},
        {"loop order", 1, 633.7, 10.17, 0.09912, 12.3, 3.204e-07, 24.76},
        {"packing", 1, 277.1, 23.26, 0.2291, 1.961, 3.204e-07, 18.14},
        {"register tiles", 1, 150.7, 42.77, 0.4247, 1.826, 3.204e-07, 18.14},
        {"masked half skipped", 1, 122.8, 52.49, 0.542, 1.27, 3.204e-07, 18.14},
        {"softmax in lanes", 1, 88.97, 72.43, 0.7322, 1.337, 3.204e-07, 18.14},
        {"online softmax", 1, 93.87, 68.65, 0.7253, 1.006, 3.204e-07, 18.14},
        {"rounds of heads", 1, 82.3, 78.3, 0.7951, 1.061, 5.662e-07, 6.822},
        {"2 threads", 2, 40.54, 158.9, 0.7969, 1.941, 5.662e-07, 6.84},
    },
    {
        {256, 15.94, 1.758, 17.59, 4.641},
        {512, 35.35, 3.505, 39.15, 9.281},
        {1024, 80.35, 6.822, 88.2, 18.14},
        {2048, 207.1, 13.63, 235.8, 40.49},
        {4096, 649.8, 27.08, 1056, 112.4},
        {8192, 2092, 54.14, 4081, 353.2},
    }};

}  // namespace walkthrough
