/* pipe: PURE the face for programs. Each packet of the server is a line of JSON, as record writes
 * it; a line that comes is a packet to be sent, in JSON, or else a text to be said. */
#ifndef TUI_STDIO_JSON_MODE_H
#define TUI_STDIO_JSON_MODE_H

#include "tui/stdio/frontend.h"

extern const struct face_kind pipe_kind;

#endif
