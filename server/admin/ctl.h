/* ctl: the other side of the control socket: one order, asked for from a command line. */
#ifndef SERVER_ADMIN_CTL_H
#define SERVER_ADMIN_CTL_H

/* Asks the server with this control socket for what the words, up to a NULL, say, and prints its
 * answer. Returns the exit status: 0; 1 where it is refused; 2 where the words are no order, after
 * a list of those there are; EX_UNAVAILABLE where nobody listens or the answer breaks off,
 * EX_NOPERM without permission (sysexits(3)). */
int ctl_run(const char *path, char *const *words);

#endif
