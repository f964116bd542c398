/* complaint: what klatch says on standard error. */
#ifndef TUI_BASE_ERROR_H
#define TUI_BASE_ERROR_H

/* Writes "klatch: " and one line, sanitised: it may hold what strangers wrote. */
void complaint_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, and the end. */
_Noreturn void complaint_die(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
