/* control_client: sends a command from the command line to a running server. */
#ifndef SERVER_ADMIN_CONTROL_CLIENT_H
#define SERVER_ADMIN_CONTROL_CLIENT_H

/* Sends the command, words up to a NULL, to the server with this control socket, and prints its
 * answer. Returns the exit status (sysexits(3)): 0; 1 if the server refuses the command; 2 if it is
 * not a valid command, after a list of the commands; EX_UNAVAILABLE if no server listens or the
 * answer is incomplete; EX_NOPERM without permission. */
int control_client_run(const char *path, char *const *words);

#endif
