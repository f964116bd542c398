/* timeout: how long a test waits for something before it fails. No test passes or fails by being
 * faster or slower than this; it only ends tests that would hang. */
#ifndef TESTS_SYSTEM_SUPPORT_TIMEOUT_H
#define TESTS_SYSTEM_SUPPORT_TIMEOUT_H

#include <stdbool.h>
#include <stdint.h>

/* The end of a timeout that starts now, in milliseconds of the monotonic clock. */
int64_t timeout_deadline(void);

/* Waits for one of the poll(2) events on fd; false when the deadline passes first. */
bool timeout_poll(int fd, short events, int64_t deadline);

/* Sleeps 2 ms in a polling loop; false when the deadline has passed. */
bool timeout_retry(int64_t deadline);

#endif
