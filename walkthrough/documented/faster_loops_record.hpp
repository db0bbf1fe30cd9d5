#pragma once

// What build/tests/benchmark_faster_loops 1024 8192 16 printed: sixteen rounds.
namespace walkthrough::faster_loops_record {

inline constexpr const char* machine =
    R"(Intel(R) Xeon(R) Processor, 2 cores, Linux
g++ 12.2, x86-64-v4, 2026-11-29
peak of one core: 228.6 GFLOP/s, of all: 458.5
1024 tokens: 6.4 GFLOP, 28.2 ms at the peak)";

inline constexpr const char* roofs =
    R"(16 KiB    357.8 GB/s
512 KiB   152.8 GB/s
8 MiB      26.2 GB/s
256 MiB    14.9 GB/s)";

inline constexpr const char* steps =
    R"(step                     ms GFLOP/s of peak   gain differs   MiB
textbook order       3985.8     1.6   0.7 %          0e+00  24.8
loop order            485.5    13.3   5.8 %  8.21x   3e-07  24.8  #
packing               177.7    36.3  15.9 %  2.73x   6e-07  16.2  ##
register tiles        113.5    56.8  24.9 %  1.57x   6e-07  16.2  ##
masked half skipped    81.7    78.9  34.5 %  1.39x   6e-07  16.2  ###
softmax in lanes       55.6   116.0  50.7 %  1.47x   6e-07  16.2  #####
online softmax         52.4   122.9  53.8 %  1.06x   6e-07  15.2  #####
rounds of heads        45.1   142.8  62.5 %  1.16x   6e-07   6.9  ######
one memory             39.0   165.4  72.4 %  1.16x   6e-07   6.8  #######
2 threads              20.6   312.6  68.2 %  1.89x   6e-07   6.8  #######)";

inline constexpr const char* growth =
    R"(tokens               fast, ms   of peak       MiB  all scores, ms       MiB
256                       7.0    81.8 %       1.7             9.1       3.9
512                      17.0    72.5 %       3.4            22.8       7.7
1024                     39.0    72.4 %       6.8            55.6      16.2
2048                    104.5    67.5 %      13.5           139.3      40.2
4096                    305.7    64.5 %      27.0           590.8     112.2
8192                   1058.9    58.6 %      54.0          2101.8     352.2
exponent                 1.79                1.00            1.83      1.65)";

}  // namespace walkthrough::faster_loops_record
