#pragma once

// What the benchmark printed on a quiet machine: meson test -C build --benchmark -v
namespace walkthrough::faster_loops_record {

inline constexpr const char* machine = R"(AMD EPYC, 2 cores, Linux x86_64
g++ 12.2, x86-64-v3, 2026-11-25
peak of one core: 98.7 GFLOP/s
1024 tokens: 6.4 GFLOP, 65.3 ms at the peak)";

inline constexpr const char* steps =
    R"(step                     ms GFLOP/s of peak   gain differs   MiB
textbook order       8073.0     0.8   0.8 %          0e+00  24.8
loop order            633.7    10.2   9.9 % 12.30x   3e-07  24.8  #
packing               277.1    23.3  22.9 %  1.96x   5e-07  18.1  ##
register tiles        150.7    42.8  42.5 %  1.83x   5e-07  18.1  ####
masked half skipped   122.8    52.5  54.2 %  1.27x   5e-07  18.1  #####
softmax in lanes       89.0    72.4  73.2 %  1.34x   5e-07  18.1  #######
online softmax         93.9    68.7  72.5 %  1.01x   6e-07  18.1  #######
rounds of heads        82.3    78.3  79.5 %  1.06x   6e-07   6.8  ########
2 threads              40.5   158.9  79.7 %  1.94x   6e-07   6.8  ########)";

inline constexpr const char* growth =
    R"(tokens               fast, ms       MiB  all scores, ms       MiB
256                      15.9       1.8            17.6       4.6
512                      35.4       3.5            39.1       9.3
1024                     80.3       6.8            88.2      18.1
2048                    207.1      13.6           235.8      40.5
4096                    649.8      27.1          1056.0     112.4
8192                   2092.0      54.1          4081.0     353.2
exponent                 1.69      1.00            1.95      1.65)";

}  // namespace walkthrough::faster_loops_record
