#include "CAllocations.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HONE_SANITIZED 1
#endif
#endif

#if defined(HONE_SANITIZED) || !defined(__GLIBC__)

int64_t hone_allocation_count(void) { return -1; }
int64_t hone_thread_allocation_count(void) { return -1; }
int64_t hone_thread_live_bytes(void) { return 0; }
int64_t hone_thread_peak_bytes(void) { return 0; }
void hone_thread_forget_peak(void) {}

#else

/* glibc's own entry points; a program may define the public ones in their place. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static _Atomic int64_t count;
/* In the program's own block of thread-local memory, so that reaching it allocates nothing. */
static _Thread_local int64_t own_count __attribute__((tls_model("initial-exec")));

static _Thread_local int64_t live __attribute__((tls_model("initial-exec")));
static _Thread_local int64_t peak __attribute__((tls_model("initial-exec")));

static void *note(void *block) {
    atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
    own_count++;
    if (block) live += (int64_t)malloc_usable_size(block);
    if (live > peak) peak = live;
    return block;
}

int64_t hone_allocation_count(void) { return atomic_load_explicit(&count, memory_order_relaxed); }

int64_t hone_thread_allocation_count(void) { return own_count; }

int64_t hone_thread_live_bytes(void) { return live; }

int64_t hone_thread_peak_bytes(void) { return peak; }

void hone_thread_forget_peak(void) { peak = live; }

void *malloc(size_t size) { return note(__libc_malloc(size)); }

void *calloc(size_t number, size_t size) { return note(__libc_calloc(number, size)); }

void *realloc(void *block, size_t size) {
    int64_t before = block ? (int64_t)malloc_usable_size(block) : 0;
    void *moved = __libc_realloc(block, size);
    if (moved || !size) live -= before;
    return note(moved);
}

void free(void *block) {
    if (block) live -= (int64_t)malloc_usable_size(block);
    __libc_free(block);
}

void *memalign(size_t alignment, size_t size) { return note(__libc_memalign(alignment, size)); }

void *aligned_alloc(size_t alignment, size_t size) { return note(__libc_memalign(alignment, size)); }

int posix_memalign(void **block, size_t alignment, size_t size) {
    void *found = note(__libc_memalign(alignment, size));
    if (!found && size) return ENOMEM;
    *block = found;
    return 0;
}

#endif
