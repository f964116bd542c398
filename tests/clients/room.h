/* room: a loopback server for one client, which sends it the same messages at the same rate in
 * either protocol. */
#ifndef TESTS_CLIENTS_ROOM_H
#define TESTS_CLIENTS_ROOM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum protocol { KLATCH, IRC };

struct room {
    int listener;
    uint16_t port;
    pid_t pid;  /* of the process that serves the client; 0: none */
    int orders; /* socket to that process */
};

/* Listens on a free loopback port. */
bool room_open(struct room *r);

/* Starts a process that admits one client as ada and sends it line 0. */
bool room_admit(struct room *r, enum protocol protocol);

/* Sends more lines, one every `interval` ns. Each is numbered: "#00001 What a...". */
void room_send(const struct room *r, int lines, int64_t interval);

/* Whether the lines of room_send have been sent. */
bool room_is_done(const struct room *r);

/* Kills the process that serves the client. */
void room_close_client(struct room *r);

#endif
