/* background_load: members that send messages all the time, from a process of their own. */
#ifndef TESTS_SYSTEM_SUPPORT_BACKGROUND_LOAD_H
#define TESTS_SYSTEM_SUPPORT_BACKGROUND_LOAD_H

#include <sys/types.h>

/* Starts a process whose members, "guest 0", "guest 1", ..., join the room at this loopback port
 * and send messages until the process is killed. Returns when all of them have joined. */
pid_t background_load_start(const char *port, int members);

#endif
