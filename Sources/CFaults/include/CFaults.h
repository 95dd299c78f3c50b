#ifndef HONE_CFAULTS_H
#define HONE_CFAULTS_H
/* What is done to another process from outside, as a debugger would: for the fault catalogue only. */
#include <stddef.h>
#include <sys/types.h>

/* Has a thread of another process map `bytes` of memory, touch all of them and forget them: a leak. The thread stands
   still for it, no other does, and then goes on with what it was about to do. Returns 0 or an errno value: ENOSYS for a
   processor that this does not know, EPERM where the system lets nobody do so. */
int hone_leak(pid_t thread, size_t bytes);
#endif
