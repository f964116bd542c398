/* screen: a program in a pseudo-terminal on its own core, its screen, and the resources it uses. */
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
    clockid_t clock; /* CPU time of all its threads */
    VTerm *vt;
    VTermScreen *cells;
    int64_t started, changed; /* ns; changed: at the last output */
    char last[8];             /* the end of the output, where an escape sequence may begin */
    bool painting;            /* within a synchronized update (DEC mode 2026) */
    bool ended;
};

/* Runs a shell command that execs the program. False when no terminal can be opened. */
bool screen_start(struct screen *s, const char *command);
/* Kills the program. */
void screen_stop(struct screen *s);

void screen_type(const struct screen *s, const char *keys);

/* Waits for output until this time, and reads it. False when there was none. */
bool screen_poll(struct screen *s, int64_t until);
/* Waits until the screen contains a text; false when it does not in time. */
bool screen_wait_for(struct screen *s, const char *text, int64_t until);
/* Waits until it writes nothing, and uses almost no CPU, for 200 ms. */
void screen_settle(struct screen *s);

/* Copies the rows `from` to before `to`, a line each. False within a synchronized update. */
bool screen_rows(const struct screen *s, int from, int to, char text[static SCREEN_BYTES]);
bool screen_shows(const struct screen *s, const char *text);

int64_t screen_cpu_ns(const struct screen *s);
/* Returns a size in bytes by its name in smaps_rollup ("Rss:", "Pss:") or status ("VmHWM:"). */
int64_t screen_memory(const struct screen *s, const char *what);

#endif
