/* dialer: a process that makes klatch's connections, because the sandbox lets klatch neither look
 * up a name nor connect. It connects only to the host that it was started for (connector.h), as
 * often as klatch asks, and passes the socket. */
#ifndef TUI_NET_DIALER_H
#define TUI_NET_DIALER_H

#include "tui/net/connector.h"

/* The error after the process has ended. */
#define DIALER_ENDED "the process that connects has ended: start klatch again"

enum { DIALER_ERROR = 160 };

/* All zero: there is no process. */
struct dialer {
    bool is_running;
    int fd;           /* the process's socket */
    unsigned attempt; /* number of the last attempt */
    enum connector_state state;
    bool needs_no_lookup; /* the host is an address */
    bool is_resolved;     /* the host's addresses are known */
    bool is_gone;         /* the process has ended */
    int connected;        /* the connected socket; -1: none */
    bool is_local;        /* it leads to this machine */
    char error[DIALER_ERROR];
};

/* Starts the process for the connector's host. Returns false with errno set. */
bool dialer_start(struct dialer *d, struct connector *connector);

/* Asks for a new attempt; drops an earlier one. */
void dialer_dial(struct dialer *d);

/* Receives the reports of the process. Returns the state of its connector. */
enum connector_state dialer_process(struct dialer *d);

/* Returns the connected socket, for the caller to close. The dialer is idle afterwards. */
int dialer_take(struct dialer *d);

/* Ends the process. */
void dialer_free(struct dialer *d);

#endif
