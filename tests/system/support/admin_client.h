/* visitor: somebody at one of the administrator's sockets, byte by byte if need be. */
#ifndef TESTS_SYSTEM_SUPPORT_ADMIN_CLIENT_H
#define TESTS_SYSTEM_SUPPORT_ADMIN_CLIENT_H

#include "tests/system/support/klatchd_process.h"

#include <stddef.h>

enum { VISITOR_ROOM = 1 << 16 };

/* A connection to unix:PATH, or to an address and a port; -1 where nobody listens. */
int visitor_dial(const char *address, const char *port);

/* Sends a text; it need not be taken. */
void visitor_send(int fd, const char *text);

/* Reads up to the end into `answer`, closes, and returns how many bytes there were. A reset is an
 * end, too. Fails the test where none comes. */
size_t visitor_hear(int fd, char answer[static VISITOR_ROOM]);

/* The address and port in the log's next line that holds the text and " on ". */
void visitor_learn(struct daemon *d, const char *text, char address[static 128],
                   char port[static 8]);

#endif
