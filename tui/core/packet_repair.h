/* packet_repair: PURE rewrites a packet that packet_decode refuses as one that it accepts, so that
 * one member's odd text, relayed by a simple server, ends nothing. */
#ifndef TUI_CORE_PACKET_REPAIR_H
#define TUI_CORE_PACKET_REPAIR_H

#include "common/packet.h"

#include <stdbool.h>

/* Decodes a payload as packet_decode does, and if that refuses it, its repaired copy:
 *   - U+0000 becomes U+2400; an escape that is wrong, half a surrogate pair and a byte that is not
 *     UTF-8 become U+FFFD; a control character counts as escaped
 *   - of a field that occurs twice, the last counts
 *   - other fields may be nested, and as many as fit; white space, control characters and a byte
 *     order mark may stand around the object
 * A text that becomes longer than a packet is cut. Returns NULL, or a clause that says why the
 * packet cannot be read; *p is valid until the next packet is decoded. */
const char *packet_read(struct packet *p, struct span payload);

/* Whether a payload begins and ends like an object: then the stream is cut into frames rightly,
 * even if the packet cannot be read. */
bool packet_is_object(struct span payload);

#endif
