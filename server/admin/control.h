/* control: executes the administrator's commands. Logs each with the user and process it came from
 * (unix(7), SO_PEERCRED). */
#ifndef SERVER_ADMIN_CONTROL_H
#define SERVER_ADMIN_CONTROL_H

#include "server/admin/admin.h"

/* Answers and log lines. */
#define CONTROL_NO_MEMBER    "no member has this nickname"
#define CONTROL_KICKED(nick) "disconnected " nick
#define CONTROL_CLOSING(n)   "the room closes in " n " seconds"
#define CONTROL_CLOSING_NOW  "the room closes now"
#define CONTROL_COMMAND      "control: command from"
#define CONTROL_SWEPT(n)     "control: disconnected " n " clients from banned addresses"

extern const struct endpoint_ops control_ops; /* its context: a struct admin */

/* Disconnects clients from banned addresses; checks some connections in each iteration. */
void control_disconnect_banned(struct admin *a);

#endif
