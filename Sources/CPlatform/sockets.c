// Local sockets: whole messages between programs of one machine.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* The address of `path` by way of an open descriptor of its folder, so that its length does not
   matter. *folder is to be closed after use. */
static int local_address(const char *path, struct sockaddr_un *address, int *folder) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char *parent = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    if (!parent) return ENOMEM;
    *folder = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int error = *folder < 0 ? errno : 0;
    free(parent);
    if (error) return error;
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    int length = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s",
                          *folder, name);
    if (length < 0 || (size_t)length >= sizeof address->sun_path) {
        close(*folder);
        return ENAMETOOLONG;
    }
    return 0;
}

static int local_socket(const char *path, int *descriptor,
                        int (*join)(int, const struct sockaddr *, socklen_t)) {
    struct sockaddr_un address;
    int folder = -1;
    int error = local_address(path, &address, &folder);
    if (error) return error;
    int made = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    /* The entry in the folder gets the mode that the socket has when it is bound. */
    if (made < 0 || fchmod(made, 0600) != 0 || join(made, (const struct sockaddr *)&address, sizeof address) != 0) error = errno;
    close(folder);
    /* Where the way by the descriptor is closed: no /proc, or something that watches over addresses. */
    if (made >= 0 && error && error != EADDRINUSE && error != ECONNREFUSED &&
        strlen(path) < sizeof address.sun_path) {
        strcpy(address.sun_path, path);
        error = join(made, (const struct sockaddr *)&address, sizeof address) != 0 ? errno : 0;
    }
    if (error) {
        if (made >= 0) close(made);
        return error;
    }
    *descriptor = made;
    return 0;
}

int hone_local_connect(const char *path, int *descriptor) {
    return local_socket(path, descriptor, connect);
}

int hone_local_answers(const char *path, int *answers) {
    struct sockaddr_un address;
    int folder = -1;
    int error = local_address(path, &address, &folder);
    if (error) return error;
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0 || connect(made, (const struct sockaddr *)&address, sizeof address) != 0) error = errno;
    close(folder);
    if (made >= 0) close(made);
    /* One of another kind, or with a full queue, is somebody's too. */
    *answers = error == 0 || error == EAGAIN || error == EPROTOTYPE;
    return *answers || error == ECONNREFUSED ? 0 : error;
}

/* Nobody else may connect from the first moment on. */
int hone_local_listen(const char *path, int *descriptor) {
    int error = local_socket(path, descriptor, bind);
    if (error) return error;
    if (listen(*descriptor, 64) != 0) {
        error = errno;
        close(*descriptor);
        unlink(path);
    }
    return error;
}

/* 1 when there is something to read, 0 when not within `timeout` ms, negative: -errno. */
static int local_wait(int descriptor, int timeout) {
    struct pollfd wait = {descriptor, POLLIN, 0};
    int count = poll(&wait, 1, timeout);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    return count;
}

int hone_local_accept(int listening, int timeout, int *descriptor, uint32_t *user, pid_t *process) {
    *descriptor = -1;
    int ready = local_wait(listening, timeout);
    if (ready <= 0) return -ready;
    int made = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    if (made < 0) return errno == EINTR || errno == ECONNABORTED ? 0 : errno;
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(made, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        int error = errno;
        close(made);
        return error;
    }
    *descriptor = made;
    *user = peer.uid;
    *process = peer.pid;
    return 0;
}

int hone_local_receive(int descriptor, void *bytes, size_t capacity, int timeout, size_t *count) {
    *count = 0;
    int ready = local_wait(descriptor, timeout);
    if (ready <= 0) return -ready;
    ssize_t received = recv(descriptor, bytes, capacity, 0);
    if (received < 0) return errno == EINTR || errno == ECONNRESET ? 0 : errno;
    *count = (size_t)received;
    return 0;
}

int hone_local_take(int descriptor, void *bytes, size_t capacity, size_t *count, int *gone) {
    *count = 0;
    *gone = 0;
    ssize_t received;
    do {
        received = recv(descriptor, bytes, capacity, MSG_DONTWAIT);
    } while (received < 0 && errno == EINTR);
    if (received > 0) *count = (size_t)received;
    if (received < 0 && errno != EAGAIN && errno != ECONNRESET) return errno;
    *gone = received == 0 || (received < 0 && errno == ECONNRESET);
    return 0;
}

int hone_local_poll(const int *descriptors, uint8_t *ready, int count, int timeout) {
    struct pollfd waits[HONE_LOCAL_MOST];
    if (count > HONE_LOCAL_MOST) return EINVAL;
    for (int index = 0; index < count; index++) {
        waits[index] = (struct pollfd){descriptors[index], POLLIN, 0};
        ready[index] = 0;
    }
    if (poll(waits, (nfds_t)count, timeout) < 0) return errno == EINTR ? 0 : errno;
    for (int index = 0; index < count; index++) ready[index] = waits[index].revents != 0;
    return 0;
}

/* Never waits: who does not read has no room at some time, and that is an error. */
int hone_local_send(int descriptor, const void *bytes, size_t count) {
    while (send(descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}
