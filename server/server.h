/* server: the state of klatchd, and its event loop. An iteration waits for events, reads, writes
 * the journal, sends, and frees closed connections, in this order. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "server/admin/control.h"
#include "server/admin/metrics.h"
#include "server/base/counters.h"
#include "server/config.h"
#include "server/members_file.h"
#include "server/net/acceptor.h"
#include "server/net/connections.h"
#include "server/net/listener.h"
#include "server/net/poller.h"
#include "server/options.h"
#include "server/room/room.h"
#include "server/schedule.h"
#include "server/shutdown.h"
#include "server/store/journal.h"
#include "server/system/helper.h"
#include "server/system/opener.h"
#include "server/system/sd_notify.h"
#include "server/system/worker.h"
#include "server/tls_files.h"

#include <stdbool.h>
#include <stdint.h>

/* Log lines at the start. */
#define SERVER_ADDRESS_IGNORED(address)                                                            \
    "ignoring the address " address ": listening sockets were inherited"
#define SERVER_RUNS_AS_ROOT "running as root; use --user to drop privileges"

/* Log lines that say which files a server in the sandbox can still open. */
#define SERVER_OPENS_JOURNAL(path, also)                                                           \
    "sandbox: can still read and write " path " and append to " also ".torn"
#define SERVER_OPENS_CONFIG(path) "sandbox: can still read " path
#define SERVER_OPENS_NOTHING      "sandbox: can open no file"

/* The log line of a HUP without a journal and a settings file. */
#define SERVER_NOTHING_TO_RELOAD "HUP did nothing: there is no journal and no settings file"

struct server {
    /* Opened and closed by the caller: */
    struct options options;
    struct counters counters;
    struct room room;
    struct listener listener;
    struct worker worker; /* for files other than the journal; not started: there are no files */
    const struct worker *log_worker;
    struct journal journal;
    struct metrics metrics;
    struct control control;
    struct ban_file ban_file;
    struct sd_notify notify;
    struct opener config_opener; /* opens the files of enum options_file again */
    struct tls_files tls_files;
    struct members_file members_file;
    struct helper cleaner; /* removes unix sockets; not started: klatchd removes them itself */
    size_t default_socket_memory; /* bytes, without --socket-memory */
    int signals;                  /* signalfd(2) */

    /* All zero until server_run: */
    struct poller poller;
    struct acceptor acceptor;
    struct conn_table conns;
    struct schedule schedule;
    struct shutdown shutdown;
    struct config_reload reload;
    bool reap_pending;        /* closed connections are left to free */
    struct cursor log_cursor; /* the next frame to log */
    bool log_pending;         /* log lines are not written yet */
    int64_t now;              /* milliseconds: start of the iteration */
    int64_t began_us;         /* the same in microseconds */
};

/* Serves the room until a signal ends it: SIGTERM and SIGINT request a shutdown, SIGHUP opens the
 * journal and reads the settings again, SIGUSR1 logs the metrics. Returns false with errno set if
 * the loop cannot start or continue. */
bool server_run(struct server *s);

#endif
