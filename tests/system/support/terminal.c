#include "tests/system/support/terminal.h"

#include "tests/system/support/child.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_mode.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

enum { ROWS_MAX = 120, ROW_BYTES = 8192 };

struct terminal {
    pid_t pid;
    int fd;   /* the terminal's end of the line */
    int line; /* the program's end, kept open so that its last output can still be read */
    struct termios before;
    VTerm *vt;
    VTermScreen *screen;
    VTermPos cursor;
    bool full_screen, is_painting;
    char *output;
    size_t output_len, output_cap;
    char home[32];
    char row[ROWS_MAX][ROW_BYTES];
};

static struct terminal *all[32];

static int on_cursor(VTermPos pos, VTermPos old, int visible, void *user)
{
    struct terminal *t = user;
    (void)old, (void)visible;
    t->cursor = pos;
    return 1;
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct terminal *t = user;
    if (property == VTERM_PROP_ALTSCREEN) t->full_screen = value->boolean;
    return 1;
}

/* The terminal's answers to the program's questions. */
static void on_answer(const char *bytes, size_t n, void *user)
{
    const struct terminal *t = user;
    cr_assert(write(t->fd, bytes, n) == (ssize_t)n, "the program does not read");
}

static void create_screen(struct terminal *t, int rows, int columns)
{
    static const VTermScreenCallbacks callbacks = {.movecursor = on_cursor,
                                                   .settermprop = on_property};
    t->vt = vterm_new(rows, columns);
    vterm_set_utf8(t->vt, 1);
    vterm_output_set_callback(t->vt, on_answer, t);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_reset(t->screen, 1);
}

static void set_environment(const char *home)
{
    static const char *const unwanted[] = {
        "NO_COLOR", "COLORTERM",       "VTE_VERSION",    "COLORFGBG",
        "COLUMNS",  "LINES",           "LANG",           "LANGUAGE",
        "SSH_TTY",  "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"};
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++) unsetenv(unwanted[i]);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("USER", "ada", 1);
    setenv("LOGNAME", "ada", 1);
    setenv("HOME", home, 1);
    setenv("TERM", "xterm-256color", 1);
}

static void become(struct terminal *t, pid_t parent, const char *const argv[])
{
    child_bind(parent);
    argv = tls_mode_add_options(argv);
    set_environment(t->home);
    login_tty(t->line);
    close_range(3, ~0U, 0);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    dprintf(2, "cannot run %s\n", argv[0]);
    _exit(127);
}

static struct terminal *allocate(void)
{
    size_t i = 0;
    while (i < sizeof all / sizeof *all && all[i]) i++;
    cr_assert(i < sizeof all / sizeof *all, "too many terminals");
    all[i] = calloc(1, sizeof **all);
    cr_assert(all[i], "no memory");
    return all[i];
}

struct terminal *terminal_start(int rows, int columns, const char *const argv[])
{
    struct terminal *t = allocate();
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    strcpy(t->home, "/tmp/klatch-home-XXXXXX");
    cr_assert(mkdtemp(t->home), "mkdtemp");
    cr_assert(openpty(&t->fd, &t->line, NULL, NULL, &size) == 0, "openpty");
    fcntl(t->fd, F_SETFD, FD_CLOEXEC);
    fcntl(t->fd, F_SETFL, O_NONBLOCK);
    tcgetattr(t->fd, &t->before);
    create_screen(t, rows, columns);
    pid_t parent = getpid();
    t->pid = fork();
    cr_assert(t->pid >= 0, "fork");
    if (t->pid == 0) become(t, parent, argv);
    return t;
}

static void keep(struct terminal *t, const char *bytes, size_t n)
{
    if (t->output_len + n + 1 > t->output_cap) {
        t->output_cap = 2 * (t->output_len + n + 1);
        t->output = realloc(t->output, t->output_cap);
        cr_assert(t->output, "no memory");
    }
    memcpy(t->output + t->output_len, bytes, n);
    t->output_len += n;
    t->output[t->output_len] = '\0';
}

/* Between the two marks of synchronized output, the screen is half a picture. */
static bool is_painting(const struct terminal *t, size_t from)
{
    static const char hold[] = "\033[?2026h", show[] = "\033[?2026l";
    enum { MARK = sizeof hold - 1 };
    bool painting = t->is_painting;
    for (size_t i = from > MARK ? from - MARK : 0; i + MARK <= t->output_len; i++) {
        if (memcmp(t->output + i, hold, MARK) == 0) painting = true;
        if (memcmp(t->output + i, show, MARK) == 0) painting = false;
    }
    return painting;
}

/* Reads what the program has written; false when there was nothing. */
static bool pull(struct terminal *t)
{
    char bytes[65536];
    ssize_t n = read(t->fd, bytes, sizeof bytes);
    if (n <= 0) return false;
    size_t before = t->output_len;
    keep(t, bytes, (size_t)n);
    t->is_painting = is_painting(t, before);
    vterm_input_write(t->vt, bytes, (size_t)n);
    vterm_screen_flush_damage(t->screen);
    return true;
}

/* So that nothing is judged by half a painting. */
static void pull_all(struct terminal *t)
{
    int64_t end = timeout_deadline();
    while (pull(t) || (t->is_painting && timeout_poll(t->fd, POLLIN, end))) continue;
}

void terminal_send(struct terminal *t, const char *bytes, size_t n)
{
    int64_t end = timeout_deadline();
    while (n > 0) {
        ssize_t written = write(t->fd, bytes, n);
        if (written > 0) {
            bytes += written;
            n -= (size_t)written;
            continue;
        }
        cr_assert(written < 0 && errno == EAGAIN, "cannot type: %s", strerror(errno));
        cr_assert(timeout_poll(t->fd, POLLOUT | POLLIN, end), "the program does not read keys");
        pull(t);
    }
}

/* Unlike FIONREAD, poll(2) sees what is still on its way through the kernel. A program that does
 * not read for two seconds gets all at once later. */
static void wait_read(struct terminal *t)
{
    struct pollfd unread = {.fd = t->line, .events = POLLIN};
    for (int i = 0; i < 1000 && poll(&unread, 1, 0) > 0 && unread.revents & POLLIN; i++) {
        pull(t);
        timeout_retry(0);
    }
}

enum { ARROW = 3, ARROW_PAUSE_NS = 30000000 };

static bool is_arrow(const char *keys)
{
    return keys[0] == '\033' && (keys[1] == '[' || keys[1] == 'O') &&
           (keys[2] == 'A' || keys[2] == 'B');
}

/* Nobody presses an arrow twice as fast as the wheel sends it. */
static void pause_after_arrow(void)
{
    nanosleep(&(struct timespec){.tv_nsec = ARROW_PAUSE_NS}, NULL);
}

/* Returns how many bytes at the beginning come at once: a line end comes alone, unless ESC precedes
 * it; so does an arrow. */
static size_t keys_at_once(const char *keys)
{
    size_t n = strcspn(keys, "\r\n");
    if (is_arrow(keys)) return ARROW;
    for (size_t i = 0; i < n; i++)
        if (is_arrow(keys + i)) n = i;
    if (n > 0 && keys[n] != '\0' && keys[n - 1] == '\033')
        return n + 1 + keys_at_once(keys + n + 1);
    return n > 0 ? n : keys[0] != '\0';
}

void terminal_type(struct terminal *t, const char *keys)
{
    for (size_t n; (n = keys_at_once(keys)) > 0; keys += n) {
        wait_read(t);
        terminal_send(t, keys, n);
        if (is_arrow(keys)) pause_after_arrow();
    }
}

void terminal_enter(struct terminal *t, const char *text)
{
    terminal_type(t, text);
    terminal_type(t, "\r");
}

void terminal_claim_size(struct terminal *t, int rows, int columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    cr_assert(ioctl(t->fd, TIOCSWINSZ, &size) == 0, "TIOCSWINSZ");
}

void terminal_resize(struct terminal *t, int rows, int columns)
{
    vterm_set_size(t->vt, rows, columns);
    terminal_claim_size(t, rows, columns);
}

void terminal_signal(const struct terminal *t, int sig)
{
    cr_assert(kill(-tcgetpgrp(t->fd), sig) == 0, "the program is not there any more");
}

void terminal_stop(const struct terminal *t, bool stopped)
{
    cr_assert(tcflow(t->line, stopped ? TCOOFF : TCOON) == 0, "tcflow");
}

void terminal_hang_up(struct terminal *t)
{
    close(t->line);
    close(t->fd);
    t->line = t->fd = -1;
}

static char *put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    int tail = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
    *to++ = (char)(lead[tail] | c >> 6 * tail);
    while (tail-- > 0) *to++ = (char)(0x80 | (c >> 6 * tail & 0x3F));
    return to;
}

const char *terminal_row(struct terminal *t, int row)
{
    return terminal_text(t, row, 0);
}

const char *terminal_text(struct terminal *t, int row, int column)
{
    char *text = t->row[row], *to = text, *end = text;
    for (; column < terminal_columns(t); column++) {
        VTermScreenCell cell = {0};
        vterm_screen_get_cell(t->screen, (VTermPos){row, column}, &cell);
        if (cell.chars[0] == UINT32_MAX) continue;
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
            to = put_utf8(to, cell.chars[i]);
        if (cell.chars[0] && cell.chars[0] != ' ')
            end = to;
        else if (!cell.chars[0])
            *to++ = ' ';
    }
    *end = '\0';
    return text;
}

int terminal_find(struct terminal *t, const char *text)
{
    for (int row = 0; row < terminal_rows(t); row++)
        if (strstr(terminal_row(t, row), text)) return row;
    return -1;
}

static const char *picture(struct terminal *t)
{
    static char all_rows[ROWS_MAX * ROW_BYTES];
    char *to = all_rows;
    for (int row = 0; row < terminal_rows(t); row++)
        to += sprintf(to, "%2d %s\n", row, terminal_row(t, row));
    sprintf(to, "cursor at row %d, column %d", t->cursor.row, t->cursor.col);
    return all_rows;
}

void terminal_wait(struct terminal *t, terminal_condition holds, const void *arg, const char *what)
{
    int64_t end = timeout_deadline();
    pull_all(t);
    while (!holds(t, arg)) {
        cr_assert(timeout_poll(t->fd, POLLIN, end), "the screen never shows %s:\n%s", what,
                  picture(t));
        pull_all(t);
    }
}

static bool shows(struct terminal *t, const void *text)
{
    return terminal_find(t, text) >= 0;
}

static bool lacks(struct terminal *t, const void *text)
{
    return terminal_find(t, text) < 0;
}

static bool cursor_at(struct terminal *t, const void *arg)
{
    const VTermPos *pos = arg;
    return t->cursor.row == pos->row && t->cursor.col == pos->col;
}

int terminal_wait_for(struct terminal *t, const char *text)
{
    terminal_wait(t, shows, text, text);
    return terminal_find(t, text);
}

void terminal_wait_gone(struct terminal *t, const char *text)
{
    char what[256];
    snprintf(what, sizeof what, "itself without %s", text);
    terminal_wait(t, lacks, text, what);
}

void terminal_wait_cursor(struct terminal *t, int row, int column)
{
    char what[64];
    snprintf(what, sizeof what, "the cursor at row %d, column %d", row, column);
    terminal_wait(t, cursor_at, &(VTermPos){row, column}, what);
}

int terminal_rows(const struct terminal *t)
{
    int rows, columns;
    vterm_get_size(t->vt, &rows, &columns);
    return rows;
}

int terminal_columns(const struct terminal *t)
{
    int rows, columns;
    vterm_get_size(t->vt, &rows, &columns);
    return columns;
}

void terminal_cursor(const struct terminal *t, int *row, int *column)
{
    *row = t->cursor.row;
    *column = t->cursor.col;
}

bool terminal_full_screen(const struct terminal *t)
{
    return t->full_screen;
}

const char *terminal_output(const struct terminal *t, size_t *ret_n)
{
    *ret_n = t->output_len;
    return t->output;
}

bool terminal_has_written(const struct terminal *t, const char *text)
{
    return memmem(t->output, t->output_len, text, strlen(text)) != NULL;
}

static bool has_written(struct terminal *t, const void *text)
{
    return terminal_has_written(t, text);
}

void terminal_wait_written(struct terminal *t, const char *text)
{
    terminal_wait(t, has_written, text, text);
}

bool terminal_modes_restored(const struct terminal *t)
{
    struct termios now;
    tcgetattr(t->fd, &now);
    return now.c_iflag == t->before.c_iflag && now.c_oflag == t->before.c_oflag &&
           now.c_cflag == t->before.c_cflag && now.c_lflag == t->before.c_lflag &&
           memcmp(now.c_cc, t->before.c_cc, sizeof now.c_cc) == 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

int terminal_wait_exit(struct terminal *t)
{
    int64_t end = timeout_deadline();
    siginfo_t info = {0};
    while (waitid(P_PID, (id_t)t->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && !info.si_pid) {
        pull(t);
        cr_assert(timeout_retry(end), "the program does not end:\n%s", picture(t));
    }
    while (pull(t)) continue;
    nftw(t->home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return child_wait(t->pid);
}
