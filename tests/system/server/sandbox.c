/* The sandbox of klatchd, and of child processes that enter the same sandbox. */
#include "server/system/sandbox.h"

#include "server/shutdown.h"
#include "tests/count.h"
#include "tests/system/support/files.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/sandboxed.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/trace.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char self[] = "/proc/self/exe";

/* -- system calls in a child process -- */

static const struct sandbox nothing;

static void expect_status(const struct sandboxed_call *calls, size_t n, int status)
{
    for (size_t i = 0; i < n; i++) {
        int exited = sandboxed_run(&nothing, sandboxed_call, &calls[i]);
        cr_expect_eq(exited, status, "%s: status %d", calls[i].what, exited);
    }
}

Test(server_sandbox, a_forbidden_call_kills_the_process, .init = sandboxed_or_skip)
{
    const struct sandboxed_call forbidden[] = {
        {"a file opened", SYS_openat, {AT_FDCWD, (long)self, O_RDONLY, 0}},
        {"a file removed", SYS_unlinkat, {AT_FDCWD, (long)self, 0}},
        {"a file renamed", SYS_renameat2, {AT_FDCWD, (long)self, AT_FDCWD, (long)self}},
        {"another program", SYS_execve, {(long)self, 0, 0}},
        {"another process", SYS_clone, {SIGCHLD, 0, 0, 0}},
        {"a socket", SYS_socket, {AF_INET, SOCK_STREAM, 0}},
        {"a connection", SYS_connect, {0, 0, 0}},
        {"a port", SYS_bind, {0, 0, 0}},
        {"sent to an address", SYS_sendto, {-1, 0, 0, MSG_NOSIGNAL, (long)self, 16}},
        {"sent to half an address", SYS_sendto, {-1, 0, 0, MSG_NOSIGNAL, 1L << 32, 0}},
        {"sent with TCP Fast Open", SYS_sendto, {-1, 0, 0, MSG_NOSIGNAL | MSG_FASTOPEN}},
        {"sent with SIGPIPE", SYS_sendto, {-1, 0, 0, 0}},
        {"a message to an address", SYS_sendmsg, {-1, 0, MSG_NOSIGNAL}},
        {"messages to addresses", SYS_sendmmsg, {-1, 0, 0, MSG_NOSIGNAL}},
        {"received with flags", SYS_recvfrom, {-1, 0, 0, MSG_PEEK}},
        {"a listener that is one no more", SYS_shutdown, {-1, SHUT_RDWR}},
        {"an option of a socket", SYS_setsockopt, {0, SOL_SOCKET, SO_REUSEADDR, 0}},
        {"an accepted socket that blocks", SYS_accept4, {0, 0, 0, 0}},
        {"a kill", SYS_kill, {getpid(), 0}},
        {"a signal to another", SYS_tgkill, {getpid(), getpid(), 0}},
        {"another signal to itself", SYS_tgkill, {getpid(), getpid(), SIGKILL}},
        {"a handler", SYS_rt_sigaction, {SIGSEGV, 0, 0, 8}},
        {"a lock with a priority", SYS_futex, {0, FUTEX_LOCK_PI, 0, 0}},
        {"a tracer", SYS_ptrace, {PTRACE_TRACEME, 0, 0, 0}},
        {"a mapping of code",
         SYS_mmap,
         {0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS}},
        {"a mapping of a file", SYS_mmap, {0, 4096, PROT_READ, MAP_PRIVATE}},
        {"a mapping at an address",
         SYS_mmap,
         {0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED}},
        {"pages moved to an address", SYS_mremap, {0, 0, 4096, MREMAP_MAYMOVE | MREMAP_FIXED}},
        {"pages with other advice", SYS_madvise, {0, 0, MADV_REMOVE}},
        {"pages made code", SYS_mprotect, {0, 0, PROT_EXEC}},
        {"a terminal's input", SYS_ioctl, {0, TIOCSTI, 0}},
        {"a descriptor's flags", SYS_fcntl, {0, F_SETFL, 0}},
        {"another user", SYS_setuid, {0}},
        {"a filter", SYS_bpf, {0, 0, 0}},
        {"a ring of calls", SYS_io_uring_setup, {0, 0}},
        {"faults in user space", SYS_userfaultfd, {0}},
        {"a call of another machine", 0x40000000 + SYS_read, {0, 0, 0}},
    };
    expect_status(forbidden, COUNT(forbidden), -SIGSYS);
}

Test(server_sandbox, the_servers_own_calls_are_allowed, .init = sandboxed_or_skip)
{
    const struct sandboxed_call allowed[] = {
        {"the time", SYS_clock_gettime, {CLOCK_MONOTONIC, 0}},
#ifdef SYS_time
        {"the seconds", SYS_time, {0}},
#endif
        {"the time of day", SYS_gettimeofday, {0}},
        {"the processor", SYS_getcpu, {0}},
        {"a read", SYS_read, {-1, 0, 0}},
        {"bytes sent", SYS_sendto, {-1, 0, 0, MSG_NOSIGNAL}},
        {"bytes received", SYS_recvfrom, {-1, 0, 0, 0}},
        {"the end of what is sent", SYS_shutdown, {-1, SHUT_WR}},
        {"an accepted socket", SYS_accept4, {-1, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC}},
        {"the bytes unsent", SYS_ioctl, {-1, TIOCOUTQ, 0}},
        {"the bytes unread", SYS_ioctl, {-1, FIONREAD, 0}},
        {"a spare descriptor", SYS_fcntl, {-1, F_DUPFD_CLOEXEC, 0}},
        {"memory", SYS_mmap, {0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS}},
        {"no call, in place of one that a tracer makes fail", -1, {0}},
    };
    expect_status(allowed, COUNT(allowed), 0);
}

static int fail(const void *unused)
{
    (void)unused;
    abort();
}

Test(server_sandbox, abort_is_not_taken_for_a_forbidden_call, .init = sandboxed_or_skip)
{
    cr_assert_eq(sandboxed_run(&nothing, fail, NULL), -SIGABRT);
}

/* -- klatchd -- */

Test(server_sandbox, klatchd_is_in_the_sandbox, .init = sandboxed_or_skip)
{
    struct rlimit core;
    struct klatchd *d = klatchd_start();
    peer_join(d, "ada");
    cr_expect(klatchd_has_status(d, "Seccomp:\t2"));
    cr_expect(klatchd_has_status(d, "NoNewPrivs:\t1"));
    cr_assert_eq(prlimit(d->pid, RLIMIT_CORE, NULL, &core), 0);
    cr_expect(core.rlim_cur == 0 && core.rlim_max == 0);
    peers_close_and_stop(d);
}

enum { NOBODY = 65534 };

/* Opens a file for reading as a user other than root. */
static int open_as_nobody(const void *path)
{
    if (geteuid() == 0 && setresuid(NOBODY, NOBODY, NOBODY) < 0) return 99;
    return open(path, O_RDONLY | O_CLOEXEC) >= 0 ? 0 : errno;
}

Test(server_sandbox, the_memory_is_hidden_from_the_user_of_klatchd, .init = sandboxed_or_skip)
{
    const char *const argv[] = {"setpriv", "--reuid=65534", BUILD "/klatchd", "127.0.0.1", "0",
                                NULL};
    struct stat st;
    char file[64];
    struct klatchd *d = klatchd_start_argv(geteuid() == 0 ? argv : argv + 2);
    peer_join(d, "ada");
    snprintf(file, sizeof file, "/proc/%d/mem", (int)d->pid);
    cr_assert_eq(stat(file, &st), 0);
    cr_expect_eq(st.st_uid, 0);
    cr_expect_eq(sandboxed_child(open_as_nobody, file), EACCES);
    peers_close_and_stop(d);
}

Test(server_sandbox, an_instrumented_build_logs_that_it_has_no_sandbox)
{
    if (SANDBOX_IS_POSSIBLE) cr_skip("this one does not");
    struct klatchd *d = klatchd_start();
    klatchd_wait_log(d, SANDBOX_DISABLED("instrumented build"));
    klatchd_stop(d);
}

/* Joins, unless klatchd has no memory left for that and closes the connection. */
static struct peer *join_or_end(const struct klatchd *d, const char *nick)
{
    struct peer *p = peer_connect(d);
    if (!peer_next_or_end(p)) return NULL;
    peer_send(p, "verify", NULL, nick);
    return peer_next_or_end(p) ? p : NULL;
}

/* malloc may use all its ways to ask for memory. Each client sends an incomplete frame, which
 * klatchd must store. */
Test(server_sandbox, running_out_of_memory_is_survived, .init = sandboxed_or_skip)
{
    enum { MOST = 1000, SIZE = 65000 };
    static char frame[2 + SIZE] = "\xFF\xFF";
    struct klatchd *d = klatchd_start_argv((const char *[]){
        "sh", "-c", "ulimit -v 100000; exec " BUILD "/klatchd --quiet 127.0.0.1 0", NULL});
    struct peer *ada = peer_join(d, "ada"), *eve = ada;
    char nick[16];
    for (int i = 0; i < MOST && eve; i++) {
        snprintf(nick, sizeof nick, "eve %d", i);
        eve = join_or_end(d, nick);
        if (eve) peer_send_bytes(eve, frame, sizeof frame);
    }
    klatchd_wait_log(d, CONN_NO_MEMORY);
    peer_broadcast(ada, "still here");
    while (strcmp(peer_next(ada)->nick, "ada") != 0) continue;
    peers_close_and_stop(d);
}

Test(server_sandbox, an_option_turns_the_sandbox_off)
{
    struct klatchd *d = klatchd_start_with("--no-sandbox");
    klatchd_wait_log(d, SANDBOX_DISABLED("--no-sandbox"));
    cr_expect(klatchd_has_status(d, "Seccomp:\t0"));
    klatchd_stop(d);
}

/* -- all system calls of klatchd -- */

/* The system calls that a list for a service manager would need. */
static const char allowed_calls[] =
    " accept4 brk clock_gettime close epoll_create1 epoll_ctl epoll_pwait "
    "epoll_wait exit_group fcntl fstat futex getpeername getpid getrandom getsockopt gettid "
    "ioctl mmap "
    "mremap "
    "munmap newfstatat poll ppoll read recvfrom restart_syscall "
    "rt_sigaction rt_sigprocmask sendto setsockopt shutdown tgkill write writev "
    /* elsewhere, or without a vDSO */
    "clock_gettime64 fcntl64 fstat64 fstatat64 gettimeofday mmap2 ppoll_time64 recv send statx "
    "time ";

static void expect_allowed(const char *line)
{
    char name[40] = " ";
    if (*line == '-' || *line == '+') return; /* a signal, the exit */
    for (size_t n = 1; *line != '(' && n < sizeof name - 2; n++) {
        name[n] = *line++;
        name[n + 1] = ' ';
    }
    cr_expect(strstr(allowed_calls, name), "not in the list:%s", name);
}

static void use_everything(struct klatchd *d)
{
    static char text[60000];
    const struct rlimit few = {30, 30};
    memset(text, 'x', sizeof text - 1);
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join(d, "bob"),
                *eve = peer_connect_greeted(d);
    peer_expect_joined(ada, "bob");
    peer_broadcast_to(bob, text, bob, ada);
    peer_take_nick(bob, "ben");
    peer_send(ada, "who", NULL, "");
    peer_send(ada, "nonsense", NULL, "");
    peer_send_text(eve, "[]");
    peer_expect_refusal(eve, "");
    cr_assert_eq(prlimit(d->pid, RLIMIT_NOFILE, &few, NULL), 0);
    while (strcmp(peer_next(peer_connect(d))->proto, "connect") == 0) continue;
    peer_reset(bob);
    klatchd_signal(d, SIGUSR1);
    klatchd_signal(d, SIGHUP);
    klatchd_signal(d, SIGTERM);
    klatchd_wait_log(d, SHUTDOWN_BEGINS("1"));
    peer_close(ada);
}

Test(server_sandbox, klatchd_makes_only_the_listed_calls, .init = sandboxed_or_skip)
{
    char folder[FILES_PATH], address[FILES_PATH];
    files_create_folder(folder);
    files_address(address, folder, "file");
    struct klatchd *d = trace_start("all", "0", "--shutdown-delay", "1", address);
    use_everything(d);
    cr_assert_eq(klatchd_wait_exit(d), 0);
    char *trace = trace_read(), *line = strstr(trace, "epoll_create1"), *end;
    cr_assert(line, "klatchd did not start");
    for (; (end = strchr(line, '\n')); line = end + 1) expect_allowed(line);
    files_remove_empty(folder);
}
