#include "tui/terminal/tty.h"

#include "tui/terminal/tty_output.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* Bracketed paste (2004) and focus reports (1004) of xterm's ctlseqs; synchronized output (2026).
 */
#define BEGIN_SYNC "\x1b[?2026h"
#define END_SYNC   "\x1b[?2026l"
static const char modes_on[] = "\x1b[?2004h\x1b[?1004h",
                  modes_off[] = END_SYNC "\x1b[?1006;1000l\x1b[?1004l\x1b[?2004l";

/* The buttons of the mouse, among them the wheel (1000), in SGR form (1006). */
static const char mouse_on[] = "\x1b[?1000;1006h";

/* 1036 and 1039 make Alt and Meta send ESC before the key: otherwise, xterm sends accented letters.
 * 1007 makes the wheel send arrows. The others ask for the keys that have no bytes of their own, as
 * Shift+Enter: with kitty's keyboard protocol, where 5 also asks for what a key types with Shift,
 * or with modifyOtherKeys. ESC [ m follows, because a terminal that reads XTMODKEYS as colours
 * would underline. */
static const char keys_save[] = "\x1b[?1036;1039;1007s\x1b[>5u",
                  keys_on[] = "\x1b[?1036;1039;1007h\x1b[>4;1m\x1b[m",
                  keys_off[] = "\x1b[>4m\x1b[m\x1b[<u\x1b[?1036;1039;1007r";

enum { DRAIN_TIMEOUT_MS = 500 }; /* for the rest of the output on exit */

/* Terminals that the entry xterm-256color describes well enough. Other machines often lack their
 * own entries. */
static const char *const xterm_like[] = {
    "alacritty", "contour", "foot", "ghostty", "gnome", "kitty",   "konsole", "mintty",
    "putty",     "rio",     "st",   "vte",     "xfce",  "wezterm", "xterm",
};

static const char substitute[] = "xterm-256color";

static const char *entry; /* of terminfo, chosen by tty_check */
static struct termios original_mode, raw_mode;
static SCREEN *screen;
static bool is_open, takes_mouse;
static volatile sig_atomic_t is_taken; /* the terminal must be restored */
static struct sigaction old_actions[NSIG];
static char restore_sequence[200]; /* leaves our modes and the alternate screen, shows the cursor */

static const char *unusable(const char *term, const char *reason)
{
    static char why[128];
    snprintf(why, sizeof why, "TERM is %.40s, %s", term, reason);
    return why;
}

static bool is_in_terminfo(const char *name)
{
    int found;
    if (setupterm(name, STDOUT_FILENO, &found) == ERR) return false;
    del_curterm(cur_term);
    return true;
}

/* Returns NAME-256color for NAME-direct, because terminals disagree on the sequence for a direct
 * colour. NULL: terminfo has none. */
static const char *palette_entry(const char *term)
{
    static char name[64];
    const char *direct = strstr(term, "-direct");
    size_t n = direct != NULL ? (size_t)(direct - term) : 0;
    if (n == 0 || n > 32) return NULL;
    snprintf(name, sizeof name, "%.*s-256color", (int)n, term);
    return is_in_terminfo(name) ? name : NULL;
}

static bool is_xterm_like(const char *term)
{
    size_t n = strcspn(term, "-");
    for (size_t i = 0; i < sizeof xterm_like / sizeof *xterm_like; i++)
        if (strlen(xterm_like[i]) == n && strncmp(term, xterm_like[i], n) == 0) return true;
    return false;
}

static const char *find_entry(const char *term)
{
    const char *palette = palette_entry(term);
    if (palette != NULL) return palette;
    if (is_in_terminfo(term)) return term;
    return is_xterm_like(term) && is_in_terminfo(substitute) ? substitute : NULL;
}

const char *tty_check(void)
{
    int found;
    const char *term = getenv("TERM");
    if (!isatty(STDIN_FILENO)) return "standard input is not a terminal";
    if (!isatty(STDOUT_FILENO)) return "standard output is not a terminal";
    if (term == NULL || term[0] == '\0') return "TERM is not set";
    entry = find_entry(term);
    if (entry == NULL || setupterm(entry, STDOUT_FILENO, &found) == ERR)
        return unusable(term, "which terminfo does not know");
    bool moves = cursor_address != NULL;
    del_curterm(cur_term);
    return moves ? NULL : unusable(term, "which cannot move the cursor");
}

const char *tty_substitute(void)
{
    return entry == substitute ? entry : NULL;
}

/* Without memory, part of the last frame may be missing: the next one redraws every cell. */
static void queue_output(const char *text)
{
    if (!tty_output_append(text)) clearok(curscr, TRUE);
}

void tty_write(const char *text)
{
    queue_output(text);
    tty_output_flush();
}

/* Restores the terminal, then lets the signal take its usual course. */
static void on_fatal_signal(int sig)
{
    if (is_taken) {
        tty_output_write_unsafe(restore_sequence);
        tcsetattr(STDIN_FILENO, TCSANOW, &original_mode);
    }
    sigaction(sig, &old_actions[sig], NULL);
    kill(getpid(), sig);
}

/* Whether the signal ends a process that does not handle it, and can be handled. */
static bool is_fatal(int sig)
{
    switch (sig) {
    case SIGKILL:
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
    case SIGCONT:
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH: return false;
    default: return true;
    }
}

/* Makes the kernel handle signal `to` like `from`. Does not call the C library, which refuses the
 * two signals that it uses for threads. */
static void copy_action(int from, int to)
{
    char action[256];
    size_t mask = (NSIG - 1) / 8;
    if (syscall(SYS_rt_sigaction, from, NULL, action, mask) == 0)
        syscall(SYS_rt_sigaction, to, action, NULL, mask);
}

/* Handles all fatal signals, except those that are ignored. */
static void handle_fatal_signals(void)
{
    struct sigaction action = {.sa_handler = on_fatal_signal, .sa_flags = (int)SA_RESETHAND};
    sigfillset(&action.sa_mask);
    for (int sig = 1; sig < NSIG; sig++) {
        if (!is_fatal(sig)) continue;
        if (sigaction(sig, NULL, &old_actions[sig]) < 0)
            copy_action(SIGABRT, sig);
        else if (old_actions[sig].sa_handler != SIG_IGN)
            sigaction(sig, &action, NULL);
    }
}

static const char *or_empty(const char *capability)
{
    return capability == NULL ? "" : capability;
}

/* Makes the terminal pass all keys as bytes, including Ctrl+C and Ctrl+S; key_parser parses them.
 */
static void set_raw_mode(void)
{
    raw();
    noecho();
    nonl();
    typeahead(-1);
}

static void build_restore_sequence(const char *title)
{
    snprintf(restore_sequence, sizeof restore_sequence, "%s%s%s%s%s",
             tty_has_title() ? keys_off : "", modes_off, title, or_empty(exit_ca_mode),
             or_empty(cursor_normal));
}

/* Saves the keyboard's modes in the alternate screen, because kitty has separate modes for each
 * screen. */
static void take_over(void)
{
    is_taken = true;
    wrefresh(curscr);
    if (tty_has_title()) queue_output(keys_save);
    tty_resume();
}

/* Starts curses without its handler of SIGTSTP, which would leave the alternate screen again after
 * tty_suspend did: terminals then move the cursor in the shell. */
static SCREEN *start_curses(void)
{
    struct sigaction stop;
    sigaction(SIGTSTP, NULL, &stop);
    SCREEN *started = newterm(entry, stdout, stdin);
    sigaction(SIGTSTP, &stop, NULL);
    return started;
}

bool tty_open(bool mouse)
{
    takes_mouse = mouse;
    if (tcgetattr(STDIN_FILENO, &original_mode) < 0) return false;
    screen = start_curses();
    if (screen == NULL) return false;
    is_open = true;
    atexit(tty_close); /* curses exits by itself without memory */
    build_restore_sequence("");
    set_raw_mode();
    if (tcgetattr(STDIN_FILENO, &raw_mode) < 0 || !tty_output_open()) return false;
    handle_fatal_signals();
    take_over();
    return true;
}

/* Resets the modes before leaving the alternate screen. */
static void restore(void)
{
    if (tty_has_title()) queue_output(keys_off);
    queue_output(modes_off);
    bool drained = tty_output_drain(DRAIN_TIMEOUT_MS);
    tcsetattr(STDIN_FILENO, drained ? TCSADRAIN : TCSANOW, &original_mode);
    endwin();
    tty_output_drain(drained ? DRAIN_TIMEOUT_MS : 0);
    is_taken = false;
}

void tty_close(void)
{
    if (!is_open) return;
    is_open = false;
    restore();
    tty_output_close();
    delscreen(screen);
}

/* Limits a reported size: curses allocates memory for it, and exits if that fails. */
static int limit(int cells)
{
    return cells < TTY_CELLS_MAX ? cells : TTY_CELLS_MAX;
}

/* Redraws everything, because terminals change their cells in different ways on a resize. */
void tty_size(int *ret_rows, int *ret_columns)
{
    struct winsize size;
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(limit(size.ws_row), limit(size.ws_col));
    clearok(curscr, TRUE);
    getmaxyx(stdscr, *ret_rows, *ret_columns);
}

void tty_resume(void)
{
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw_mode);
    if (tty_has_title()) queue_output(keys_on);
    if (takes_mouse) queue_output(mouse_on);
    tty_write(modes_on);
    clearok(curscr, TRUE);
}

void tty_leave(void)
{
    restore();
}

void tty_return(void)
{
    take_over();
}

void tty_suspend(void)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    restore();
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    take_over();
}

void tty_begin_sync(void)
{
    queue_output(BEGIN_SYNC);
}

void tty_end_sync(void)
{
    tty_write(END_SYNC);
}

bool tty_has_title(void)
{
    const char *open = tigetstr("tsl");
    return tigetflag("XT") > 0 || (open != NULL && strncmp(open, "\x1b]", 2) == 0);
}

bool tty_takes_long_strings(void)
{
    return tty_has_title() && getenv("STY") == NULL;
}

static bool is_in_environment(const char *name, const char *const *values, size_t count)
{
    const char *value = getenv(name);
    for (size_t i = 0; value != NULL && i < count; i++)
        if (strcmp(value, values[i]) == 0) return true;
    return false;
}

bool tty_has_wide_emoji(void)
{
    static const char *const terms[] = {"xterm-kitty", "foot",          "foot-extra", "foot-direct",
                                        "wezterm",     "xterm-ghostty", "contour"};
    static const char *const programs[] = {"WezTerm", "ghostty", "iTerm.app"};
    bool is_inside = getenv("TMUX") != NULL || getenv("STY") != NULL;
    return !is_inside &&
           (is_in_environment("TERM", terms, sizeof terms / sizeof *terms) ||
            is_in_environment("TERM_PROGRAM", programs, sizeof programs / sizeof *programs));
}

void tty_query_background(void)
{
    if (tty_has_title()) tty_write("\x1b]11;?\x1b\\");
}

bool tty_is_remote(void)
{
    return getenv("SSH_TTY") != NULL;
}

void tty_restore_title_with(const char *sequence)
{
    build_restore_sequence(sequence);
}

ssize_t tty_read(char *bytes, size_t n)
{
    ssize_t got = read(STDIN_FILENO, bytes, n);
    if (got > 0) return got;
    return got < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : -1;
}
