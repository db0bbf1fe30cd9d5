#pragma once

// What the benchmark printed on a quiet machine:
// meson test -C build --benchmark -v key_value_cache
namespace walkthrough::key_value_cache_record {

inline constexpr const char* machine = R"(AMD EPYC, 2 cores, Linux
g++ 12.2, 2026-11-25)";

inline constexpr const char* tokens =
    R"(tokens  all, ms    MiB  new, ms    MiB  ratio
64        146.6    6.0     6.35    3.4    23x
128       304.7   12.0     7.56    4.6    41x
256       689.8   30.8     9.22    6.8    71x
512      1791.7   95.3    10.44   12.2   166x
1024     5781.9  332.3    20.07   24.3   286x)";

}  // namespace walkthrough::key_value_cache_record
