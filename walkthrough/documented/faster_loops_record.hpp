#pragma once

// What the benchmark printed on a quiet machine: meson test -C build --benchmark -v
namespace walkthrough::faster_loops_record {

inline constexpr const char* machine =
    R"(AMD EPYC, 2 cores, Linux
g++ 12.2, x86-64-v4, 2026-11-25
peak of one core: 117.1 GFLOP/s
1024 tokens: 6.4 GFLOP, 55.0 ms at the peak)";

inline constexpr const char* roofs =
    R"(16 KiB    191.0 GB/s
512 KiB   115.4 GB/s
8 MiB      92.8 GB/s
256 MiB    13.0 GB/s)";

inline constexpr const char* steps =
    R"(step                     ms GFLOP/s of peak   gain differs   MiB
textbook order       5611.0     1.1   1.0 %          0e+00  24.8
loop order            419.0    15.4  13.0 % 13.39x   3e-07  24.8  #
packing               202.5    31.8  26.9 %  2.07x   5e-07  19.1  ###
register tiles        115.6    55.7  47.2 %  1.75x   5e-07  19.1  #####
masked half skipped    92.5    69.7  59.3 %  1.25x   5e-07  19.1  ######
softmax in lanes       66.9    96.3  82.1 %  1.38x   5e-07  19.1  ########
online softmax         65.0    99.2  84.2 %  1.03x   6e-07  18.1  ########
rounds of heads        62.9   102.5  87.1 %  1.03x   6e-07   6.8  #########
huge pages             62.6   102.9  87.3 %  1.00x   6e-07   8.0  #########
2 threads              33.2   194.3  82.6 %  1.89x   6e-07   8.0  ########)";

inline constexpr const char* growth =
    R"(tokens               fast, ms   of peak       MiB  all scores, ms       MiB
256                      13.5    83.7 %       2.0            14.3       4.6
512                      27.8    85.9 %       4.0            29.5       9.1
1024                     62.9    87.9 %       8.0            65.5      19.1
2048                    162.0    84.5 %      14.0           177.1      46.1
4096                    491.7    78.6 %      28.0           849.4     124.1
8192                   1549.5    77.5 %      54.0          3128.1     376.1
exponent                 1.66                0.95            1.88      1.60)";

}  // namespace walkthrough::faster_loops_record
