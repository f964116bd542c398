/* control: the operator's orders, carried out. Each is logged with who gave it (unix(7),
 * SO_PEERCRED), and told to whom it concerns. */
#ifndef SERVER_ADMIN_CONTROL_H
#define SERVER_ADMIN_CONTROL_H

#include "server/admin/admin.h"

extern const struct endpoint_ops control_ops; /* its context: a struct admin */

/* Goes on looking for connections from networks that are banned, some in each turn, and cuts them
 * off. */
void control_disconnect_banned(struct admin *a);

#endif
