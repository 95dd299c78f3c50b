#ifndef HONE_CALLOCATIONS_H
#define HONE_CALLOCATIONS_H
/* Counts the allocations of a whole program that links this: benchmarks and tests only. */
#include <stdint.h>

/* Blocks handed out by malloc and its relatives so far, on all threads; -1 where a sanitizer owns malloc. */
int64_t hone_allocation_count(void);
/* The same of the calling thread alone. */
int64_t hone_thread_allocation_count(void);
/* Bytes that the calling thread has allocated and not freed (what it frees for others counts below 0); 0 under a
   sanitizer that owns malloc. */
int64_t hone_thread_live_bytes(void);
/* The most of them since the peak was last forgotten. */
int64_t hone_thread_peak_bytes(void);
/* The peak begins again at what is allocated now. */
void hone_thread_forget_peak(void);
#endif
