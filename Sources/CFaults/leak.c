#define _GNU_SOURCE
#include "CFaults.h"
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

#ifdef __x86_64__

/* Lets the thread run to its next stop at a system call; signals on the way are its own. */
static int run_to_call(pid_t thread) {
    int forwarded = 0, status = 0;
    for (;;) {
        if (ptrace(PTRACE_SYSCALL, thread, 0, forwarded) != 0) return errno;
        if (waitpid(thread, &status, __WALL) != thread) return errno;
        if (!WIFSTOPPED(status)) return ESRCH;
        if (WSTOPSIG(status) == (SIGTRAP | 0x80)) return 0;
        /* A stop that is ptrace's own carries an event; anything else is a signal for the thread. */
        forwarded = status >> 16 ? 0 : WSTOPSIG(status);
    }
}

/* Has the thread make one other call in place of the one it is about to make, and then that. */
static int call_instead(pid_t thread, long long number, const unsigned long long arguments[6], long long *result) {
    struct user_regs_struct before, other;
    int error = run_to_call(thread);
    if (error) return error;
    if (ptrace(PTRACE_GETREGS, thread, 0, &before) != 0) return errno;
    other = before;
    other.orig_rax = (unsigned long long)number;
    other.rdi = arguments[0];
    other.rsi = arguments[1];
    other.rdx = arguments[2];
    other.r10 = arguments[3];
    other.r8 = arguments[4];
    other.r9 = arguments[5];
    if (ptrace(PTRACE_SETREGS, thread, 0, &other) != 0) return errno;
    error = run_to_call(thread);
    if (error) return error;
    if (ptrace(PTRACE_GETREGS, thread, 0, &other) != 0) return errno;
    *result = (long long)other.rax;
    /* Back in front of its own call: the instruction has two bytes. */
    other = before;
    other.rip -= 2;
    other.rax = before.orig_rax;
    other.orig_rax = (unsigned long long)-1;
    if (ptrace(PTRACE_SETREGS, thread, 0, &other) != 0) return errno;
    return *result < 0 && *result > -4096 ? (int)-*result : 0;
}

/* Memory that is locked as it is touched is not touched by MAP_POPULATE: that is a call of its own. */
static int map_and_touch(pid_t thread, size_t bytes) {
    const unsigned long long nobody = (unsigned long long)-1;
    const unsigned long long map[6] = {
        0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, nobody, 0};
    long long address = 0, nothing = 0;
    int error = call_instead(thread, SYS_mmap, map, &address);
    if (error) return error;
    const unsigned long long touch[6] = {(unsigned long long)address, bytes, 23 /* MADV_POPULATE_WRITE */};
    return call_instead(thread, SYS_madvise, touch, &nothing);
}

int hone_leak(pid_t thread, size_t bytes) {
    int status = 0;
    if (ptrace(PTRACE_SEIZE, thread, 0, PTRACE_O_TRACESYSGOOD) != 0) return errno;
    int error = ptrace(PTRACE_INTERRUPT, thread, 0, 0) != 0 ? errno : 0;
    if (!error && waitpid(thread, &status, __WALL) != thread) error = errno;
    if (!error) error = map_and_touch(thread, bytes);
    ptrace(PTRACE_DETACH, thread, 0, 0);
    return error;
}

#else

int hone_leak(pid_t thread, size_t bytes) {
    (void)thread;
    (void)bytes;
    return ENOSYS;
}

#endif
