// Products of matrices whose factors lie in the second-level cache, for processors with 512-bit vectors.
//
// c = op(a) · op(b), row-major. A tile of c, up to 12 rows by 32 columns, stays in registers while the inner
// dimension runs; b is read in place where its rows are near each other, and through a copied panel where they are
// not. Each element of c is one chain of fused multiply-adds in the order of the inner dimension, restarted every
// HONE_PRODUCT_DEPTH: so a row's result does not depend on the other rows of the call.
#ifndef HONE_PRODUCTS_H
#define HONE_PRODUCTS_H

#include "lanes.h"

#if defined(__AVX512F__)

// Whether this build has the kernels.
static inline int hone_has_products(void) { return 1; }

// 16 floats at any float's address.
typedef float hone_floats __attribute__((ext_vector_type(16), aligned(4)));

#define HONE_PRODUCT_TILE __attribute__((unused, noinline, min_vector_width(512)))
#define HONE_PRODUCT_EACH _Pragma("clang loop unroll(full)")

// Inner steps of one pass: a panel of 32 columns is 32 KiB then and stays in the first-level cache.
#define HONE_PRODUCT_DEPTH 256

struct hone_product_tile {
    const float *a;
    float *c;
    // From one row of op(a) to the next, and from one inner step to the next.
    long a_row, a_step;
    const float *b;
    long b_row, c_row, depth;
    int accumulate;
    // Row r of c starts at row r / copies of `start`, where copies is not 0.
    const float *start;
    long start_row, copies;
};

#define HONE_PRODUCT_KERNEL(ROWS, VECTORS)                                                        \
    static HONE_PRODUCT_TILE void hone_product_##ROWS##_##VECTORS(                                \
        const struct hone_product_tile *tile, long first, const float *a, float *c) {             \
        const float *b = tile->b;                                                                 \
        const long a_row = tile->a_row, a_step = tile->a_step, b_row = tile->b_row;               \
        const long c_row = tile->c_row;                                                           \
        hone_lanes sum[ROWS][VECTORS];                                                            \
        const long copies = tile->copies ? tile->copies : 1;                                      \
        const float *from = tile->start + first / copies * tile->start_row;                       \
        long left = copies - first % copies;                                                      \
        HONE_PRODUCT_EACH for (int r = 0; r < ROWS; r++) {                                        \
            HONE_PRODUCT_EACH for (int j = 0; j < VECTORS; j++)                                   \
                sum[r][j] = tile->accumulate                                                      \
                    ? (hone_lanes)*(const hone_floats *)(c + r * c_row + 16 * j)                  \
                    : tile->copies ? (hone_lanes)*(const hone_floats *)(from + 16 * j)            \
                                   : (hone_lanes)0.0f;                                            \
            if (tile->copies && --left == 0) {                                                    \
                left = copies;                                                                    \
                from += tile->start_row;                                                          \
            }                                                                                     \
        }                                                                                         \
        for (long k = 0; k < tile->depth; k++) {                                                  \
            hone_lanes row[VECTORS];                                                              \
            HONE_PRODUCT_EACH for (int j = 0; j < VECTORS; j++)                                   \
                row[j] = *(const hone_floats *)(b + 16 * j);                                      \
            /* The next columns of this row: far apart in memory, so nobody else foresees them. */\
            HONE_PRODUCT_EACH for (int j = 0; j < VECTORS; j++)                                   \
                __builtin_prefetch(b + 16 * (VECTORS + j), 0, 2);                                 \
            HONE_PRODUCT_EACH for (int r = 0; r < ROWS; r++) {                                    \
                const hone_lanes x = (hone_lanes)a[r * a_row];                                    \
                HONE_PRODUCT_EACH for (int j = 0; j < VECTORS; j++)                               \
                    sum[r][j] = __builtin_elementwise_fma(x, row[j], sum[r][j]);                  \
            }                                                                                     \
            a += a_step;                                                                          \
            b += b_row;                                                                           \
        }                                                                                         \
        HONE_PRODUCT_EACH for (int r = 0; r < ROWS; r++)                                          \
            HONE_PRODUCT_EACH for (int j = 0; j < VECTORS; j++)                                   \
                *(hone_floats *)(c + r * c_row + 16 * j) = (hone_floats)sum[r][j];                \
    }

#define HONE_PRODUCT_WIDTHS(ROWS) HONE_PRODUCT_KERNEL(ROWS, 1) HONE_PRODUCT_KERNEL(ROWS, 2)
HONE_PRODUCT_WIDTHS(1)
HONE_PRODUCT_WIDTHS(2)
HONE_PRODUCT_WIDTHS(3)
HONE_PRODUCT_WIDTHS(4)
HONE_PRODUCT_WIDTHS(5)
HONE_PRODUCT_WIDTHS(6)
HONE_PRODUCT_WIDTHS(7)
HONE_PRODUCT_WIDTHS(8)
HONE_PRODUCT_WIDTHS(9)
HONE_PRODUCT_WIDTHS(10)
HONE_PRODUCT_WIDTHS(11)
HONE_PRODUCT_WIDTHS(12)

#define HONE_PRODUCT_CASE(ROWS)                                                                   \
    case ROWS:                                                                                    \
        if (vectors == 2) hone_product_##ROWS##_2(t, first, a, c);                                       \
        else hone_product_##ROWS##_1(t, first, a, c);                                                    \
        break;

static inline void hone_product_run(
    const struct hone_product_tile *t, long first, const float *a, float *c, long rows,
    int vectors) {
    switch (rows) {
        HONE_PRODUCT_CASE(1)
        HONE_PRODUCT_CASE(2)
        HONE_PRODUCT_CASE(3)
        HONE_PRODUCT_CASE(4)
        HONE_PRODUCT_CASE(5)
        HONE_PRODUCT_CASE(6)
        HONE_PRODUCT_CASE(7)
        HONE_PRODUCT_CASE(8)
        HONE_PRODUCT_CASE(9)
        HONE_PRODUCT_CASE(10)
        HONE_PRODUCT_CASE(11)
        HONE_PRODUCT_CASE(12)
    }
}

#define HONE_PAIRS_LOW 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29
#define HONE_PAIRS_HIGH 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31
#define HONE_QUADS_LOW 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define HONE_QUADS_HIGH 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define HONE_EIGHTS_EVEN 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27
#define HONE_EIGHTS_ODD 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31

// target[i][j] = source[j][i] for 16 by 16 floats.
static HONE_PRODUCT_TILE void hone_transpose_16(
    const float *source, long source_row, float *target, long target_row) {
    hone_lanes v[16], w[16];
    HONE_PRODUCT_EACH for (int i = 0; i < 16; i++)
        v[i] = *(const hone_floats *)(source + i * source_row);
    HONE_PRODUCT_EACH for (int i = 0; i < 16; i += 2) {
        w[i] = __builtin_shufflevector(v[i], v[i + 1], HONE_PAIRS_LOW);
        w[i + 1] = __builtin_shufflevector(v[i], v[i + 1], HONE_PAIRS_HIGH);
    }
    // Group q of four rows: v[4q + c] holds column c of each quarter.
    HONE_PRODUCT_EACH for (int q = 0; q < 16; q += 4) {
        v[q] = __builtin_shufflevector(w[q], w[q + 2], HONE_QUADS_LOW);
        v[q + 1] = __builtin_shufflevector(w[q], w[q + 2], HONE_QUADS_HIGH);
        v[q + 2] = __builtin_shufflevector(w[q + 1], w[q + 3], HONE_QUADS_LOW);
        v[q + 3] = __builtin_shufflevector(w[q + 1], w[q + 3], HONE_QUADS_HIGH);
    }
    HONE_PRODUCT_EACH for (int c = 0; c < 4; c++) {
        w[c] = __builtin_shufflevector(v[c], v[4 + c], HONE_EIGHTS_EVEN);
        w[4 + c] = __builtin_shufflevector(v[c], v[4 + c], HONE_EIGHTS_ODD);
        w[8 + c] = __builtin_shufflevector(v[8 + c], v[12 + c], HONE_EIGHTS_EVEN);
        w[12 + c] = __builtin_shufflevector(v[8 + c], v[12 + c], HONE_EIGHTS_ODD);
    }
    // w[c] holds columns c and 8 + c of rows 0…7 as quarters (0, 2 | 0, 2), w[4 + c] columns 4 + c and 12 + c.
    HONE_PRODUCT_EACH for (int c = 0; c < 8; c++) {
        const hone_lanes low = w[c], high = w[8 + c];
        *(hone_floats *)(target + c * target_row) = (hone_floats)__builtin_shufflevector(
            low, high, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
        *(hone_floats *)(target + (c + 8) * target_row) = (hone_floats)__builtin_shufflevector(
            low, high, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    }
}

// target[j][i] = source[i][j] for `rows` by `columns` floats.
static inline void hone_transpose(
    const float *source, long source_row, long rows, long columns, float *target,
    long target_row) {
    for (long i = 0; i < rows; i += 16)
        for (long j = 0; j < columns; j += 16) {
            const float *from = source + i * source_row + j;
            float *to = target + j * target_row + i;
            if (i + 16 <= rows && j + 16 <= columns) {
                hone_transpose_16(from, source_row, to, target_row);
                continue;
            }
            for (long r = 0; r < 16 && i + r < rows; r++)
                for (long c = 0; c < 16 && j + c < columns; c++)
                    to[c * target_row + r] = from[r * source_row + c];
        }
}

// panel[k][j] = op(b)[k][j], `depth` rows of `columns` floats, a multiple of 16.
static inline void hone_product_pack(
    const float *b, long b_row, int transposed, long depth, long columns, float *panel) {
    for (long j = 0; j < columns; j += 16) {
        long k = 0;
        if (transposed)
            for (; k + 16 <= depth; k += 16)
                hone_transpose_16(b + j * b_row + k, b_row, panel + k * columns + j, columns);
        for (; k < depth; k++)
            for (long i = j; i < j + 16; i++)
                panel[k * columns + i] = transposed ? b[i * b_row + k] : b[k * b_row + i];
    }
}

// All rows of 16 · vectors columns of c; t->b is a panel or b itself.
static inline void hone_product_rows(
    const struct hone_product_tile *t, long rows, int vectors) {
    const long tiles = (rows + 11) / 12;
    const long few = rows / tiles, more = rows - few * tiles;
    const float *a = t->a;
    float *c = t->c;
    long first = 0;
    for (long tile = 0; tile < tiles; tile++) {
        const long count = few + (tile < more);
        hone_product_run(t, first, a, c, count, vectors);
        first += count;
        a += count * t->a_row;
        c += count * t->c_row;
    }
}

// Fewer than 16 columns where a lies transposed, by way of whole tiles: gradients of narrow layers.
static inline void hone_product_padded(
    struct hone_product_tile t, const float *b, long b_row, int transposed, long rows,
    long columns, float *panel) {
    for (long k = 0; k < t.depth; k++)
        for (long j = 0; j < 16; j++)
            panel[16 * k + j] =
                j < columns ? (transposed ? b[j * b_row + k] : b[k * b_row + j]) : 0;
    float whole[12 * 16];
    float *c = t.c;
    const long c_row = t.c_row;
    t.b = panel;
    t.b_row = 16;
    t.c_row = 16;
    for (long first = 0; first < rows; first += 12, c += 12 * c_row) {
        const long count = rows - first < 12 ? rows - first : 12;
        for (long r = 0; r < count; r++)
            for (long j = 0; j < 16; j++)
                whole[16 * r + j] = t.accumulate && j < columns ? c[r * c_row + j] : 0;
        hone_product_run(&t, 0, t.a + first * t.a_row, whole, count, 1);
        for (long r = 0; r < count; r++)
            for (long j = 0; j < columns; j++) c[r * c_row + j] = whole[16 * r + j];
    }
}

// Eight columns at a time as scalar products along the inner dimension: for what is narrower than a vector.
//
// Each of the 8 rows of `panel` is a column of op(b), filled up with zeros to whole vectors.
static HONE_PRODUCT_TILE void hone_product_narrow(
    const struct hone_product_tile *t, const float *panel, long panel_row, long rows,
    long columns) {
    const long whole = t->depth / 16, rest = t->depth % 16;
    for (long r = 0; r < rows; r++) {
        const float *a = t->a + r * t->a_row;
        hone_lanes sum[8];
        HONE_PRODUCT_EACH for (int j = 0; j < 8; j++) sum[j] = (hone_lanes)0.0f;
        for (long k = 0; k < whole; k++) {
            const hone_lanes x = *(const hone_floats *)(a + 16 * k);
            HONE_PRODUCT_EACH for (int j = 0; j < 8; j++)
                sum[j] = __builtin_elementwise_fma(
                    x, *(const hone_floats *)(panel + j * panel_row + 16 * k), sum[j]);
        }
        if (rest) {
            float last[16] = {0};
            for (long k = 0; k < rest; k++) last[k] = a[16 * whole + k];
            const hone_lanes x = *(const hone_floats *)last;
            HONE_PRODUCT_EACH for (int j = 0; j < 8; j++)
                sum[j] = __builtin_elementwise_fma(
                    x, *(const hone_floats *)(panel + j * panel_row + 16 * whole),
                    sum[j]);
        }
        float found[8];
        HONE_PRODUCT_EACH for (int j = 0; j < 8; j++) found[j] = hone_lanes_sum(sum[j]);
        float *c = t->c + r * t->c_row;
        for (long j = 0; j < columns; j++) c[j] = t->accumulate ? c[j] + found[j] : found[j];
    }
}

// panel[j][k] = op(b)[k][j] for `hone_product_narrow`.
static inline void hone_product_pack_narrow(
    const float *b, long b_row, int transposed, long depth, long columns, float *panel) {
    const long filled = (depth + 15) & ~15L;
    for (long j = 0; j < 8; j++) {
        float *to = panel + j * HONE_PRODUCT_DEPTH;
        const long used = j < columns ? depth : 0;
        if (transposed)
            for (long k = 0; k < used; k++) to[k] = b[j * b_row + k];
        else
            for (long k = 0; k < used; k++) to[k] = b[k * b_row + j];
        for (long k = used; k < filled; k++) to[k] = 0;
    }
}

// c [n, m] = op(a) [n, depth] · op(b) [depth, m], or c += the same.
//
// With `copies`, each row of `start` [n / copies, m] is what so many rows of c start at; it wants a multiple of 16
// columns.
static inline void hone_product(
    const float *a, long a_row, int transpose_a, const float *b, long b_row, int transpose_b,
    float *c, long c_row, long n, long m, long depth, int accumulate, const float *start,
    long start_row, long copies) {
    float panel[32 * HONE_PRODUCT_DEPTH] __attribute__((aligned(64)));
    for (long k = 0; k < depth; k += HONE_PRODUCT_DEPTH) {
        const long steps = depth - k < HONE_PRODUCT_DEPTH ? depth - k : HONE_PRODUCT_DEPTH;
        for (long j = 0; j < m;) {
            // A few rows do not pay for turning b: its rows are the columns that scalar products want.
            const int isTurned = transpose_b && !transpose_a && n <= 4 && steps % 16 == 0;
            const long columns = m - j >= 32 && !isTurned   ? 32
                                 : m - j >= 16 && !isTurned ? 16
                                 : m - j >= 8               ? 8
                                                            : m - j;
            const float *from = transpose_b ? b + j * b_row + k : b + k * b_row + j;
            struct hone_product_tile t;
            t.a = a + k * (transpose_a ? a_row : 1);
            t.a_row = transpose_a ? 1 : a_row;
            t.a_step = transpose_a ? a_row : 1;
            t.c = c + j;
            t.c_row = c_row;
            t.depth = steps;
            t.accumulate = accumulate || k > 0;
            t.start = start + j;
            t.start_row = start_row;
            t.copies = copies;
            if (isTurned && columns == 8) {
                hone_product_narrow(&t, from, b_row, n, 8);
            } else if (columns < 16 && !transpose_a) {
                hone_product_pack_narrow(from, b_row, transpose_b, steps, columns, panel);
                hone_product_narrow(&t, panel, HONE_PRODUCT_DEPTH, n, columns);
            } else if (columns < 16) {
                hone_product_padded(t, from, b_row, transpose_b, n, columns, panel);
            } else {
                const int vectors = columns == 32 ? 2 : 1;
                // Rows 4 KiB apart fall on the same lines of the cache; copying pays from some rows of c on.
                if (!transpose_b && (b_row < 1024 || n < 48)) {
                    t.b = from;
                    t.b_row = b_row;
                } else {
                    hone_product_pack(from, b_row, transpose_b, steps, columns, panel);
                    t.b = panel;
                    t.b_row = columns;
                }
                hone_product_rows(&t, n, vectors);
            }
            j += columns;
        }
    }
}

#else

// Elsewhere OpenBLAS does it all.
static inline int hone_has_products(void) { return 0; }
static inline void hone_product(
    const float *a, long a_row, int transpose_a, const float *b, long b_row, int transpose_b,
    float *c, long c_row, long n, long m, long depth, int accumulate, const float *start,
    long start_row, long copies) {}

// target[j][i] = source[i][j] for `rows` by `columns` floats.
static inline void hone_transpose(
    const float *source, long source_row, long rows, long columns, float *target,
    long target_row) {
    for (long i = 0; i < rows; i++)
        for (long j = 0; j < columns; j++)
            target[j * target_row + i] = source[i * source_row + j];
}

#endif

#endif
