#ifndef HONE_CFUZZER_H
#define HONE_CFUZZER_H
/* libFuzzer, where the program was linked with it (`launch/measure fuzz`): benchmarks only. */
#include <stddef.h>
#include <stdint.h>

/* Whether it is there. */
int hone_has_fuzzer(void);
/* Runs it with a command line as its own; it ends the process when it has done what it was asked. -1 where it is not there. */
int hone_run_fuzzer(int count, char **words, int (*body)(const uint8_t *, size_t));
#endif
