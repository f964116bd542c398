/* admin_client: a connection to one of the administrator's sockets, --stats or --control. */
#ifndef TESTS_SYSTEM_SUPPORT_ADMIN_CLIENT_H
#define TESTS_SYSTEM_SUPPORT_ADMIN_CLIENT_H

#include "tests/system/support/klatchd_process.h"

#include <stddef.h>

enum { ADMIN_CLIENT_ANSWER_SIZE = 1 << 16 };

/* Connects to unix:PATH, or to an address and a port. Returns -1 when nothing listens there. */
int admin_client_connect(const char *address, const char *port);

/* Sends a text; ignores errors. */
void admin_client_send(int fd, const char *text);

/* Reads into `answer` until the connection ends or is reset, closes it, and returns the number of
 * bytes. Fails the test when the connection stays open. */
size_t admin_client_receive(int fd, char answer[static ADMIN_CLIENT_ANSWER_SIZE]);

/* Waits for a log line that holds the text and " on ", and copies the address and port in it. */
void admin_client_wait_address(struct klatchd *d, const char *text, char address[static 128],
                               char port[static 8]);

#endif
