/* room: a loopback room with one place in it, for whichever client comes, who hears us talk. It
 * says the same words at the same pace in either protocol. */
#ifndef TESTS_CLIENTS_ROOM_H
#define TESTS_CLIENTS_ROOM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum protocol { KLATCH, IRC };

struct room {
    int listener;
    uint16_t port;
    pid_t pid;  /* who serves the one visitor there is; 0: nobody does */
    int orders; /* where it takes orders */
};

/* Listens on a free loopback port. False when that is refused. */
bool room_open(struct room *r);

/* Lets one client in, as ada, and says line 0 to it, from a process of its own. */
bool room_expect(struct room *r, enum protocol protocol);

/* Goes on with so many lines, one every so many nanoseconds. Each is numbered: "#00001 What a...".
 */
void room_say(const struct room *r, int lines, int64_t every);

/* Whether what room_say was asked for has been said. */
bool room_has_said(const struct room *r);

/* Ends the visit. */
void room_clear(struct room *r);

#endif
