/* terminal: a program in a pseudo-terminal, and the screen that a person would see. */
#ifndef TESTS_SYSTEM_SUPPORT_TERMINAL_H
#define TESTS_SYSTEM_SUPPORT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct terminal;

/* Runs argv[0], found on PATH, as the login "ada" with TERM=xterm-256color in an empty HOME. */
struct terminal *terminal_start(int rows, int columns, const char *const argv[]);

/* Runs klatch with these arguments, as in klatch_start(24, 80, "-n", "ada", "127.0.0.1", port). */
#define klatch_start(rows, columns, ...)                                                           \
    terminal_start(rows, columns, (const char *[]){BUILD "/klatch", __VA_ARGS__, NULL})

/* Presses keys as a person does: the program has read what was typed before. Enter, or another line
 * end, comes in a read of its own. */
void terminal_type(struct terminal *t, const char *keys);
/* Types a text and presses Enter. */
void terminal_enter(struct terminal *t, const char *text);
/* Sends bytes all at once, as a paste. */
void terminal_send(struct terminal *t, const char *bytes, size_t n);
void terminal_resize(struct terminal *t, int rows, int columns);
/* Tells the program of a size that the terminal does not have. */
void terminal_claim_size(struct terminal *t, int rows, int columns);
/* Sends a signal to the foreground, as the keys of a terminal do. */
void terminal_signal(const struct terminal *t, int sig);
/* Takes no output any more, as after Ctrl+S; or takes it again. */
void terminal_stop(const struct terminal *t, bool stopped);
/* Hangs up, as when the window is closed. */
void terminal_hang_up(struct terminal *t);

/* A row of the screen, without the blanks at its end; valid until it is asked for again. */
const char *terminal_row(struct terminal *t, int row);
/* The same from a column on. */
const char *terminal_text(struct terminal *t, int row, int column);
/* The first row that holds the text, or -1. */
int terminal_find(struct terminal *t, const char *text);
/* Waits until a row holds it, and returns the row; or until none does. */
int terminal_wait_for(struct terminal *t, const char *text);
void terminal_wait_gone(struct terminal *t, const char *text);
/* Waits until the condition holds of the screen; `what` says it to the reader of a failure. */
typedef bool (*terminal_condition)(struct terminal *t, const void *arg);
void terminal_wait(struct terminal *t, terminal_condition holds, const void *arg, const char *what);
/* Waits until the cursor is there. */
void terminal_wait_cursor(struct terminal *t, int row, int column);

int terminal_rows(const struct terminal *t);
int terminal_columns(const struct terminal *t);
void terminal_cursor(const struct terminal *t, int *row, int *column);
/* Whether the program shows the alternate screen, as all full-screen ones do. */
bool terminal_full_screen(const struct terminal *t);
/* Every byte that the program has written so far. */
const char *terminal_output(const struct terminal *t, size_t *ret_n);
/* Whether it has written this text, and waiting until it has. */
bool terminal_has_written(const struct terminal *t, const char *text);
void terminal_wait_written(struct terminal *t, const char *text);
/* Whether the modes of the line (stty) are what they were before the program ran. */
bool terminal_modes_restored(const struct terminal *t);

/* Waits for its end and reads all its output. Returns its exit status, or minus the signal. */
int terminal_wait_exit(struct terminal *t);

#endif
