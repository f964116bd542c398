/* error: messages on standard error. */
#ifndef TUI_BASE_ERROR_H
#define TUI_BASE_ERROR_H

/* Prints "klatch: " and one line. Sanitises it, because it may quote a server or another user. */
void error_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints the line, then exits with this status. */
_Noreturn void error_exit(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
