#include <zmq.h>

// libzmq has had it since 4.3; its header hides it among what may still change.
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif
