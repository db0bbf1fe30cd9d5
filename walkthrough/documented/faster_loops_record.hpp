#pragma once

// What the benchmark printed: meson test -C build --benchmark -v
namespace walkthrough::faster_loops_record {

inline constexpr const char* machine =
    R"(Intel(R) Xeon(R) Processor, 2 cores, Linux
g++ 12.2, x86-64-v4, 2026-11-29
peak of one core: 195.4 GFLOP/s, of all: 393.8
1024 tokens: 6.4 GFLOP, 33.0 ms at the peak)";

inline constexpr const char* roofs =
    R"(16 KiB    346.1 GB/s
512 KiB   142.5 GB/s
8 MiB      27.4 GB/s
256 MiB    12.0 GB/s)";

inline constexpr const char* steps =
    R"(step                     ms GFLOP/s of peak   gain differs   MiB
textbook order       4809.3     1.3   0.7 %          0e+00  24.8
loop order            581.3    11.1   5.7 %  8.27x   3e-07  24.8  #
packing               214.3    30.1  15.4 %  2.71x   6e-07  16.2  ##
register tiles        130.6    49.3  25.3 %  1.64x   6e-07  16.2  ###
masked half skipped    93.5    68.9  35.3 %  1.40x   6e-07  16.2  ####
softmax in lanes       58.9   109.3  56.0 %  1.59x   6e-07  16.2  ######
online softmax         52.9   121.8  62.4 %  1.11x   6e-07  15.2  ######
rounds of heads        47.8   134.8  69.0 %  1.11x   6e-07   6.9  #######
one memory             42.9   150.4  77.0 %  1.12x   6e-07   8.0  ########
2 threads              22.7   283.7  72.1 %  1.89x   6e-07   8.0  #######)";

inline constexpr const char* growth =
    R"(tokens               fast, ms   of peak       MiB  all scores, ms       MiB
256                       8.3    80.5 %       2.0            10.1       3.9
512                      18.2    79.4 %       4.0            23.6       7.7
1024                     42.9    77.0 %       8.0            58.9      16.2
2048                    108.9    75.7 %      14.0           152.3      40.2
4096                    338.2    68.3 %      28.0           674.4     112.2
8192                   1023.5    70.9 %      54.0          2509.9     352.2
exponent                 1.60                0.95            1.90      1.65)";

}  // namespace walkthrough::faster_loops_record
