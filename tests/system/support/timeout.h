/* patience: how long a test waits for a thing before it says that the thing does not happen.
 * Nothing passes or fails by being slower or faster than this; it only ends what would hang. */
#ifndef TESTS_SYSTEM_SUPPORT_TIMEOUT_H
#define TESTS_SYSTEM_SUPPORT_TIMEOUT_H

#include <stdbool.h>
#include <stdint.h>

/* When patience that begins now ends, in milliseconds of the monotonic clock. */
int64_t patience_end(void);

/* Waits for one of the events on fd; false when `end` came first. */
bool patience_poll(int fd, short events, int64_t end);

/* A short pause in a loop that asks again for what no descriptor tells; false when it is over. */
bool patience_again(int64_t end);

#endif
