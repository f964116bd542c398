/* helper_process: a process that does what the sandbox forbids. klatch starts it before the sandbox
 * and sends it requests; it answers, and may pass a descriptor (unix(7), SCM_RIGHTS). It ends when
 * klatch ends. */
#ifndef TUI_SYSTEM_HELPER_PROCESS_H
#define TUI_SYSTEM_HELPER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Starts a process with this name, of at most 15 bytes, which calls `serve` with its socket and
 * `arg`, and ends when `serve` returns. It has no other descriptor, does not pass this
 * one to a program that it executes, blocks all signals except those of a crash, and may not write
 * files if `reads_only`. Returns klatch's socket, or -1 with errno set. */
int helper_process_start(const char *name, bool reads_only, void (*serve)(int fd, void *arg),
                         void *arg);

/* Undoes what klatch and helper_process_start did to the signals, so that a program that this
 * process executes starts like any other. */
void helper_process_reset_signals(void);

/* Sends a message with a descriptor; -1: none. Returns false if the other process has ended. */
bool helper_process_send(int fd, const void *message, size_t n, int passed);

/* Receives a message and the descriptor that came with it, or -1; the caller closes it. If
 * ret_passed is NULL, closes a descriptor that came. Waits if `waits`. Returns the length, 0 if the
 * other process has ended, -1 with errno set. */
ssize_t helper_process_receive(int fd, void *message, size_t n, int *ret_passed, bool waits);

#endif
