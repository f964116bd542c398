/* json_mode: PURE the front end for programs. Each packet of the server is a line of JSON, as
 * common/record writes it; a line of input is a packet to send, in JSON, or else a text to say. */
#ifndef TUI_STDIO_JSON_MODE_H
#define TUI_STDIO_JSON_MODE_H

#include "tui/stdio/frontend.h"

extern const struct frontend_kind json_mode;

#endif
