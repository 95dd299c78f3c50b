#include "CPlatform.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a real-time thread needs of the process' memory: there before it is touched, and staying. */

uint64_t hone_memory_limit(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};
    if (syscall(SYS_capget, &header, sets) == 0 && (sets[0].effective & (1u << CAP_IPC_LOCK)))
        return UINT64_MAX;
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return 0;
    return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : (uint64_t)limit.rlim_cur;
}

int hone_lock_memory(void) {
    /* Brings in every page there is, and breaks the sharing that a fork left behind. */
    if (mlockall(MCL_CURRENT) != 0) return errno;
    /* Later ones stay once they are touched. Under a limit the allocation that reaches it would
       fail instead: then what is there at the start is all that is kept. */
    if (hone_memory_limit() == UINT64_MAX && mlockall(MCL_FUTURE | MCL_ONFAULT) != 0) return errno;
    return 0;
}

void hone_keep_freed_memory(void) {
    /* What was allocated once stays mapped. M_ARENA_MAX is left alone: fewer arenas would let a
       thread of the path wait for the learner's allocations. */
    mallopt(M_TRIM_THRESHOLD, -1);
    mallopt(M_MMAP_MAX, 0);
    /* Nobody moves pages about to make huge ones of them. */
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

/* More than a tick needs: of a robot of 64 axes, built without optimisation, it takes more than 256 KiB. */
__attribute__((noinline)) void hone_touch_stack(void) {
    volatile char stack[1 << 20];
    for (size_t byte = 0; byte < sizeof stack; byte += 4096) stack[byte] = 0;
}

uint64_t hone_peak_memory(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss * 1024;
}

/* The number that stands in a file behind `skipped` others; 0 where there is none. */
static uint64_t number_in(const char *path, int skipped) {
    char text[128] = {0};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) return 0;
    char *place = text;
    for (; skipped > 0; skipped--) {
        place = strchr(place, ' ');
        if (!place) return 0;
        place++;
    }
    return strtoull(place, NULL, 10);
}

uint64_t hone_resident_memory(pid_t process) {
    char path[32] = "/proc/self/statm";
    if (process != 0) snprintf(path, sizeof path, "/proc/%d/statm", (int)process);
    return number_in(path, 1) * (uint64_t)sysconf(_SC_PAGESIZE);
}

void hone_bound_memory(uint64_t more) {
    struct rlimit limit;
    uint64_t pages = number_in("/proc/self/statm", 5);
    if (pages == 0 || getrlimit(RLIMIT_DATA, &limit) != 0) return;
    rlim_t bound = pages * (uint64_t)sysconf(_SC_PAGESIZE) + more;
    if (limit.rlim_cur <= bound || limit.rlim_max < bound) return;
    limit.rlim_cur = bound;
    setrlimit(RLIMIT_DATA, &limit);
}

uint64_t hone_machine_memory(void) {
    uint64_t bytes = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    /* A container's own limit, where there is one ("max" is no number). */
    const char *limits[] = {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"};
    for (int index = 0; index < 2; index++) {
        uint64_t limit = number_in(limits[index], 0);
        if (limit > 0 && limit < bytes) bytes = limit;
    }
    return bytes;
}

void hone_page_faults(int of_thread, uint64_t *minor, uint64_t *major) {
    struct rusage usage;
    getrusage(of_thread ? RUSAGE_THREAD : RUSAGE_SELF, &usage);
    *minor = (uint64_t)usage.ru_minflt;
    *major = (uint64_t)usage.ru_majflt;
}
