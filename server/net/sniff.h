/* sniff: PURE what a stranger speaks who does not speak our protocol. */
#ifndef SERVER_NET_SNIFF_H
#define SERVER_NET_SNIFF_H

#include "common/frame.h"

/* What it is to be told, by the first bytes of a packet that has not come whole: that they look
 * like TLS (RFC 8446, 5.1), HTTP or SSH (RFC 4253, 4.2). NULL: they may be ours. */
const char *sniff_protocol(struct span first);

#endif
