/* packet_repair: PURE rewrites an invalid packet so that packet_decode accepts it: a simple server
 * may relay invalid text of a member, and that must not end the session. */
#ifndef TUI_CORE_PACKET_REPAIR_H
#define TUI_CORE_PACKET_REPAIR_H

#include "common/packet.h"

#include <stdbool.h>

/* Decodes a payload as packet_decode does. If that refuses it, decodes a repaired copy:
 *   - U+0000 becomes U+2400; a wrong escape, half a surrogate pair, and a byte that is not UTF-8
 *     become U+FFFD; a control character becomes its escape
 *   - if a field occurs twice, the last one counts
 *   - other fields may be nested, and there may be any number of them
 *   - white space, control characters and a byte order mark around the object are removed
 *   - a text that becomes too long for a packet is cut
 * Returns NULL, or a clause that says why the packet cannot be read; *p is valid until the next
 * packet is decoded. */
const char *packet_read(struct packet *p, struct span payload);

/* Whether a payload begins and ends like an object: then the lengths of the stream are right, even
 * if the packet cannot be read. */
bool packet_is_object(struct span payload);

#endif
