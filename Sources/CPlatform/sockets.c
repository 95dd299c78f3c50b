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
    if (listen(*descriptor, 8) != 0) {
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

int hone_local_accept(int listening, int timeout, int *descriptor, uint32_t *user) {
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

int hone_local_send(int descriptor, const void *bytes, size_t count) {
    while (send(descriptor, bytes, count, MSG_NOSIGNAL) < 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}
