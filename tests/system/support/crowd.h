/* crowd: people in a room who talk all the time, in a process of their own. */
#ifndef TESTS_SYSTEM_SUPPORT_CROWD_H
#define TESTS_SYSTEM_SUPPORT_CROWD_H

#include <sys/types.h>

/* Starts a process in which so many people, "guest 0" and so on, join the room at this port of the
 * loopback address; they talk until it is killed. Returns when all of them have joined. */
pid_t crowd_start(const char *port, int people);

#endif
