#include "tui/terminal/tty_output.h"

#include "tui/base/byte_queue.h"
#include "tui/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { UNSAFE_WAIT_MS = 500 };

static int terminal = -1; /* non-blocking */
static int original = -1; /* a copy of the original standard output */
static int memory = -1;   /* the memory file that replaces standard output */
static struct byte_queue queue;

/* Opens the terminal a second time, because O_NONBLOCK on standard output would also affect the
 * shell. If that fails, duplicates standard output; then writes may block. */
static int reopen_terminal(void)
{
    bool ours = tcgetpgrp(STDOUT_FILENO) >= 0;
    const char *name = ours ? "/dev/tty" : ttyname(STDOUT_FILENO);
    int fd = name != NULL ? open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
    return fd >= 0 ? fd : fcntl(original, F_DUPFD_CLOEXEC, 3);
}

bool tty_output_open(void)
{
    original = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    terminal = reopen_terminal();
    memory = memfd_create("klatch", MFD_CLOEXEC);
    return memory >= 0 && terminal >= 0 && fcntl(memory, F_SETFL, O_APPEND) == 0 &&
           dup2(memory, STDOUT_FILENO) >= 0;
}

/* Moves the bytes written to standard output into the queue. Returns false if some of them are
 * lost.
 */
static bool collect_stdout(void)
{
    char bytes[4096];
    off_t at = 0;
    bool all = true;
    for (ssize_t n; (n = pread(memory, bytes, sizeof bytes, at)) > 0; at += n)
        all = byte_queue_append(&queue, bytes, (size_t)n) && all;
    return (at == 0 || ftruncate(memory, 0) == 0) && all;
}

bool tty_output_append(const char *text)
{
    bool complete = collect_stdout();
    return byte_queue_append(&queue, text, strlen(text)) && complete;
}

bool tty_output_is_busy(void)
{
    return queue.from < queue.to;
}

/* Drops the queue if the terminal is gone. */
void tty_output_flush(void)
{
    while (tty_output_is_busy()) {
        ssize_t n = write(terminal, queue.p + queue.from, queue.to - queue.from);
        if (n < 0 && errno == EAGAIN) return;
        if (n < 0 && errno != EINTR) queue.from = queue.to;
        if (n > 0) queue.from += (size_t)n;
    }
}

struct pollfd tty_output_pollfd(void)
{
    return (struct pollfd){.fd = tty_output_is_busy() ? terminal : -1, .events = POLLOUT};
}

bool tty_output_drain(int ms)
{
    int64_t end = clock_now() + ms;
    collect_stdout();
    tty_output_flush();
    for (int64_t left; tty_output_is_busy() && (left = end - clock_now()) > 0; tty_output_flush()) {
        struct pollfd writable = tty_output_pollfd();
        poll(&writable, 1, (int)left);
    }
    return !tty_output_is_busy();
}

void tty_output_write_unsafe(const char *text)
{
    struct pollfd writable = {.fd = terminal, .events = POLLOUT};
    for (size_t left = strlen(text); left > 0;) {
        ssize_t n = write(terminal, text, left);
        if (n < 0 && (errno != EAGAIN || poll(&writable, 1, UNSAFE_WAIT_MS) <= 0)) return;
        if (n < 0) continue;
        text += n;
        left -= (size_t)n;
    }
}

void tty_output_close(void)
{
    dup2(original, STDOUT_FILENO);
    close(original);
    close(terminal);
    close(memory);
    byte_queue_free(&queue);
}
