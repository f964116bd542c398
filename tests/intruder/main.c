/* intruder: starts klatchd once for each attempt of the code that is preloaded into it, and lists
 * how each attempt fails. Usage: intruder [-o] [-c CALLS] KLATCHD INTRUDER.SO
 *
 * klatchd runs as an ordinary user in a home directory, with journal and control socket there. -c:
 * the file CALLS lists the only system calls that a service manager allows; the others fail with
 * EPERM. -o: starts klatchd with --no-sandbox, to show that the attempts work there, and
 * lists those that do not.
 *
 * Besides what the attempt returns, looks whether the key, the folder, the listener and the other
 * process are as before. Exits with 1 if an attempt did what it wanted; with -o, if one did not. */
#include "tests/intruder/intrusion.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, TIMEOUT = 20 /* seconds for an attempt */, ROOM = 64 };

static const char secret[] = "a private key\n";

static struct {
    bool is_open; /* without a sandbox */
    FILE *calls;  /* a list of system calls, or NULL */
    char klatchd[ROOM], intruder[ROOM];
    int page, listener;
    struct intrusion *in;
    int wrong; /* attempts that did not end as they must */
} run;

/* -- the place -- */

static void join(char path[static PATH_MAX], const char *name)
{
    snprintf(path, PATH_MAX, "%s%s", run.in->home, name);
}

static void make_home(void)
{
    char path[PATH_MAX];
    strcpy(run.in->home, "/tmp/klatch-home-XXXXXX");
    if (!mkdtemp(run.in->home)) err(1, "%s", run.in->home);
    join(path, "/.ssh");
    if (mkdir(path, 0700) < 0) err(1, "%s", path);
    join(path, KEY);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, secret, sizeof secret) < 0) err(1, "%s", path);
    close(fd);
}

static int delete (const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

static void remove_home(void)
{
    nftw(run.in->home, delete, 8, FTW_DEPTH | FTW_PHYS);
}

static void start_victim(void)
{
    static char theirs[1];
    run.in->there = theirs;
    pid_t pid = fork();
    if (pid < 0) err(1, "fork");
    if (pid > 0) run.in->victim = pid;
    if (pid > 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 1);
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    while (true) pause();
}

static void open_listener(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    run.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bind(run.listener, (struct sockaddr *)&at, size) < 0 || listen(run.listener, 8) < 0 ||
        getsockname(run.listener, (struct sockaddr *)&at, &size) < 0)
        err(1, "cannot listen");
    run.in->port = at.sin_port;
}

/* -- what an attempt leaves behind -- */

static bool is_key_kept(void)
{
    char path[PATH_MAX], text[sizeof secret] = "";
    struct stat st;
    join(path, KEY);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool kept = fd >= 0 && read(fd, text, sizeof text) == sizeof text && fstat(fd, &st) == 0 &&
                memcmp(text, secret, sizeof text) == 0 && st.st_nlink == 1 &&
                st.st_size == sizeof text && st.st_mode == (S_IFREG | 0600);
    if (fd >= 0) close(fd);
    return kept;
}

static bool has_new_file(void)
{
    char renamed[PATH_MAX], fresh[PATH_MAX];
    struct stat st;
    join(renamed, "/renamed");
    join(fresh, "/fresh");
    return lstat(renamed, &st) == 0 || lstat(fresh, &st) == 0;
}

static bool was_dialled(void)
{
    int fd = accept4(run.listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

static bool is_victim_alive(void)
{
    siginfo_t info = {0};
    waitid(P_PID, (id_t)run.in->victim, &info, WEXITED | WNOHANG | WNOWAIT);
    return info.si_pid == 0;
}

/* Returns the harm that anybody sees, or NULL. */
static const char *find_harm(void)
{
    if (!is_key_kept()) return "the key changed";
    if (has_new_file()) return "there is a new file";
    if (was_dialled()) return "it connected";
    return is_victim_alive() ? NULL : "the other process is dead";
}

/* -- klatchd -- */

static void allow(scmp_filter_ctx filter, const char *name)
{
    int number = seccomp_syscall_resolve_name(name);
    if (number != __NR_SCMP_ERROR) seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
}

/* Allows the listed calls only, as a service manager does. */
static void restrict_calls(void)
{
    char name[64];
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    rewind(run.calls);
    while (fscanf(run.calls, "%63s", name) == 1) allow(filter, name);
    if (seccomp_load(filter) < 0) errx(1, "no filter");
    seccomp_release(filter);
}

_Noreturn static void become_klatchd(void)
{
    const char *argv[] = {run.klatchd,
                          "-q",
                          "-j",
                          &JOURNAL[1],
                          "--control-socket",
                          &CONTROL[1],
                          "127.0.0.1",
                          "0",
                          run.is_open ? "--no-sandbox" : NULL,
                          NULL};
    char fd[16];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(fd, sizeof fd, "%d", run.page);
    setenv(INTRUSION_VARIABLE, fd, 1);
    setenv("LD_PRELOAD", run.intruder, 1);
    int log = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3; i++) dup2(log, i);
    close(log);
    fcntl(run.page, F_SETFD, 0);
    if (chdir(run.in->home) < 0) _exit(127);
    if (run.calls) restrict_calls();
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

/* Returns the status of klatchd's end; wait(2). */
static int run_klatchd(void)
{
    int status = 0;
    pid_t pid = fork();
    if (pid < 0) err(1, "fork");
    if (pid == 0) become_klatchd();
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd ended = {.fd = fd, .events = POLLIN};
    if (poll(&ended, 1, TIMEOUT * 1000) != 1) kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    close(fd);
    return status;
}

/* -- attempts -- */

/* Returns whether the attempt failed, and describes how. */
static bool judge(int status, char how[static ROOM])
{
    const struct intrusion *in = run.in;
    const char *harm = find_harm();
    int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    bool failed = !harm && in->has_begun && (in->has_ended ? in->error : sig && sig != SIGKILL);
    if (!in->has_begun)
        snprintf(how, ROOM, "klatchd did not serve: status %#x", (unsigned)status);
    else if (!failed)
        snprintf(how, ROOM, "SUCCEEDED%s%s", harm ? ": " : "", harm ? harm : "");
    else if (in->has_ended)
        snprintf(how, ROOM, "%s", strerrorname_np(in->error));
    else
        snprintf(how, ROOM, "killed by SIG%s", sigabbrev_np(sig));
    return failed;
}

static void attempt(int index)
{
    char how[ROOM];
    struct intrusion *in = run.in;
    *in = (struct intrusion){.index = index, .port = in->port};
    make_home();
    start_victim();
    int status = run_klatchd();
    if (!*in->name && in->count) errx(1, "there is no attempt %d", index);
    bool failed = judge(status, how);
    bool is_wrong = run.is_open ? failed && !in->fails_anyway : !failed;
    if (is_wrong) run.wrong++;
    if (is_wrong || !run.is_open) printf("%-44s %s\n", in->name, how);
    kill(in->victim, SIGKILL);
    waitpid(in->victim, NULL, 0);
    remove_home();
}

/* Names a file by its descriptor, because the user may not search the folders of the path. */
static void open_file(const char *path, char name[static ROOM])
{
    int fd = open(path, O_RDONLY);
    if (fd < 0) err(1, "%s", path);
    snprintf(name, ROOM, "/proc/self/fd/%d", fd);
}

static void become_user(void)
{
    if (geteuid() != 0) return;
    if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
        setresuid(NOBODY, NOBODY, NOBODY) < 0)
        err(1, "cannot become another user");
}

int main(int argc, char **argv)
{
    int option;
    while ((option = getopt(argc, argv, "oc:")) != -1) {
        if (option == 'o') run.is_open = true;
        if (option == 'c' && !(run.calls = fopen(optarg, "re"))) err(1, "%s", optarg);
    }
    if (argc - optind != 2) errx(2, "usage: intruder [-o] [-c CALLS] KLATCHD INTRUDER.SO");
    open_file(argv[optind], run.klatchd);
    open_file(argv[optind + 1], run.intruder);
    become_user();
    run.page = memfd_create("intrusion", MFD_CLOEXEC);
    if (ftruncate(run.page, sizeof *run.in) < 0) err(1, "no memory");
    run.in = mmap(NULL, sizeof *run.in, PROT_READ | PROT_WRITE, MAP_SHARED, run.page, 0);
    if (run.in == MAP_FAILED) err(1, "no memory");
    open_listener();
    for (int i = 0; i == 0 || i < run.in->count; i++) attempt(i);
    printf("%d attempts%s: %d wrong\n", run.in->count, run.is_open ? " without a sandbox" : "",
           run.wrong);
    return run.wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
