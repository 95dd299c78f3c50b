#include "CPlatform.h"
#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000ull

uint64_t hone_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

uint64_t hone_suspended(void) {
    uint64_t suspended = 0, narrowest = UINT64_MAX;
    /* Whoever is kept waiting between two readings would find a difference that is none. */
    for (int attempt = 0; attempt < 8 && narrowest > SECOND / 1000; attempt++) {
        uint64_t before = hone_now();
        struct timespec now = {0};
        clock_gettime(CLOCK_BOOTTIME, &now);
        uint64_t width = hone_now() - before;
        uint64_t boot = (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
        if (width >= narrowest) continue;
        narrowest = width;
        suspended = boot > before ? boot - before : 0;
    }
    return suspended;
}

uint64_t hone_wall_clock(void) {
    struct timespec now = {0};
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

void hone_sleep_until(uint64_t deadline) {
    struct timespec until = {.tv_sec = (time_t)(deadline / SECOND), .tv_nsec = (long)(deadline % SECOND)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
    }
}
