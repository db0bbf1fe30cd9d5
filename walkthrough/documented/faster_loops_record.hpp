#pragma once

// What the benchmark printed on a quiet machine: meson test -C build --benchmark -v
namespace walkthrough::faster_loops_record {

inline constexpr const char* machine =
    R"(AMD EPYC, 2 cores, Linux
g++ 12.2, x86-64-v4, 2026-11-25
peak of one core: 118.2 GFLOP/s, of all: 235.0
1024 tokens: 6.4 GFLOP, 54.5 ms at the peak)";

inline constexpr const char* roofs =
    R"(16 KiB    196.7 GB/s
512 KiB   109.2 GB/s
8 MiB      96.3 GB/s
256 MiB    13.9 GB/s)";

inline constexpr const char* steps =
    R"(step                     ms GFLOP/s of peak   gain differs   MiB
textbook order       5869.8     1.1   0.9 %          0e+00  24.8
loop order            530.9    12.1  10.3 % 11.06x   3e-07  24.8  #
packing               252.7    25.5  21.6 %  2.10x   5e-07  19.1  ##
register tiles        135.1    47.7  40.4 %  1.87x   5e-07  19.1  ####
masked half skipped   109.3    58.9  49.9 %  1.24x   5e-07  19.1  #####
softmax in lanes       81.4    79.2  67.0 %  1.34x   5e-07  19.1  #######
online softmax         79.1    81.5  68.9 %  1.03x   6e-07  18.1  #######
rounds of heads        69.3    93.0  78.7 %  1.14x   6e-07   6.8  ########
huge pages             64.4   100.0  84.6 %  1.08x   6e-07   8.0  ########
2 threads              32.6   197.5  84.1 %  1.97x   6e-07   8.0  ########)";

inline constexpr const char* growth =
    R"(tokens               fast, ms   of peak       MiB  all scores, ms       MiB
256                      13.0    85.2 %       2.0            18.2       4.6
512                      27.0    88.3 %       4.0            35.7       9.1
1024                     63.1    86.4 %       8.0            80.9      19.1
2048                    167.9    81.2 %      14.0           216.4      46.1
4096                    512.1    74.5 %      28.0           878.0     124.1
8192                   1544.6    77.6 %      54.0          2954.3     376.1
exponent                 1.59                0.95            1.75      1.60)";

}  // namespace walkthrough::faster_loops_record
