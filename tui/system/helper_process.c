#include "tui/system/helper_process.h"

#include "tui/system/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SOCKET = STDERR_FILENO + 1 }; /* the helper's */

/* The terminal sends its signals to this process too, but only klatch handles them. */
static void block_signals(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
    sigset_t blocked;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) sigdelset(&blocked, crashes[i]);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
}

/* Closes the terminal, so that it hangs up when klatch has closed it, and all other descriptors. */
static bool keep_only(int fd)
{
    bool kept = fd == SOCKET || dup3(fd, SOCKET, O_CLOEXEC) == SOCKET;
    int null = open("/dev/null", O_RDWR);
    if (!kept || null < 0) return false;
    for (int i = 0; i < SOCKET; i++)
        if (dup2(null, i) < 0) return false;
    return syscall(SYS_close_range, SOCKET + 1, ~0U, 0) == 0 || errno == ENOSYS;
}

int helper_process_start(const char *name, bool reads_only, void (*serve)(int fd, void *arg),
                         void *arg)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(pair[0]);
        block_signals();
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_NAME, name);
        if (!keep_only(pair[1])) _exit(1);
        if (reads_only) sandbox_forbid_writes();
        serve(SOCKET, arg);
        _exit(0);
    }
    close(pair[1]);
    if (pid > 0) return pair[0];
    close(pair[0]);
    return -1;
}

void helper_process_reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    for (int sig = 1; sig < NSIG; sig++) signal(sig, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

bool helper_process_send(int fd, const void *message, size_t n, int passed)
{
    union control control = {.header = {.cmsg_level = SOL_SOCKET,
                                        .cmsg_type = SCM_RIGHTS,
                                        .cmsg_len = CMSG_LEN(sizeof passed)}};
    struct iovec part = {.iov_len = n};
    struct msghdr all = {.msg_iov = &part,
                         .msg_iovlen = 1,
                         .msg_control = control.bytes,
                         .msg_controllen = sizeof control};
    memcpy(&part.iov_base, &message, sizeof message); /* sendmsg(2) only reads it */
    if (passed < 0) return send(fd, message, n, MSG_NOSIGNAL) == (ssize_t)n;
    memcpy(CMSG_DATA(&control.header), &passed, sizeof passed);
    return sendmsg(fd, &all, MSG_NOSIGNAL) == (ssize_t)n;
}

ssize_t helper_process_receive(int fd, void *message, size_t n, int *ret_passed, bool waits)
{
    union control control;
    struct iovec part = {message, n};
    struct msghdr all = {.msg_iov = &part,
                         .msg_iovlen = 1,
                         .msg_control = control.bytes,
                         .msg_controllen = sizeof control};
    ssize_t got;
    do {
        got = recvmsg(fd, &all, MSG_CMSG_CLOEXEC | (waits ? 0 : MSG_DONTWAIT));
    } while (got < 0 && errno == EINTR);
    const struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&all) : NULL;
    int passed = -1;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS)
        memcpy(&passed, CMSG_DATA(header), sizeof passed);
    if (ret_passed != NULL)
        *ret_passed = passed;
    else if (passed >= 0)
        close(passed);
    return got;
}
