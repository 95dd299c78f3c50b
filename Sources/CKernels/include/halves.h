// Products with factors of 16 bits, for processors that multiply those twice as fast as floats.
//
// c = a · b, row-major: a and c are floats, b was packed before. Sums run in half precision over HONE_HALF_RUN
// steps of the inner dimension and in single precision beyond those: of normal numbers an element is off by some
// 1.2e-3 of its own size. A row's result does not depend on the other rows of the call.
#ifndef HONE_HALVES_H
#define HONE_HALVES_H

#include "products.h"

#if defined(__AVX512FP16__)

// Whether this build has them.
static inline int hone_has_halves(void) { return 1; }

typedef _Float16 hone_halves __attribute__((ext_vector_type(32)));
typedef _Float16 hone_halves16 __attribute__((ext_vector_type(16)));
// At any half's address.
typedef _Float16 hone_halves_there __attribute__((ext_vector_type(32), aligned(2)));
typedef _Float16 hone_halves16_there __attribute__((ext_vector_type(16), aligned(2)));
typedef unsigned hone_words16 __attribute__((ext_vector_type(16)));
typedef unsigned short hone_shorts16 __attribute__((ext_vector_type(16)));
typedef unsigned hone_words16_there __attribute__((ext_vector_type(16), aligned(4)));

// Inner steps that are summed in half precision.
#define HONE_HALF_RUN 64
// Inner steps of one pass: what is converted of a at a time.
#define HONE_HALF_DEPTH 512

// Rows of a, `width` halves apart, onto 64 columns of c; b is a panel.
#define HONE_HALF_KERNEL(ROWS)                                                                    \
    static HONE_PRODUCT_TILE void hone_half_##ROWS(                                               \
        const unsigned *a, long width, const _Float16 *b, long depth, float *c, long c_row,       \
        int accumulate) {                                                                         \
        for (long first = 0; first < depth; first += HONE_HALF_RUN) {                             \
            const long end = first + HONE_HALF_RUN < depth ? first + HONE_HALF_RUN : depth;       \
            hone_halves sum[ROWS][2];                                                             \
            HONE_PRODUCT_EACH for (int r = 0; r < ROWS; r++)                                      \
                sum[r][0] = sum[r][1] = (hone_halves)(_Float16)0;                                 \
            for (long k = first; k < end; k++) {                                                  \
                const hone_halves low = *(const hone_halves_there *)(b + 64 * k);                 \
                const hone_halves high = *(const hone_halves_there *)(b + 64 * k + 32);           \
                HONE_PRODUCT_EACH for (int r = 0; r < ROWS; r++) {                                \
                    const hone_halves x = (hone_halves)(hone_words16)a[r * width + k];            \
                    sum[r][0] = __builtin_elementwise_fma(x, low, sum[r][0]);                     \
                    sum[r][1] = __builtin_elementwise_fma(x, high, sum[r][1]);                    \
                }                                                                                 \
            }                                                                                     \
            const int adds = accumulate || first > 0;                                             \
            HONE_PRODUCT_EACH for (int r = 0; r < ROWS; r++)                                      \
                HONE_PRODUCT_EACH for (int j = 0; j < 4; j++) {                                   \
                    hone_floats *to = (hone_floats *)(c + r * c_row + 16 * j);                    \
                    const hone_halves16 part = j % 2 ? sum[r][j / 2].hi : sum[r][j / 2].lo;       \
                    const hone_lanes wide = __builtin_convertvector(part, hone_lanes);            \
                    *to = adds ? (hone_lanes)*to + wide : wide;                                   \
                }                                                                                 \
        }                                                                                         \
    }

HONE_HALF_KERNEL(1)
HONE_HALF_KERNEL(2)
HONE_HALF_KERNEL(3)
HONE_HALF_KERNEL(4)
HONE_HALF_KERNEL(5)
HONE_HALF_KERNEL(6)
HONE_HALF_KERNEL(7)
HONE_HALF_KERNEL(8)
HONE_HALF_KERNEL(9)
HONE_HALF_KERNEL(10)
HONE_HALF_KERNEL(11)
HONE_HALF_KERNEL(12)

#define HONE_HALF_CASE(ROWS)                                                                      \
    case ROWS: hone_half_##ROWS(a, width, b, depth, c, c_row, accumulate); break;

static inline void hone_half_rows(
    long rows, const unsigned *a, long width, const _Float16 *b, long depth, float *c, long c_row,
    int accumulate) {
    switch (rows) {
        HONE_HALF_CASE(1)
        HONE_HALF_CASE(2)
        HONE_HALF_CASE(3)
        HONE_HALF_CASE(4)
        HONE_HALF_CASE(5)
        HONE_HALF_CASE(6)
        HONE_HALF_CASE(7)
        HONE_HALF_CASE(8)
        HONE_HALF_CASE(9)
        HONE_HALF_CASE(10)
        HONE_HALF_CASE(11)
        HONE_HALF_CASE(12)
    }
}

// target[i] = source[i], rounded.
static inline void hone_half_convert(const float *source, long count, _Float16 *target) {
    long i = 0;
    for (; i + 16 <= count; i += 16)
        *(hone_halves16_there *)(target + i) = __builtin_convertvector(
            (hone_lanes)*(const hone_floats *)(source + i), hone_halves16);
    for (; i < count; i++) target[i] = (_Float16)source[i];
}

// target[i] = source[i], rounded, twice in a word: spreading a word over a vector costs nothing, half a word does.
static inline void hone_half_double(const float *source, long count, unsigned *target) {
    long i = 0;
    for (; i + 16 <= count; i += 16) {
        const hone_halves16 half = __builtin_convertvector(
            (hone_lanes)*(const hone_floats *)(source + i), hone_halves16);
        const hone_words16 word = __builtin_convertvector((hone_shorts16)half, hone_words16);
        *(hone_words16_there *)(target + i) = word | word << 16;
    }
    for (; i < count; i++) {
        const _Float16 half = (_Float16)source[i];
        unsigned short bits;
        __builtin_memcpy(&bits, &half, sizeof bits);
        target[i] = bits | (unsigned)bits << 16;
    }
}

// packed ← b [depth, columns], panel after panel of 64 columns; columns is a multiple of 64.
static inline void hone_half_pack(
    const float *b, long b_row, long depth, long columns, void *packed) {
    for (long j = 0; j < columns; j += 64)
        for (long k = 0; k < depth; k++)
            hone_half_convert(b + k * b_row + j, 64, (_Float16 *)packed + j * depth + 64 * k);
}

// c [n, columns] = a [n, depth] · b [depth, columns], or c += the same.
static inline void hone_half_product(
    const float *a, long a_row, const void *packed, float *c, long c_row, long n, long columns,
    long depth, int accumulate) {
    unsigned tile[12 * HONE_HALF_DEPTH] __attribute__((aligned(64)));
    const long tiles = (n + 11) / 12;
    const long few = n / tiles, more = n - few * tiles;
    for (long k = 0; k < depth; k += HONE_HALF_DEPTH) {
        const long steps = depth - k < HONE_HALF_DEPTH ? depth - k : HONE_HALF_DEPTH;
        const float *from = a + k;
        float *to = c;
        for (long number = 0; number < tiles; number++) {
            const long rows = few + (number < more);
            for (long r = 0; r < rows; r++)
                hone_half_double(from + r * a_row, steps, tile + r * steps);
            for (long j = 0; j < columns; j += 64)
                hone_half_rows(
                    rows, tile, steps, (const _Float16 *)packed + j * depth + 64 * k, steps,
                    to + j, c_row, accumulate || k > 0);
            from += rows * a_row;
            to += rows * c_row;
        }
    }
}

#else

static inline int hone_has_halves(void) { return 0; }
static inline void hone_half_pack(
    const float *b, long b_row, long depth, long columns, void *packed) {}
static inline void hone_half_product(
    const float *a, long a_row, const void *packed, float *c, long c_row, long n, long columns,
    long depth, int accumulate) {}

#endif

#endif
