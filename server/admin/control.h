/* control: executes the administrator's commands. Logs each with the user and process it came from
 * (unix(7), SO_PEERCRED). */
#ifndef SERVER_ADMIN_CONTROL_H
#define SERVER_ADMIN_CONTROL_H

#include "server/admin/ban_file.h"
#include "server/admin/endpoint.h"
#include "server/members_file.h"
#include "server/net/bans.h"
#include "server/net/connections.h"
#include "server/options.h"
#include "server/room/room.h"
#include "server/shutdown.h"

/* Answers and log lines. */
#define CONTROL_NO_MEMBER    "no member has this nickname"
#define CONTROL_KICKED(nick) "disconnected " nick
#define CONTROL_BANNED(a)    a " is banned"
#define CONTROL_NOT_BANNED   "there is no such ban; 'bans' lists all"
#define CONTROL_UNBANNED(a)  "lifted the ban of " a
#define CONTROL_CLOSING(n)   "the room closes in " n " seconds"
#define CONTROL_CLOSING_NOW  "the room closes now"
#define CONTROL_COMMAND      "control: command from"
#define CONTROL_SWEPT(n)     "control: disconnected " n " banned clients"
#define CONTROL_ALLOWED(key) key " is being added to the list"
#define CONTROL_DENIED(key)  key " is being removed from the list"

/* The caller sets the pointers before control_start; all else zero: closed. */
struct control {
    struct endpoint endpoint;
    struct room *room;
    struct conn_table *conns;
    struct bans *bans;
    struct ban_file *ban_file;
    struct shutdown *shutdown;
    const struct options *options;
    struct members_file *members_file;
    bool sweeping;          /* disconnects banned clients */
    uint32_t sweep_slot;    /* the next slot to check */
    unsigned sweep_matches; /* clients disconnected in this sweep */
};

/* Opens the socket. Returns false after a line on standard error. */
bool control_open(struct control *ctl, const char *path);

/* Watches the socket, if it is open. Returns false with errno set. */
bool control_start(struct control *ctl, const struct poller *poller);

/* Closes requests that took too long, and continues a sweep over the connections. */
void control_tick(struct control *ctl, int64_t now);

/* Starts a sweep: control_tick disconnects those who are banned, or not on the list of members. */
void control_sweep(struct control *ctl);

/* Returns when control_tick has something to do, in milliseconds; 0: never. */
int64_t control_deadline(const struct control *ctl);

#endif
