/* error: what klatch says on standard error. */
#ifndef TUI_BASE_ERROR_H
#define TUI_BASE_ERROR_H

/* Writes "klatch: " and one line, sanitised: it may hold what strangers wrote. */
void error_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, and the end. */
_Noreturn void error_exit(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
