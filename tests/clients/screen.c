#include "tests/clients/screen.h"

#include "tests/bench/clock.h"
#include "tests/bench/server.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { QUIET = 200 * MS, QUIET_CPU = 2 * MS, SETTLE_TRIES = 25 };

/* -- the program -- */

static void create_cells(struct screen *s)
{
    s->vt = vterm_new(SCREEN_ROWS, SCREEN_COLUMNS);
    vterm_set_utf8(s->vt, 1);
    s->cells = vterm_obtain_screen(s->vt);
    vterm_screen_enable_altscreen(s->cells, 1);
    vterm_screen_reset(s->cells, 1);
}

/* Sends the terminal's answers to the program's queries. */
static void send_answers(const struct screen *s)
{
    char bytes[512];
    size_t n = vterm_output_read(s->vt, bytes, sizeof bytes);
    if (n > 0 && write(s->fd, bytes, n) < 0) perror("the terminal's answer");
}

_Noreturn static void exec_command(const char *command)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin(SERVER_CORE);
    execl("/bin/sh", "sh", "-c", command, NULL);
    _exit(127);
}

bool screen_start(struct screen *s, const char *command)
{
    struct winsize size = {.ws_row = SCREEN_ROWS, .ws_col = SCREEN_COLUMNS};
    *s = (struct screen){0};
    create_cells(s);
    s->started = s->changed = now_ns();
    s->pid = forkpty(&s->fd, NULL, NULL, &size);
    if (s->pid == 0) exec_command(command);
    if (s->pid < 0) return false;
    fcntl(s->fd, F_SETFD, FD_CLOEXEC);
    fcntl(s->fd, F_SETFL, O_NONBLOCK);
    clock_getcpuclockid(s->pid, &s->clock);
    return true;
}

void screen_stop(struct screen *s)
{
    vterm_free(s->vt);
    if (s->pid <= 0) return;
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
    close(s->fd);
}

void screen_type(const struct screen *s, const char *keys)
{
    if (write(s->fd, keys, strlen(keys)) < 0) perror("cannot type");
}

/* -- its output -- */

static void track_updates(struct screen *s, const char *bytes, size_t n)
{
    static const char hold[] = "\033[?2026h", show[] = "\033[?2026l";
    enum { MARK = sizeof hold - 1 };
    for (size_t i = 0; i < n; i++) {
        memmove(s->last, s->last + 1, MARK - 1);
        s->last[MARK - 1] = bytes[i];
        if (memcmp(s->last, hold, MARK) == 0) s->painting = true;
        if (memcmp(s->last, show, MARK) == 0) s->painting = false;
    }
}

bool screen_poll(struct screen *s, int64_t until)
{
    char bytes[65536];
    int64_t left = until - now_ns();
    struct timespec wait = {left > 0 ? left / 1000000000 : 0, left > 0 ? left % 1000000000 : 0};
    struct pollfd fd = {.fd = s->fd, .events = POLLIN};
    if (ppoll(&fd, 1, &wait, NULL) <= 0) return false;
    ssize_t n = read(s->fd, bytes, sizeof bytes);
    s->ended = n <= 0;
    if (s->ended) return false;
    s->changed = now_ns();
    track_updates(s, bytes, (size_t)n);
    vterm_input_write(s->vt, bytes, (size_t)n);
    vterm_screen_flush_damage(s->cells);
    send_answers(s);
    return true;
}

bool screen_wait_for(struct screen *s, const char *text, int64_t until)
{
    while (!screen_shows(s, text)) {
        if (s->ended || now_ns() >= until) return false;
        screen_poll(s, until);
    }
    return true;
}

void screen_settle(struct screen *s)
{
    for (int i = 0; i < SETTLE_TRIES; i++) {
        int64_t cpu = screen_cpu_ns(s);
        bool quiet = true;
        for (int64_t end = now_ns() + QUIET; now_ns() < end;) quiet = !screen_poll(s, end) && quiet;
        if (quiet && screen_cpu_ns(s) - cpu < QUIET_CPU) return;
    }
}

/* -- its screen -- */

bool screen_rows(const struct screen *s, int from, int to, char text[static SCREEN_BYTES])
{
    VTermRect rect = {from, to, 0, SCREEN_COLUMNS};
    text[vterm_screen_get_text(s->cells, text, SCREEN_BYTES - 1, rect)] = '\0';
    return !s->painting;
}

bool screen_shows(const struct screen *s, const char *text)
{
    char rows[SCREEN_BYTES];
    return screen_rows(s, 0, SCREEN_ROWS, rows) && strstr(rows, text);
}

/* -- resources used -- */

int64_t screen_cpu_ns(const struct screen *s)
{
    return clock_ns(s->clock);
}

int64_t screen_memory(const struct screen *s, const char *what)
{
    static const char *const files[] = {"smaps_rollup", "status"};
    char path[64], line[256];
    long kib = -1;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "/proc/%d/%s", (int)s->pid, files[i]);
        FILE *f = fopen(path, "r");
        while (f && fgets(line, sizeof line, f))
            if (strncmp(line, what, strlen(what)) == 0) kib = strtol(line + strlen(what), NULL, 10);
        if (f) fclose(f);
    }
    return kib * INT64_C(1024);
}
