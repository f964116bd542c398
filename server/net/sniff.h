/* sniff: PURE detects clients of other protocols. */
#ifndef SERVER_NET_SNIFF_H
#define SERVER_NET_SNIFF_H

#include "common/frame.h"

/* Returns the message for a client whose first bytes look like TLS (RFC 8446, 5.1), HTTP or SSH
 * (RFC 4253, 4.2); NULL: they do not. */
const char *sniff_protocol(struct span first);

/* Whether these bytes may be the beginning of such first bytes, so that more bytes must decide. */
bool sniff_needs_more(struct span first);

#endif
