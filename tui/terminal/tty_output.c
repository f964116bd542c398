#include "tui/terminal/tty_output.h"

#include "tui/base/byte_queue.h"
#include "tui/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int terminal = -1, kept = -1, memory = -1; /* kept: what standard output was */
static struct byte_queue waiting;

/* O_NONBLOCK on standard output itself would be the shell's as well. Where the terminal cannot be
 * opened once more, it is waited for after all. */
static int open_again(void)
{
    bool ours = tcgetpgrp(STDOUT_FILENO) >= 0;
    const char *name = ours ? "/dev/tty" : ttyname(STDOUT_FILENO);
    int fd = name != NULL ? open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
    return fd >= 0 ? fd : fcntl(kept, F_DUPFD_CLOEXEC, 3);
}

bool tty_output_open(void)
{
    kept = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    terminal = open_again();
    memory = memfd_create("klatch", MFD_CLOEXEC);
    return memory >= 0 && terminal >= 0 && fcntl(memory, F_SETFL, O_APPEND) == 0 &&
           dup2(memory, STDOUT_FILENO) >= 0;
}

/* What was written to standard output. */
static bool collect(void)
{
    char bytes[4096];
    off_t at = 0;
    bool all = true;
    for (ssize_t n; (n = pread(memory, bytes, sizeof bytes, at)) > 0; at += n)
        all = byte_queue_append(&waiting, bytes, (size_t)n) && all;
    return (at == 0 || ftruncate(memory, 0) == 0) && all;
}

bool tty_output_append(const char *text)
{
    bool whole = collect();
    return byte_queue_append(&waiting, text, strlen(text)) && whole;
}

bool tty_output_is_busy(void)
{
    return waiting.from < waiting.to;
}

/* A terminal that is gone takes all. */
void tty_output_flush(void)
{
    while (tty_output_is_busy()) {
        ssize_t n = write(terminal, waiting.p + waiting.from, waiting.to - waiting.from);
        if (n < 0 && errno == EAGAIN) return;
        if (n < 0 && errno != EINTR) waiting.from = waiting.to;
        if (n > 0) waiting.from += (size_t)n;
    }
}

struct pollfd tty_output_pollfd(void)
{
    return (struct pollfd){.fd = tty_output_is_busy() ? terminal : -1, .events = POLLOUT};
}

bool tty_output_drain(int ms)
{
    int64_t end = clock_now() + ms;
    collect();
    tty_output_flush();
    for (int64_t left; tty_output_is_busy() && (left = end - clock_now()) > 0; tty_output_flush()) {
        struct pollfd wish = tty_output_pollfd();
        poll(&wish, 1, (int)left);
    }
    return !tty_output_is_busy();
}

void tty_output_write_unsafe(const char *text)
{
    (void)!write(terminal, text, strlen(text));
}

void tty_output_close(void)
{
    dup2(kept, STDOUT_FILENO);
    close(kept);
    close(terminal);
    close(memory);
    byte_queue_free(&waiting);
}
