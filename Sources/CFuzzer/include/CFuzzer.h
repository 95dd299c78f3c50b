#ifndef HONE_CFUZZER_H
#define HONE_CFUZZER_H
/* LLVM's libFuzzer, where a program was built with -sanitize=fuzzer; every other build has none. */
#include <stddef.h>
#include <stdint.h>

/* Whether libFuzzer is part of this program. */
int hone_has_fuzzer(void);
/* Hands its arguments and one input at a time to libFuzzer, which ends the process; -1 where there is none. */
int hone_fuzz(int count, char **arguments, int (*input)(const uint8_t *, size_t));
/* A copy of a text that lives as long as the process. */
char *hone_copied_text(const char *text);
#endif
