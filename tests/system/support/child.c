#include "tests/system/support/child.h"

#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_mode.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void child_bind(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
}

static void set_environment(void)
{
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("NO_COLOR");
    setenv("HOME", "/nonexistent", 1);
    setenv("USER", "ada", 1);
}

static void become(const char *const argv[], const int stream[3])
{
    argv = tls_mode_add_options(argv);
    set_environment();
    for (int i = 0; i < 3; i++) {
        int fd = stream[i] >= 0 ? stream[i] : open("/dev/null", O_RDWR);
        dup2(fd, i);
    }
    close_range(3, ~0U, 0);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    dprintf(2, "cannot run %s\n", argv[0]);
    _exit(127);
}

pid_t child_start(const char *const argv[], int in, int out, int err)
{
    const int stream[3] = {in, out, err};
    pid_t parent = getpid();
    pid_t pid = fork();
    cr_assert(pid >= 0, "fork");
    if (pid > 0) return pid;
    child_bind(parent);
    become(argv, stream);
    return 0;
}

static int reap(pid_t pid)
{
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int child_wait(pid_t pid)
{
    int fd = pidfd_open(pid, 0);
    cr_assert(fd >= 0, "process %d is not there", pid);
    bool ended = timeout_poll(fd, POLLIN, timeout_deadline());
    close(fd);
    if (!ended) kill(pid, SIGKILL);
    int status = reap(pid);
    cr_assert(ended, "process %d did not end", pid);
    return status;
}

void child_kill(pid_t pid)
{
    kill(pid, SIGKILL);
    reap(pid);
}

static void slurp(int fd, char *text, size_t size)
{
    size_t len = 0;
    ssize_t n = 0;
    lseek(fd, 0, SEEK_SET);
    while (len + 1 < size && (n = read(fd, text + len, size - 1 - len)) > 0) len += (size_t)n;
    text[len] = '\0';
    close(fd);
}

int child_run(const char *const argv[], char *out, char *err, size_t size)
{
    return child_feed(argv, "", 0, out, err, size);
}

int child_feed(const char *const argv[], const char *in, size_t n, char *out, char *err,
               size_t size)
{
    int in_fd = memfd_create("in", MFD_CLOEXEC);
    int out_fd = memfd_create("out", MFD_CLOEXEC), err_fd = memfd_create("err", MFD_CLOEXEC);
    cr_assert(pwrite(in_fd, in, n, 0) == (ssize_t)n, "memfd");
    int status = child_wait(child_start(argv, in_fd, out_fd, err_fd));
    close(in_fd);
    slurp(out_fd, out, size);
    slurp(err_fd, err, size);
    return status;
}
