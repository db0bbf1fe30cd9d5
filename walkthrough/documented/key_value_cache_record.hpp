#pragma once

// What the benchmark printed on a quiet machine:
// meson test -C build --benchmark -v key_value_cache
namespace walkthrough::key_value_cache_record {

inline constexpr const char* machine = R"(AMD EPYC, 2 cores, Linux
g++ 12.2, 2026-11-25)";

inline constexpr const char* tokens =
    R"(tokens  all, ms    MiB  new, ms    MiB  ratio
64        188.0    6.0     7.94    3.4    24x
128       295.0   12.0     7.90    4.6    38x
256       756.3   30.8     9.74    6.8    72x
512      1772.9   95.3    11.14   12.2   156x
1024     5680.2  332.3    19.76   24.3   287x)";

}  // namespace walkthrough::key_value_cache_record
