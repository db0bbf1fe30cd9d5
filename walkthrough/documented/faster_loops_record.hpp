#pragma once

// What the benchmark printed on a quiet machine: meson test -C build --benchmark -v
namespace walkthrough::faster_loops_record {

inline constexpr const char* machine = R"(AMD EPYC, 2 cores, Linux
g++ 12.2, x86-64-v4, 2026-11-25
peak of one core: 118.1 GFLOP/s
1024 tokens: 6.4 GFLOP, 54.6 ms at the peak)";

inline constexpr const char* steps =
    R"(step                     ms GFLOP/s of peak   gain differs   MiB
textbook order       5891.8     1.1   0.9 %          0e+00  24.8
loop order            529.6    12.2  10.3 % 10.64x   3e-07  24.8  #
packing               207.8    31.0  26.7 %  2.42x   5e-07  19.1  ###
register tiles        119.8    53.8  46.0 %  1.73x   5e-07  19.1  #####
masked half skipped    94.2    68.4  59.1 %  1.27x   5e-07  19.1  ######
softmax in lanes       71.6    90.0  78.9 %  1.41x   5e-07  19.1  ########
online softmax         67.4    95.6  81.1 %  1.02x   6e-07  18.1  ########
rounds of heads        65.1    99.0  84.0 %  1.02x   6e-07   6.8  ########
2 threads              33.9   190.3  81.1 %  1.91x   6e-07   6.8  ########)";

inline constexpr const char* growth =
    R"(tokens               fast, ms       MiB  all scores, ms       MiB
256                      13.2       1.7            14.6       4.6
512                      37.6       3.4            41.3       9.1
1024                     66.8       6.8            74.4      19.1
2048                    175.0      13.5           187.9      46.1
4096                    521.8      27.0           837.6     124.1
8192                   1616.1      54.0          2861.6     376.1
exponent                 1.63      1.00            1.77      1.60)";

}  // namespace walkthrough::faster_loops_record
