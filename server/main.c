/* klatchd: opens the sockets and files, applies the sandbox, and runs the server. */
#include "server/admin/control_client.h"
#include "server/config.h"
#include "server/net/socket.h"
#include "server/room/lookalike.h"
#include "server/server.h"
#include "server/store/replay.h"
#include "server/system/log.h"
#include "server/system/privileges.h"
#include "server/system/ring_map.h"
#include "server/system/sandbox.h"
#include "server/system/socket_activation.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "klatchd: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

/* Opens missing standard streams, so that no socket or file becomes one. */
static void fill_standard_streams(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) close(fd);
}

static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* Makes free(3) return large blocks to the system, so that memory shrinks when many members have
 * left. By default, malloc(3) raises this threshold with the size of freed blocks. */
static void return_freed_memory(void)
{
    enum { LONG = 8 * 1024 };
    mallopt(M_MMAP_THRESHOLD, LONG);
}

/* Returns a descriptor from which the loop reads the signals, or -1 with errno set. Ignores SIGPIPE
 * and SIGXFSZ: send(2) and write(2) return these errors too; and SIGCHLD, so that a helper that has
 * ended leaves no zombie. */
static int block_signals(void)
{
    static const int all[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) sigaddset(&blocked, all[i]);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    return signalfd(-1, &blocked, SFD_NONBLOCK | SFD_CLOEXEC);
}

static bool fill_random(void *out, size_t n)
{
    return getrandom(out, n, 0) == (ssize_t)n;
}

static void open_room(struct server *s)
{
    char *memory = ring_map_new(s->options.ring);
    if (!memory) die("cannot allocate the message buffer (--ring)");
    room_init(&s->room, &s->counters, memory, s->options.ring);
    room_set_history(&s->room, (size_t)s->options.history);
    s->room.nicks.fill_random = fill_random;
    s->room.nicks.lookalike = lookalike_new();
    if (!s->room.nicks.lookalike)
        log_event("look-alike nicknames are not refused: ICU data is missing");
}

static void close_room(struct room *room)
{
    room_deinit(room);
    lookalike_free(room->nicks.lookalike);
    ring_map_free(room->ring.mem, room->ring.size);
}

static_assert((int)SOCKET_ACTIVATION_MAX <= (int)LISTENER_MAX,
              "listener_inherit takes all of them");

/* Uses inherited sockets instead of the address, if there are any. */
static bool open_listener(struct server *s, const struct socket_activation *inherited)
{
    static struct address all[OPTIONS_ADDRESSES];
    const struct options *o = &s->options;
    if (inherited->count == 0)
        return listener_open(&s->listener, LISTENER_ROOM, all, options_addresses(o, all));
    listener_inherit(&s->listener, SOCKET_ACTIVATION_FIRST, inherited->count, inherited->names,
                     o->tls);
    if (o->address) log_event(SERVER_ADDRESS_IGNORED("%s"), o->address);
    for (int i = 0; i < o->listen.count; i++)
        log_event(SERVER_ADDRESS_IGNORED("%s"), o->listen.values[i]);
    return true;
}

static void drop_privileges(const struct options *options, const struct privileges *privileges)
{
    if (options->user && !privileges_drop(privileges)) die("cannot switch to the user of --user");
    if (geteuid() == 0) log_event(SERVER_RUNS_AS_ROOT);
    if (options->config && access(options->config, R_OK) < 0)
        log_event("a reload will fail, because this user cannot read %s: %s", options->config,
                  strerror(errno));
}

static bool open_journal(struct server *s)
{
    const struct options *o = &s->options;
    if (!o->journal) return true;
    enum journal_sync_mode mode = (enum journal_sync_mode)o->journal_sync;
    if (!journal_open(&s->journal, o->journal, mode, &s->worker)) return false;
    replay_journal(s->journal.fd, &s->journal.opener, &s->room, (size_t)o->history);
    opener_open(&s->journal.opener, JOURNAL_REPLAYED);
    s->journal.max = (off_t)o->journal_max;
    return true;
}

/* Whether there are files of enum options_file. */
static bool reads_again(const struct options *o)
{
    return o->config || o->members || options_use_tls(o);
}

/* Starts the log's thread and, if there are files, the server's. */
static bool start_workers(struct server *s)
{
    s->log_worker = log_start();
    const struct options *o = &s->options;
    bool has_files = o->journal || o->bans || reads_again(o);
    return !has_files || worker_start(&s->worker);
}

/* Opens the administrator's sockets, if the options ask for them. */
static bool open_admin(struct server *s)
{
    const struct options *o = &s->options;
    return (!o->stats || metrics_open(&s->metrics, o->stats)) &&
           (!o->control_socket || control_open(&s->control, o->control_socket));
}

/* Opens the file of the bans, which stays open: the sandbox forbids to open it later. */
static bool open_bans(struct server *s)
{
    const char *path = s->options.bans;
    const char *why = path ? ban_file_open(&s->ban_file, path) : NULL;
    if (why) fprintf(stderr, "klatchd: cannot use the file of the bans: %s: %s\n", path, why);
    s->ban_file.worker = &s->worker;
    return !why;
}

static bool open_tls(struct server *s)
{
    s->tls_files.asks_for_keys = s->options.members;
    return tls_files_open(&s->tls_files, &s->options);
}

static bool open_members(struct server *s)
{
    struct members_file *f = &s->members_file;
    f->lookalike = s->room.nicks.lookalike;
    f->options = &s->options;
    f->opener = &s->config_opener;
    f->worker = &s->worker;
    if (!members_file_open(f)) return false;
    if (s->options.members) s->room.allowlist = &f->list;
    return true;
}

/* -- the helpers -- */

static bool is_sandboxed(const struct server *s)
{
    return SANDBOX_IS_POSSIBLE && s->options.sandbox;
}

/* Starts the helper that opens files for a server in the sandbox. It becomes the user of --user
 * first, so that it opens no file that the server itself could not open. */
static void start_opener(struct server *s, struct opener *o, const struct sandbox *sandbox,
                         const struct privileges *privileges)
{
    if (!is_sandboxed(s)) return;
    pid_t pid = helper_fork(&o->helper, "klatchd-opener");
    if (pid < 0) die("cannot start the process that opens files");
    if (pid > 0) return;
    helper_close_others(&o->helper);
    if (s->options.user && !privileges_drop(privileges)) _exit(EXIT_FAILURE);
    sandbox_apply_landlock(sandbox);
    sandbox_apply_seccomp(sandbox);
    opener_serve(o);
}

/* Starts the helpers while klatchd is small and has neither sockets nor threads: one for the
 * journal, so that a slow disk of other files does not delay it. */
static void start_openers(struct server *s, const struct privileges *privileges)
{
    const struct options *o = &s->options;
    static char paths[OPTIONS_FILES][PATH_MAX];
    const struct sandbox journal = {.process = SANDBOX_OPENER, .writes = o->journal};
    struct sandbox config = {.process = SANDBOX_OPENER};
    for (int i = 0; i < OPTIONS_FILES; i++)
        if (options_path(o, (enum options_file)i, paths[i])) config.reads[i] = paths[i];
    if (o->control_socket) config.replaces = o->members;
    s->config_opener = (struct opener){.open = options_open, .context = &s->options};
    if (o->journal) journal_prepare(&s->journal, o->journal);
    if (o->journal) start_opener(s, &s->journal.opener, &journal, privileges);
    if (reads_again(o)) start_opener(s, &s->config_opener, &config, privileges);
}

enum { LISTENERS = 3 };

static void list_listeners(struct server *s, struct listener *all[static LISTENERS])
{
    all[0] = &s->listener;
    all[1] = &s->metrics.endpoint.listener;
    all[2] = &s->control.endpoint.listener;
}

/* Waits until klatchd has ended, then removes the paths of the unix sockets: the user of --user may
 * not be allowed to write to their folder, and the sandbox forbids it to klatchd. */
_Noreturn static void run_cleaner(struct server *s, struct listener *const all[static LISTENERS],
                                  const struct sandbox *sandbox)
{
    const struct opener *const openers[] = {&s->journal.opener, &s->config_opener};
    for (size_t i = 0; i < sizeof openers / sizeof *openers; i++)
        if (openers[i]->helper.pid > 0) close(openers[i]->helper.fd);
    for (int i = 0; i < LISTENERS; i++) listener_stop(all[i]);
    sandbox_apply_landlock(sandbox);
    sandbox_apply_seccomp(sandbox);
    helper_wait(&s->cleaner);
    for (int i = 0; i < LISTENERS; i++) listener_remove_paths(all[i]);
    _exit(EXIT_SUCCESS);
}

static void add_paths(struct sandbox *sandbox, const struct listener *l)
{
    size_t n = 0;
    while (sandbox->sockets[n]) n++;
    for (size_t i = 0; i < l->path_count; i++) sandbox->sockets[n++] = l->paths[i].path;
}

static_assert((int)SANDBOX_SOCKETS > (int)LISTENER_MAX + 2, "add_paths ends at a NULL");

/* Starts the helper that removes the unix sockets, unless klatchd can do that itself. */
static void start_cleaner(struct server *s)
{
    struct sandbox sandbox = {.process = SANDBOX_CLEANER, .is_off = !s->options.sandbox};
    struct listener *all[LISTENERS];
    list_listeners(s, all);
    for (int i = 0; i < LISTENERS; i++) add_paths(&sandbox, all[i]);
    if (!sandbox.sockets[0] || (!s->options.user && !is_sandboxed(s))) return;
    pid_t pid = helper_fork(&s->cleaner, "klatchd-cleaner");
    if (pid == 0) run_cleaner(s, all, &sandbox);
    if (pid < 0)
        log_event("cannot start the process that removes the unix sockets, so they may stay: %s",
                  strerror(errno));
    for (int i = 0; i < LISTENERS; i++) listener_forget_paths(all[i]);
}

/* Gives the unix sockets to the user of --user, as if that user had started klatchd. */
static void give_sockets(struct server *s, const struct privileges *privileges)
{
    struct listener *all[LISTENERS];
    list_listeners(s, all);
    for (int i = 0; i < LISTENERS; i++) listener_give(all[i], privileges->uid, privileges->gid);
}

/* -- the start -- */

/* Logs which files remain, through the helpers. */
static void log_files(const struct options *o)
{
    char path[PATH_MAX];
    if (o->journal) log_event(SERVER_OPENS_JOURNAL("%s", "%s"), o->journal, o->journal);
    if (o->config) log_event(SERVER_OPENS_CONFIG("%s"), o->config);
    for (int i = OPTIONS_TLS_KEY; i < OPTIONS_FILES; i++)
        if (options_path(o, (enum options_file)i, path)) log_event(SERVER_OPENS_CONFIG("%s"), path);
    if (!o->journal && !reads_again(o)) log_event(SERVER_OPENS_NOTHING);
}

/* Opens the sockets and the journal, each before the sandbox that forbids it. Returns an exit
 * status; on failure, after a line on standard error. */
static int open_confined(struct server *s, const struct socket_activation *inherited,
                         const struct privileges *privileges)
{
    if (!open_listener(s, inherited)) return EXIT_FAILURE;
    if (!open_admin(s)) return EXIT_FAILURE;
    if (s->options.user) give_sockets(s, privileges);
    start_cleaner(s);
    drop_privileges(&s->options, privileges);
    if (!open_bans(s) || !open_members(s) || !open_tls(s)) return EX_IOERR;
    const struct sandbox sandbox = {
        .is_off = !s->options.sandbox,
        .asks_for_user = s->options.control_socket || s->listener.has_unix_socket,
        .has_journal = s->options.journal,
        .syncs_file = s->options.bans || s->options.members,
        .asks_opener = s->options.journal || reads_again(&s->options),
    };
    bool confines_files = sandbox_apply_landlock(&sandbox);
    if (!start_workers(s)) die("cannot start a thread");
    if (!open_journal(s)) return EX_IOERR;
    if (sandbox_apply_seccomp(&sandbox) || confines_files) log_files(&s->options);
    log_flush();
    return EXIT_SUCCESS;
}

/* Runs the server, and waits for the disk only at the end, when no client is connected. */
static int run(struct server *s)
{
    bool ok = server_run(s);
    if (!ok) fprintf(stderr, "klatchd: cannot continue: %s\n", strerror(errno));
    journal_close(&s->journal, &s->room.ring);
    worker_stop(&s->worker);
    ban_file_close(&s->ban_file);
    log_stop();
    log_flush();
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool print_settings(const struct options *options)
{
    tls_files_print(options);
    return config_print(options);
}

int main(int argc, char **argv)
{
    static struct server server;
    static struct socket_activation inherited;
    struct privileges privileges = {0};
    const struct options *options = &server.options;
    return_freed_memory();
    tls_keep_buffers();
    options_read(&server.options, argc, argv);
    if (options->check) return print_settings(options) ? EXIT_SUCCESS : EX_IOERR;
    if (options->control) return control_client_run(options->control, options->command);
    fill_standard_streams();
    if (!socket_activation_read(&inherited)) return EXIT_FAILURE;
    if (options->user && !privileges_find(&privileges, options->user)) return EXIT_FAILURE;

    server.default_socket_memory = socket_memory();
    server.signals = block_signals();
    if (server.signals < 0) die("cannot wait for signals");
    raise_descriptor_limit();
    log_open();
    if (!tls_files_prepare(options, &privileges)) return EX_IOERR;
    start_openers(&server, &privileges);
    open_room(&server);
    sd_notify_open(&server.notify);
    int status = open_confined(&server, &inherited, &privileges);
    if (status == EXIT_SUCCESS) status = run(&server);
    helper_finish(&server.cleaner);
    listener_close(&server.listener);
    endpoint_close(&server.metrics.endpoint);
    endpoint_close(&server.control.endpoint);
    sd_notify_close(&server.notify);
    worker_stop(&server.worker);
    tls_files_close(&server.tls_files);
    members_file_close(&server.members_file);
    close_room(&server.room);
    return status;
}
