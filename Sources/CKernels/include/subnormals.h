#pragma once

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

// Makes this thread read and write subnormal numbers as zero: each costs over a hundred cycles otherwise.
// Returns the floating-point mode that was, for `hone_restore_float_mode`.
static inline unsigned long hone_flush_subnormals(void) {
#if defined(__x86_64__)
    // Flush to zero (bit 15) and denormals are zero (bit 6) of MXCSR.
    unsigned int mode = _mm_getcsr();
    _mm_setcsr(mode | 0x8040u);
    return mode;
#elif defined(__aarch64__)
    unsigned long mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    // FZ, bit 24 of FPCR.
    __asm__ volatile("msr fpcr, %0" : : "r"(mode | (1ul << 24)));
    return mode;
#else
    return 0;
#endif
}

static inline void hone_restore_float_mode(unsigned long mode) {
#if defined(__x86_64__)
    _mm_setcsr((unsigned int)mode);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
    (void)mode;
#endif
}
