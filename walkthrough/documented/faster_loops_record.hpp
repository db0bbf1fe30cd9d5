#pragma once

// What the benchmark printed: meson test -C build --benchmark -v
namespace walkthrough::faster_loops_record {

inline constexpr const char* machine =
    R"(Intel(R) Xeon(R) Processor, 2 cores, Linux
g++ 12.2, x86-64-v4, 2026-11-29
peak of one core: 191.4 GFLOP/s, of all: 381.9
1024 tokens: 6.4 GFLOP, 33.7 ms at the peak)";

inline constexpr const char* roofs =
    R"(16 KiB    237.4 GB/s
512 KiB   133.3 GB/s
8 MiB      28.0 GB/s
256 MiB    13.4 GB/s)";

inline constexpr const char* steps =
    R"(step                     ms GFLOP/s of peak   gain differs   MiB
textbook order       4850.2     1.3   0.7 %          0e+00  24.8
loop order            624.3    10.3   5.4 %  7.77x   3e-07  24.8  #
packing               217.7    29.6  15.5 %  2.87x   6e-07  16.2  ##
register tiles        134.6    47.9  25.0 %  1.62x   6e-07  16.2  ###
masked half skipped    96.9    66.5  34.8 %  1.39x   6e-07  16.2  ###
softmax in lanes       57.5   112.2  58.6 %  1.69x   6e-07  16.2  ######
online softmax         54.5   118.2  61.8 %  1.05x   6e-07  15.2  ######
rounds of heads        48.4   133.1  69.6 %  1.13x   6e-07   6.9  #######
huge pages             43.1   149.7  78.2 %  1.12x   6e-07   8.0  ########
2 threads              21.9   294.1  77.0 %  1.97x   6e-07   8.0  ########)";

inline constexpr const char* growth =
    R"(tokens               fast, ms   of peak       MiB  all scores, ms       MiB
256                       8.1    84.7 %       2.0            10.5       3.9
512                      18.0    82.0 %       4.0            24.2       7.7
1024                     43.1    78.2 %       8.0            57.5      16.2
2048                    112.5    74.9 %      14.0           153.0      40.2
4096                    324.6    72.6 %      28.0           692.2     112.2
8192                   1062.7    69.7 %      54.0          2344.9     352.2
exponent                 1.71                0.95            1.76      1.65)";

}  // namespace walkthrough::faster_loops_record
