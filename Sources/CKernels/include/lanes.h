// Arithmetic on sixteen floats as single operations, in the portable vector types of clang.
//
// The vector types of Swift do their floating-point arithmetic lane by lane and leave it to the
// optimiser to find the vectors again, which it does in short kernels and fails to do in long ones.
// These compile to vector instructions at once, on any processor.
#ifndef HONE_LANES_H
#define HONE_LANES_H

typedef float hone_lanes __attribute__((ext_vector_type(16)));

#define HONE_LANES_FUNCTION static inline __attribute__((always_inline, const))

HONE_LANES_FUNCTION hone_lanes hone_lanes_add(hone_lanes a, hone_lanes b) { return a + b; }
HONE_LANES_FUNCTION hone_lanes hone_lanes_subtract(hone_lanes a, hone_lanes b) { return a - b; }
HONE_LANES_FUNCTION hone_lanes hone_lanes_multiply(hone_lanes a, hone_lanes b) { return a * b; }
HONE_LANES_FUNCTION hone_lanes hone_lanes_divide(hone_lanes a, hone_lanes b) { return a / b; }

// a + b * c, rounded once.
HONE_LANES_FUNCTION hone_lanes hone_lanes_fma(hone_lanes a, hone_lanes b, hone_lanes c) {
    return __builtin_elementwise_fma(b, c, a);
}

HONE_LANES_FUNCTION hone_lanes hone_lanes_sqrt(hone_lanes a) {
    return __builtin_elementwise_sqrt(a);
}

// 1 / a within 1.5 units in the last place; a is normal, and so is 1 / a, else 0 may come out for it.
HONE_LANES_FUNCTION hone_lanes hone_lanes_reciprocal(hone_lanes a) {
#if defined(__AVX512F__)
    // The processor's estimate has 14 bits, one step of Newton's doubles them: a third of a division's time.
    const hone_lanes r = (hone_lanes)__builtin_ia32_rcp14ps512_mask(
        (__attribute__((vector_size(64))) float)a, (__attribute__((vector_size(64))) float){0},
        (unsigned short)0xFFFF);
    return __builtin_elementwise_fma(r, __builtin_elementwise_fma(-a, r, (hone_lanes)1.0f), r);
#else
    return 1.0f / a;
#endif
}

// The larger or smaller of each pair of lanes; a where either of them is not a number.
HONE_LANES_FUNCTION hone_lanes hone_lanes_larger(hone_lanes a, hone_lanes b) { return b > a ? b : a; }
HONE_LANES_FUNCTION hone_lanes hone_lanes_smaller(hone_lanes a, hone_lanes b) { return b < a ? b : a; }

// The sum of the lanes, in a fixed tree order.
HONE_LANES_FUNCTION float hone_lanes_sum(hone_lanes a) {
    __attribute__((ext_vector_type(8))) float b = a.lo + a.hi;
    __attribute__((ext_vector_type(4))) float c = b.lo + b.hi;
    return (c.x + c.z) + (c.y + c.w);
}

HONE_LANES_FUNCTION float hone_lanes_maximum(hone_lanes a) { return __builtin_reduce_max(a); }

typedef unsigned int hone_words8 __attribute__((ext_vector_type(8)));
typedef unsigned long long hone_wide8 __attribute__((ext_vector_type(8)));

// Sixteen blocks of Philox4x32-10 under one key. Lane i has the counter (row + i * rowStep, 64 bits;
// block + i * blockStep; 0); word k of its block goes to words[16 * k + i].
static inline void hone_philox_lanes(
    unsigned int key0, unsigned int key1, unsigned long long row, unsigned long long rowStep,
    unsigned int block, unsigned int blockStep, unsigned int *words) {
    const hone_wide8 mask = 0xFFFFFFFFULL;
    for (int half = 0; half < 2; half++) {
        const hone_wide8 lane = (hone_wide8){0, 1, 2, 3, 4, 5, 6, 7} + (hone_wide8)(8ULL * half);
        const hone_wide8 rows = row + lane * rowStep;
        hone_wide8 x = rows & mask, y = rows >> 32;
        hone_wide8 z = (block + lane * (hone_wide8)(unsigned long long)blockStep) & mask;
        hone_wide8 w = 0ULL;
        unsigned int a = key0, b = key1;
        for (int round = 0; round < 10; round++) {
            const hone_wide8 p = (x & mask) * (hone_wide8)0xD2511F53ULL;
            const hone_wide8 q = (z & mask) * (hone_wide8)0xCD9E8D57ULL;
            x = (q >> 32) ^ y ^ (hone_wide8)(unsigned long long)a;
            y = q & mask;
            z = (p >> 32) ^ w ^ (hone_wide8)(unsigned long long)b;
            w = p & mask;
            a += 0x9E3779B9U;
            b += 0xBB67AE85U;
        }
        const hone_wide8 block4[4] = {x, y, z, w};
        for (int k = 0; k < 4; k++) {
            const hone_words8 word = __builtin_convertvector(block4[k], hone_words8);
            __builtin_memcpy(words + 16 * k + 8 * half, &word, sizeof word);
        }
    }
}

#endif
