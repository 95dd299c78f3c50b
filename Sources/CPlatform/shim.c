#include "CPlatform.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND 1000000000ull

/* Threads */

struct start {
    const char *name;
    int kind, value, granted;
    const int *avoided;
    int avoided_count;
    void (*body)(void *);
    void *context;
    sem_t ready;
};

static void *run(void *argument) {
    struct start *start = argument;
    char name[16] = {0}; /* the kernel's limit, with the terminator */
    strncpy(name, start->name, sizeof name - 1);
    pthread_setname_np(pthread_self(), name);
    struct sched_param parameters = {0};
    start->granted = 1;
    if (start->kind == HONE_REALTIME) {
        parameters.sched_priority = start->value;
        start->granted = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters) == 0;
    } else if (start->kind == HONE_BATCH) {
        int scheduled = pthread_setschedparam(pthread_self(), SCHED_BATCH, &parameters) == 0;
        /* On Linux a nice value belongs to a thread when named by its kernel id. */
        int niced = setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), start->value) == 0;
        start->granted = scheduled && niced;
    }
    if (start->avoided_count && hone_thread_avoid_self(start->avoided, start->avoided_count) != 0)
        start->granted = 0;
    if (start->kind == HONE_REALTIME) hone_touch_stack();
    /* The default slack lets a sleep end 50 us late. */
    if (!(start->kind == HONE_REALTIME && start->granted)) prctl(PR_SET_TIMERSLACK, 1);
    void (*body)(void *) = start->body;
    void *context = start->context;
    sem_post(&start->ready); /* `start` is the parent's stack: not touched after this. */
    body(context);
    return NULL;
}

int hone_thread_start(const char *name, int kind, int value, const int *avoided, int avoided_count,
                      size_t stack_bytes, void (*body)(void *), void *context, uint64_t *handle,
                      int *granted) {
    struct start start = {.name = name,
                          .kind = kind,
                          .value = value,
                          .avoided = avoided,
                          .avoided_count = avoided_count,
                          .body = body,
                          .context = context};
    pthread_attr_t attributes;
    pthread_t thread;
    int error = pthread_attr_init(&attributes);
    if (error) return error;
    error = pthread_attr_setstacksize(&attributes, stack_bytes);
    if (!error) {
        sem_init(&start.ready, 0, 0);
        error = pthread_create(&thread, &attributes, run, &start);
        if (!error) {
            while (sem_wait(&start.ready) != 0) {
            }
            *handle = (uint64_t)thread;
            *granted = start.granted;
        }
        sem_destroy(&start.ready);
    }
    pthread_attr_destroy(&attributes);
    return error;
}

int hone_thread_detach(uint64_t handle) { return pthread_detach((pthread_t)handle); }
int hone_thread_join(uint64_t handle) { return pthread_join((pthread_t)handle, NULL); }

int hone_thread_pin(uint64_t handle, int core) {
    if (core < 0 || core >= CPU_SETSIZE) return EINVAL;
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    return pthread_setaffinity_np((pthread_t)handle, sizeof cores, &cores);
}

int hone_thread_avoid_self(const int *avoided, int count) {
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0) return errno;
    for (int index = 0; index < count; index++) {
        if (avoided[index] < 0 || avoided[index] >= CPU_SETSIZE) return EINVAL;
        CPU_CLR(avoided[index], &cores);
    }
    if (CPU_COUNT(&cores) == 0) return EINVAL;
    return pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);
}

int hone_thread_priority_self(void) {
    int policy;
    struct sched_param parameters;
    if (pthread_getschedparam(pthread_self(), &policy, &parameters) != 0) return 0;
    return (policy & ~SCHED_RESET_ON_FORK) == SCHED_FIFO ? parameters.sched_priority : 0;
}

int hone_cores(int *list, int capacity) {
    cpu_set_t cores;
    int count = 0;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0) return 0;
    for (int core = 0; core < CPU_SETSIZE && count < capacity; core++) {
        if (CPU_ISSET(core, &cores)) list[count++] = core;
    }
    return count;
}

int hone_thread_pin_self(int core) { return hone_thread_pin((uint64_t)pthread_self(), core); }

int hone_core_count(void) {
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
    return CPU_COUNT(&cores);
}

int hone_machine_core_count(void) { return (int)sysconf(_SC_NPROCESSORS_ONLN); }

int hone_last_core(void) {
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0) return 0;
    for (int core = CPU_SETSIZE - 1; core > 0; core--) {
        if (CPU_ISSET(core, &cores)) return core;
    }
    return 0;
}

static void *try_core(void *argument) {
    int core = *(int *)argument;
    *(int *)argument = hone_thread_pin_self(core) == 0;
    return NULL;
}

int hone_core_is_allowed(int core) {
    /* On a thread of its own, which is gone afterwards. */
    pthread_t thread;
    int answer = core;
    if (pthread_create(&thread, NULL, try_core, &answer) != 0) return 0;
    pthread_join(thread, NULL);
    return answer;
}

/* Events */

int hone_event_make(int *descriptor) {
    *descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return *descriptor < 0 ? errno : 0;
}

int hone_event_signal(int descriptor) {
    uint64_t one = 1;
    while (write(descriptor, &one, sizeof one) < 0) {
        if (errno == EAGAIN) return 0; /* saturated: it is signalled */
        if (errno != EINTR) return errno;
    }
    return 0;
}

int hone_event_wait(int descriptor, int64_t timeout, int *signalled) {
    uint64_t deadline = timeout < 0 ? 0 : hone_now() + (uint64_t)timeout;
    *signalled = 0;
    for (;;) {
        uint64_t taken;
        if (read(descriptor, &taken, sizeof taken) == sizeof taken) {
            *signalled = 1;
            return 0;
        }
        if (errno != EAGAIN && errno != EINTR) return errno;
        struct timespec left = {0};
        if (timeout >= 0) {
            uint64_t now = hone_now();
            if (now >= deadline) return 0;
            left.tv_sec = (time_t)((deadline - now) / SECOND);
            left.tv_nsec = (long)((deadline - now) % SECOND);
        }
        struct pollfd polled = {.fd = descriptor, .events = POLLIN};
        if (ppoll(&polled, 1, timeout < 0 ? NULL : &left, NULL) < 0 && errno != EINTR) return errno;
    }
}

/* Signals */

static _Atomic uint32_t interrupts, terminations, hangups;

static _Atomic uint32_t *counter(int signal_number) {
    return signal_number == SIGINT ? &interrupts : signal_number == SIGHUP ? &hangups : &terminations;
}

static void count(int signal_number) { atomic_fetch_add(counter(signal_number), 1); }

int hone_signals_install(void) {
    struct sigaction action = {.sa_handler = count}; /* no SA_RESTART: sleeping calls wake */
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGINT, &action, NULL) || sigaction(SIGTERM, &action, NULL)) return errno;
    struct sigaction former;
    if (sigaction(SIGHUP, NULL, &former) != 0) return errno;
    /* Who was started with nohup stays. */
    if (former.sa_handler != SIG_IGN && sigaction(SIGHUP, &action, NULL) != 0) return errno;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    return sigaction(SIGPIPE, &ignore, NULL) ? errno : 0;
}

uint32_t hone_signals_count(int signal_number) {
    return atomic_load(counter(signal_number));
}

int hone_signal_interrupt(void) { return SIGINT; }
int hone_signal_terminate(void) { return SIGTERM; }
int hone_signal_hang_up(void) { return SIGHUP; }
int hone_signal_kill(void) { return SIGKILL; }

/* Processes */

static void become(const char *path, char *const arguments[], char *const environment[],
                   int output, int errors, int outlasts_terminal, pid_t parent, int report) {
    /* Between fork and exec only async-signal-safe calls: other threads may have held any lock. */
    int failure = 0;
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 0) < 0 || dup2(output < 0 ? null : output, 1) < 0 ||
        dup2(errors < 0 ? null : errors, 2) < 0) {
        failure = errno;
    }
    /* A group of its own: Ctrl-C in the terminal is for the parent, which ends its children in order. */
    if (!failure && setpgid(0, 0) != 0) failure = errno;
    if (!failure && prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) failure = errno;
    if (!failure && getppid() != parent) failure = ESRCH; /* it died before the line above */
    if (!failure) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        signal(SIGPIPE, SIG_DFL);
        if (outlasts_terminal) signal(SIGHUP, SIG_IGN);
        /* Everything but the report pipe, which closes itself when exec succeeds. */
        if (report > 3) syscall(SYS_close_range, 3u, (unsigned)report - 1, 0u);
        syscall(SYS_close_range, (unsigned)report + 1, ~0u, 0u);
        execve(path, arguments, environment);
        failure = errno;
    }
    ssize_t written = write(report, &failure, sizeof failure);
    (void)written;
    _exit(127);
}

int hone_spawn(const char *path, char *const arguments[], char *const environment[], int output,
               int errors, int outlasts_terminal, pid_t *process) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return errno;
    if (report[1] < 3) { /* keep it clear of the child's 0, 1 and 2 */
        int moved = fcntl(report[1], F_DUPFD_CLOEXEC, 3);
        close(report[1]);
        report[1] = moved;
    }
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) {
        int error = errno;
        close(report[0]);
        close(report[1]);
        return error;
    }
    if (child == 0) {
        become(path, arguments, environment, output, errors, outlasts_terminal, parent, report[1]);
    }
    close(report[1]);
    int failure = 0;
    ssize_t got;
    do {
        got = read(report[0], &failure, sizeof failure);
    } while (got < 0 && errno == EINTR);
    close(report[0]);
    if (got == sizeof failure) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
        return failure;
    }
    *process = child;
    return 0;
}

int hone_wait(pid_t process, int block, int *ended, int *code) {
    int status;
    pid_t got;
    do {
        got = waitpid(process, &status, block ? 0 : WNOHANG);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return errno;
    *ended = got == process;
    if (*ended) *code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return 0;
}

int hone_has_ended(pid_t process, int *ended, int *code) {
    siginfo_t found;
    found.si_pid = 0;
    while (waitid(P_PID, (id_t)process, &found, WEXITED | WNOHANG | WNOWAIT) != 0) {
        if (errno != EINTR) return errno;
    }
    *ended = found.si_pid == process;
    if (*ended) *code = found.si_code == CLD_EXITED ? found.si_status : 128 + found.si_status;
    return 0;
}

extern char **environ;
char *const *hone_environment(void) { return environ; }

/* Dying */

static void say(const char *text, size_t bytes) {
    ssize_t written = write(2, text, bytes);
    (void)written;
}

void hone_die(const char *message, size_t message_bytes, const char *file, size_t file_bytes,
              unsigned line) {
    char digits[16];
    int length = snprintf(digits, sizeof digits, ":%u: ", line);
    say(file, file_bytes);
    say(digits, (size_t)length);
    say("invariant broken: ", 18);
    say(message, message_bytes);
    say("\n", 1);
    abort();
}
