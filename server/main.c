/* klatchd: the parts built, the loop run. */
#include "server/admin/admin.h"
#include "server/admin/ctl.h"
#include "server/check.h"
#include "server/net/listener.h"
#include "server/options.h"
#include "server/room/lookalike.h"
#include "server/room/room.h"
#include "server/server.h"
#include "server/store/journal.h"
#include "server/store/replay.h"
#include "server/system/log.h"
#include "server/system/privileges.h"
#include "server/system/ring_map.h"
#include "server/system/sandbox.h"
#include "server/system/sd_notify.h"
#include "server/system/socket_activation.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "klatchd: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

/* So that nothing we open becomes a standard stream by accident. */
static void fill_standard_streams(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) close(fd);
}

/* As many connections as the system lets us have. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* What is long goes back to the system when it is freed, whoever has memory behind it: a crowd that
 * went leaves none behind. By itself malloc(3) would raise the limit with what it sees freed. */
static void give_memory_back(void)
{
    enum { LONG = 8 * 1024 };
    mallopt(M_MMAP_THRESHOLD, LONG);
}

/* All signals are read from a descriptor by the loop; a peer that is gone is an error of send(2),
 * a log that may not grow one of write(2). */
static int block_signals(void)
{
    static const int all[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) sigaddset(&blocked, all[i]);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return signalfd(-1, &blocked, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void open_room(struct room *room, const struct options *options)
{
    char *memory = ring_map_new(options->ring);
    if (!memory) die("cannot map the ring");
    room_init(room, memory, options->ring);
    if (!room_set_history(room, (size_t)options->history)) die("cannot keep so much history");
    room->nicks.lookalike = lookalike_new();
    if (!room->nicks.lookalike) log_event("nicknames may look alike: ICU lacks its data");
}

static void close_room(struct room *room)
{
    room_deinit(room);
    lookalike_free(room->nicks.lookalike);
    ring_map_free(room->ring.mem, room->ring.size);
}

static_assert((int)SOCKET_ACTIVATION_MAX <= (int)LISTENER_MAX,
              "listener_inherit takes all of them");

/* Sockets that were handed over count before an address. */
static bool open_listener(struct listener *listener, const struct socket_activation *handed,
                          const struct options *options)
{
    if (handed->count == 0)
        return listener_open(listener, LISTENER_ROOM, options->address, options->port);
    listener_inherit(listener, SOCKET_ACTIVATION_FIRST, handed->count, handed->names);
    if (options->address)
        log_event("the address %s does not count: sockets were handed over", options->address);
    return true;
}

static void drop_privileges(const struct options *options, const struct privileges *privileges)
{
    if (options->user && !privileges_drop(privileges)) die("cannot become another user");
    if (geteuid() == 0) log_event("running as root: --user NAME makes it somebody with less power");
    if (options->config && access(options->config, R_OK) < 0)
        log_event("this user cannot read %s again: %s", options->config, strerror(errno));
}

/* What is in the journal already is not written to it again. */
static bool open_journal(struct journal *j, struct room *room, const struct options *options)
{
    if (!options->journal) return true;
    enum journal_sync_mode mode = (enum journal_sync_mode)options->journal_sync;
    if (!journal_open(j, options->journal, mode)) return false;
    replay_journal(j->fd, room, (size_t)options->history);
    j->at = room->ring.head;
    return true;
}

int main(int argc, char **argv)
{
    static struct room room;
    static struct journal journal;
    static struct admin admin;
    struct options options;
    struct listener listener;
    struct privileges privileges = {0};
    static struct socket_activation handed;
    struct sd_notify notify;
    give_memory_back();
    options_read(&options, argc, argv);
    if (options.check) return check_print(&options) ? EXIT_SUCCESS : EX_IOERR;
    if (options.control) return ctl_run(options.control, options.command);
    fill_standard_streams();
    if (!socket_activation_read(&handed)) return EXIT_FAILURE;
    if (options.user && !privileges_find(&privileges, options.user)) return EXIT_FAILURE;

    int signals = block_signals();
    if (signals < 0) die("cannot wait for signals");
    raise_descriptor_limit();
    log_open();
    open_room(&room, &options);
    sd_notify_open(&notify);
    if (!open_listener(&listener, &handed, &options)) return EXIT_FAILURE;
    if (!admin_open(&admin, &options)) {
        listener_close(&listener);
        return EXIT_FAILURE;
    }
    drop_privileges(&options, &privileges);
    const struct sandbox sandbox = {
        .sockets = {listener.path, admin.metrics.endpoint.listener.path,
                    admin.control.endpoint.listener.path},
        .is_controlled = options.control_socket,
        .journal = options.journal,
        .config = options.config,
        .is_off = !options.sandbox,
    };
    sandbox_apply_landlock(&sandbox);
    if (!open_journal(&journal, &room, &options)) {
        listener_close(&listener);
        admin_close(&admin);
        return EX_IOERR;
    }
    sandbox_apply_seccomp(&sandbox);
    log_flush();

    bool ok = server_run(&room, &listener, &journal, &admin, signals, &options, &notify);
    if (!ok) fprintf(stderr, "klatchd: cannot go on: %s\n", strerror(errno));
    listener_close(&listener);
    admin_close(&admin);
    sd_notify_close(&notify);
    journal_close(&journal);
    close_room(&room);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
