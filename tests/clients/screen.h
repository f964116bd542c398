/* screen: a program in a pseudo-terminal on a core of its own, what a person would see of it, and
 * what it has used. */
#ifndef TESTS_CLIENTS_SCREEN_H
#define TESTS_CLIENTS_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>
#include <vterm.h>

enum {
    SCREEN_ROWS = 24,
    SCREEN_COLUMNS = 80,
    SCREEN_BYTES = SCREEN_ROWS * (SCREEN_COLUMNS + 1) * 4
};

struct screen {
    pid_t pid;
    int fd;
    clockid_t clock; /* the processor time of all its threads */
    VTerm *vt;
    VTermScreen *cells;
    int64_t started, changed; /* when; changed: by the last output */
    char last[8];             /* the end of the output so far: a mark may begin in it */
    bool painting;            /* half a picture: in synchronized output (DEC mode 2026) */
    bool ended;
};

/* Lets the shell run a command, which execs the program. False when there is no terminal. */
bool screen_start(struct screen *s, const char *command);
/* Kills it. */
void screen_stop(struct screen *s);

/* Presses keys. */
void screen_type(const struct screen *s, const char *keys);

/* Waits for output until then, at most, and takes it in. False when there was none. */
bool screen_turn(struct screen *s, int64_t until);
/* Waits until it shows a text; false when it does not, by then. */
bool screen_await(struct screen *s, const char *text, int64_t until);
/* Waits until it has written nothing, and hardly computed, for a while. */
void screen_settle(struct screen *s);

/* Rows of a whole picture, from one to before another, a line each; false while it is painted. */
bool screen_rows(const struct screen *s, int from, int to, char text[static SCREEN_BYTES]);
bool screen_shows(const struct screen *s, const char *text);

int64_t screen_cpu_ns(const struct screen *s);
/* Bytes; what, as in smaps_rollup: "Rss:", "Pss:", ..., or as in status: "VmHWM:". */
int64_t screen_memory(const struct screen *s, const char *what);

#endif
