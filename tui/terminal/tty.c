#include "tui/terminal/tty.h"

#include "tui/terminal/tty_output.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* Pastes are marked (2004), and so is who looks (1004): see xterm's ctlseqs. A terminal that knows
 * synchronized output (2026) shows a picture when it is whole. */
#define HOLD "\x1b[?2026h"
#define SHOW "\x1b[?2026l"
static const char modes_on[] = "\x1b[?2004h\x1b[?1004h",
                  modes_off[] = SHOW "\x1b[?1004l\x1b[?2004l";

enum { TAKING = 500 }; /* ms for the terminal to take what is left at the end */

static struct termios before, ours;
static SCREEN *screen;
static bool taken;
static struct sigaction actions[NSIG]; /* what a crash did before we took over */
static char farewell[80]; /* leaves the alternate screen and our modes, shows the cursor */

static const char *refuse(const char *name, const char *what)
{
    static char why[128];
    snprintf(why, sizeof why, "TERM is %.40s, %s", name, what);
    return why;
}

const char *tty_check(void)
{
    int found;
    const char *name = getenv("TERM");
    if (!isatty(STDIN_FILENO)) return "standard input is not a terminal";
    if (!isatty(STDOUT_FILENO)) return "standard output is not a terminal";
    if (name == NULL || name[0] == '\0') return "TERM is not set, so its kind is not known";
    if (setupterm(NULL, STDOUT_FILENO, &found) == ERR)
        return refuse(name, "a kind that this machine does not know");
    bool moves = cursor_address != NULL;
    del_curterm(cur_term);
    return moves ? NULL : refuse(name, "a kind whose cursor cannot be moved");
}

/* What is missing in a picture is painted anew. */
static void add(const char *text)
{
    if (!tty_output_append(text)) clearok(curscr, TRUE);
}

void tty_write(const char *text)
{
    add(text);
    tty_output_flush();
}

/* A crash leaves the terminal usable, then goes on as it would have. */
static void crashed(int sig)
{
    tty_output_write_unsafe(farewell);
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    sigaction(sig, &actions[sig], NULL);
    raise(sig);
}

static void watch_for_crashes(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {.sa_handler = crashed};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, &actions[signals[i]]);
}

static const char *or_nothing(const char *capability)
{
    return capability == NULL ? "" : capability;
}

/* Keys come as bytes, Ctrl+C and Ctrl+S among them, for the input room to read. */
static void set_modes(void)
{
    raw();
    noecho();
    nonl();
    typeahead(-1);
}

static bool is_known(const char *name)
{
    int found;
    if (setupterm(name, STDOUT_FILENO, &found) == ERR) return false;
    del_curterm(cur_term);
    return true;
}

/* COLORTERM says what TERM cannot: then the kind of the same name that takes any colour is meant,
 * where this machine knows it. NULL: as TERM says. */
static const char *direct_kind(void)
{
    static char name[64];
    const char *colours = getenv("COLORTERM"), *kind = getenv("TERM");
    bool direct =
        colours != NULL && (strcmp(colours, "truecolor") == 0 || strcmp(colours, "24bit") == 0);
    if (!direct || kind == NULL) return NULL;
    int n = (int)strcspn(kind, "-");
    if (n > 32) return NULL;
    snprintf(name, sizeof name, "%.*s-direct", n, kind);
    return is_known(name) ? name : NULL;
}

bool tty_open(void)
{
    if (tcgetattr(STDIN_FILENO, &before) < 0) return false;
    screen = newterm(direct_kind(), stdout, stdin);
    if (screen == NULL) return false;
    taken = true;
    atexit(tty_close); /* curses itself may exit, out of memory */
    snprintf(farewell, sizeof farewell, "%s%s%s", modes_off, or_nothing(exit_ca_mode),
             or_nothing(cursor_normal));
    set_modes();
    if (tcgetattr(STDIN_FILENO, &ours) < 0 || !tty_output_open()) return false;
    watch_for_crashes();
    tty_write(modes_on);
    return true;
}

/* The modes first: whoever sees the old screen again may count on them. */
static void give_back(void)
{
    add(modes_off);
    bool taken_all = tty_output_drain(TAKING);
    tcsetattr(STDIN_FILENO, taken_all ? TCSADRAIN : TCSANOW, &before);
    endwin();
    tty_output_drain(taken_all ? TAKING : 0);
}

void tty_close(void)
{
    if (!taken) return;
    taken = false;
    give_back();
    tty_output_close();
    delscreen(screen);
}

/* A terminal may claim any size; curses allocates for what it is told, and does not survive it all.
 */
static int at_most(int cells)
{
    return cells < TTY_CELLS_MAX ? cells : TTY_CELLS_MAX;
}

/* What a terminal does to its cells when its size changes is anybody's guess: all are painted. */
void tty_size(int *ret_rows, int *ret_columns)
{
    struct winsize size;
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(at_most(size.ws_row), at_most(size.ws_col));
    clearok(curscr, TRUE);
    getmaxyx(stdscr, *ret_rows, *ret_columns);
}

void tty_resume(void)
{
    tcsetattr(STDIN_FILENO, TCSADRAIN, &ours);
    tty_write(modes_on);
    clearok(curscr, TRUE);
}

void tty_suspend(void)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    give_back();
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    tty_resume();
}

void tty_begin_sync(void)
{
    add(HOLD);
}

void tty_end_sync(void)
{
    tty_write(SHOW);
}

bool tty_has_title(void)
{
    const char *open = tigetstr("tsl");
    return tigetflag("XT") > 0 || (open != NULL && strncmp(open, "\x1b]", 2) == 0);
}

void tty_query_background(void)
{
    if (tty_has_title()) tty_write("\x1b]11;?\x1b\\");
}

ssize_t tty_read(char *bytes, size_t n)
{
    ssize_t got = read(STDIN_FILENO, bytes, n);
    if (got > 0) return got;
    return got < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : -1;
}
