/* json_mode: PURE the front end for programs. Writes each packet of the server as a line of JSON
 * (common/record.h). A line of input is a packet to send, in JSON, or the text of a message. */
#ifndef TUI_STDIO_JSON_MODE_H
#define TUI_STDIO_JSON_MODE_H

#include "tui/stdio/frontend.h"

extern const struct frontend_kind json_mode;

#endif
