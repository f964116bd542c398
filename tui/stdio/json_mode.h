/* json_mode: PURE the front end for programs. Writes each packet of the server as a line of JSON
 * (common/record.h). A line of input is a packet to send, in JSON, or the text of a message. */
#ifndef TUI_STDIO_JSON_MODE_H
#define TUI_STDIO_JSON_MODE_H

#include "tui/stdio/frontend.h"

#define JSON_MODE_NO_NICK  "there is no nickname yet: begin with verify, or use --nick"
#define JSON_MODE_NO_MSG   "msg is missing or empty"
#define JSON_MODE_NO_PROTO "proto must be broadcast, verify, who or goodbye"
#define JSON_MODE_TOO_LONG "msg is too long for a packet"

extern const struct frontend_kind json_mode;

#endif
