#ifndef HONE_CPLATFORM_H
#define HONE_CPLATFORM_H
/* What Swift's Glibc cannot see: macros, variadics and _GNU_SOURCE. Every symbol starts with hone_.
   Functions that can fail return 0 or an errno value; they never touch the caller's errno on purpose. */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* CLOCK_MONOTONIC, ns. */
uint64_t hone_now(void);
/* How long the machine was suspended in all, ns: CLOCK_BOOTTIME less CLOCK_MONOTONIC, to a millisecond. */
uint64_t hone_suspended(void);
/* CLOCK_REALTIME, ns since 1970, by a system call of its own: whoever watches those can show a process another. */
uint64_t hone_wall_clock(void);
/* Sleeps until CLOCK_MONOTONIC reaches `deadline` ns; interrupted sleeps go on. */
void hone_sleep_until(uint64_t deadline);

/* How a thread is scheduled. */
enum { HONE_NORMAL = 0, HONE_BATCH = 1, HONE_REALTIME = 2 };
/* Starts a thread that runs body(context). `value` is a nice value (batch) or a FIFO priority
   (realtime); it stays off the cores `avoided`. Returns when the thread has set itself up; *granted
   says whether it got all of its wish. */
int hone_thread_start(const char *name, int kind, int value, const int *avoided, int avoided_count,
                      size_t stack_bytes, void (*body)(void *), void *context, uint64_t *handle,
                      int *granted);
int hone_thread_join(uint64_t handle);
/* Nobody will join it: it goes when it ends, if it does. */
int hone_thread_detach(uint64_t handle);
int hone_thread_pin(uint64_t handle, int core);
int hone_thread_pin_self(int core);
/* Keeps the calling thread off cores; EINVAL where it may run on no other. */
int hone_thread_avoid_self(const int *avoided, int count);
/* The FIFO priority of the calling thread; 0 for any other scheduling. */
int hone_thread_priority_self(void);
/* The cores that the calling thread may run on, in their order; how many. */
int hone_cores(int *list, int capacity);
int hone_core_count(void);
/* The highest number of a core that this process may run on. */
int hone_last_core(void);
/* Cores that the machine has in use, whoever may run on them. */
int hone_machine_core_count(void);
/* Whether a thread of this process may be bound to `core`; asks the kernel, changes nothing. */
int hone_core_is_allowed(int core);

/* Lets the process open as many files as its hard limit allows; 0 or an errno. */
int hone_raise_file_limit(void);
/* No crash of this process writes its memory anywhere, nor of its children unless they say otherwise. */
void hone_forbid_core(void);

/* An eventfd: made non-blocking and close-on-exec. */
int hone_event_make(int *descriptor);
int hone_event_signal(int descriptor);
/* *signalled is 1 when an event was taken, 0 when `timeout` ns passed; negative waits for ever. */
int hone_event_wait(int descriptor, int64_t timeout, int *signalled);

/* Counts SIGINT and SIGTERM from now on instead of dying of them; ignores SIGPIPE. */
int hone_signals_install(void);
uint32_t hone_signals_count(int signal_number);
int hone_signal_interrupt(void);
int hone_signal_terminate(void);
int hone_signal_hang_up(void);
int hone_signal_kill(void);

/* Runs a program; the child dies with the thread that called this. Descriptors of -1 are
   /dev/null. `outlasts_terminal`: it ignores SIGHUP. The error of a failed exec comes back from here. */
int hone_spawn(const char *path, char *const arguments[], char *const environment[], int output,
               int errors, int outlasts_terminal, pid_t *process);
/* *ended is 1 when the child is gone; *code its exit status, or 128 + signal. */
int hone_wait(pid_t process, int block, int *ended, int *code);
/* The same without waiting, and without taking note: `hone_wait` still tells it. */
int hone_has_ended(pid_t process, int *ended, int *code);
/* The environment of this process. */
char *const *hone_environment(void);

/* A socket in the file system for programs of this machine: whole messages, mode 0600. Paths may
   be as long as the file system allows. */
int hone_local_listen(const char *path, int *descriptor);
int hone_local_connect(const char *path, int *descriptor);
/* *answers is 1 when a program listens at the socket `path`, of whatever kind it is, 0 when it is gone. */
int hone_local_answers(const char *path, int *answers);
/* *descriptor is -1 when nobody came within `timeout` ms; *user and *process are who is at the other end. */
int hone_local_accept(int listening, int timeout, int *descriptor, uint32_t *user, pid_t *process);
/* One message; *count is 0 when none came within `timeout` ms or the other end is gone. */
int hone_local_receive(int descriptor, void *bytes, size_t capacity, int timeout, size_t *count);
/* The same without waiting; *gone is 1 when the other end is. */
int hone_local_take(int descriptor, void *bytes, size_t capacity, size_t *count, int *gone);
/* Waits until one of at most HONE_LOCAL_MOST has something; ready[i] is then 1. */
enum { HONE_LOCAL_MOST = 64 };
int hone_local_poll(const int *descriptors, uint8_t *ready, int count, int timeout);
/* Without waiting: EAGAIN when the other end does not read. */
int hone_local_send(int descriptor, const void *bytes, size_t count);

/* Keeps present pages in memory, and future ones once touched where no limit stands in the way.
   Where pages are locked already it brings back in what a fork made shared. */
int hone_lock_memory(void);
/* Bytes that this process may lock; UINT64_MAX for as many as it likes. */
uint64_t hone_memory_limit(void);
/* Lets the allocator keep what it has, for the rest of the process' life. */
void hone_keep_freed_memory(void);
/* Touches the next 256 KiB of the calling thread's stack. */
void hone_touch_stack(void);
/* The most bytes that were in memory at once so far. */
uint64_t hone_peak_memory(void);
/* Bytes of a process in memory now, 0 being this one; 0 where /proc does not say. No allocation. */
uint64_t hone_resident_memory(pid_t process);
/* Refuses this process allocations beyond so many bytes more than it has now; nothing where /proc does not say. */
void hone_bound_memory(uint64_t more);
/* Bytes of memory that this machine has, or the container that the process runs in. */
uint64_t hone_machine_memory(void);
/* Of the calling thread, or of the whole process. */
void hone_page_faults(int of_thread, uint64_t *minor, uint64_t *major);

/* Writes the text and the place to descriptor 2 and aborts. */
void hone_die(const char *message, size_t message_bytes, const char *file, size_t file_bytes,
              unsigned line) __attribute__((noreturn));
#endif
