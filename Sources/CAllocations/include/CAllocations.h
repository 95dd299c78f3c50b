#ifndef HONE_CALLOCATIONS_H
#define HONE_CALLOCATIONS_H
/* Counts the allocations of a whole program that links this: benchmarks and tests only. */
#include <stdint.h>

/* Blocks handed out by malloc and its relatives so far, on all threads; -1 where a sanitizer owns malloc. */
int64_t hone_allocation_count(void);
/* The same of the calling thread alone. */
int64_t hone_thread_allocation_count(void);
#endif
