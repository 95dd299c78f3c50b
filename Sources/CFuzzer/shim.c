#include "CFuzzer.h"

__attribute__((weak)) int LLVMFuzzerRunDriver(int *, char ***, int (*)(const uint8_t *, size_t));

int hone_has_fuzzer(void) { return LLVMFuzzerRunDriver != 0; }

int hone_run_fuzzer(int count, char **words, int (*body)(const uint8_t *, size_t)) {
    return LLVMFuzzerRunDriver ? LLVMFuzzerRunDriver(&count, &words, body) : -1;
}
