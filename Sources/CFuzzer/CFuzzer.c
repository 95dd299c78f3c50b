#include "CFuzzer.h"

#include <string.h>

/* Part of clang's run-time library; `-u LLVMFuzzerRunDriver` makes the linker take it. */
__attribute__((weak)) extern int LLVMFuzzerRunDriver(
    int *count, char ***arguments, int (*input)(const uint8_t *, size_t));

int hone_has_fuzzer(void) { return LLVMFuzzerRunDriver != 0; }

int hone_fuzz(int count, char **arguments, int (*input)(const uint8_t *, size_t)) {
    return LLVMFuzzerRunDriver ? LLVMFuzzerRunDriver(&count, &arguments, input) : -1;
}

char *hone_copied_text(const char *text) { return strdup(text); }
