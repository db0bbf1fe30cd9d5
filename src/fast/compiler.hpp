#pragma once

// What the fast code asks of the compiler beyond the standard, all of it. GCC and clang give it; with
// another one (MSVC, clang-cl) the loops are compiled once, for the baseline.

#if defined(__GNUC__)
#define LONGHAND_ALWAYS_INLINE [[gnu::always_inline]]
#else
#define LONGHAND_ALWAYS_INLINE
#endif

#if defined(__GNUC__) && defined(__x86_64__)
#define LONGHAND_HAS_TARGETS
#define LONGHAND_TARGET_V3 [[gnu::target("avx2,fma")]]
#define LONGHAND_TARGET_V4 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]]

namespace longhand {

// Whether this processor has the instructions of LONGHAND_TARGET_V3.
inline bool machine_has_v3() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

// The same of LONGHAND_TARGET_V4.
inline bool machine_has_v4() {
  return machine_has_v3() && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

}  // namespace longhand
#endif
