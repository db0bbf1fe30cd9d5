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
    102.9,
    {
        {"textbook order", 1, 7748, 0.8317, 0.008096, 0, 0, 24.76},
        {"loop order", 1, 580.7, 11.1, 0.1078, 13.29, 3.204e-07, 24.76},
        {"packing", 1, 277, 23.26, 0.2268, 1.741, 3.204e-07, 18.14},
        {"register tiles", 1, 148.1, 43.52, 0.4271, 1.839, 3.204e-07, 18.14},
        {"masked half skipped", 1, 112.4, 57.33, 0.5566, 1.272, 3.204e-07, 18.14},
        {"softmax in lanes", 1, 83.93, 76.78, 0.7443, 1.333, 3.204e-07, 18.14},
        {"online softmax", 1, 82.28, 78.32, 0.7611, 1.016, 3.204e-07, 18.14},
        {"rounds of heads", 1, 76.43, 84.31, 0.8195, 1.077, 5.364e-07, 6.822},
        {"2 threads", 2, 38.65, 166.7, 0.8097, 1.941, 5.364e-07, 6.84},
    },
    {
        {256, 15.38, 1.758, 16.62, 4.641},
        {512, 33.04, 3.505, 36.23, 9.281},
        {1024, 74.52, 6.822, 83.06, 18.14},
        {2048, 198.6, 13.63, 220.2, 40.49},
        {4096, 621, 27.08, 1024, 112.4},
        {8192, 1896, 54.14, 3494, 353.2},
    }};

}  // namespace walkthrough
