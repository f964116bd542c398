/* pipe: PURE the face for programs. Each packet of the server is a line of JSON, as record writes
 * it; each line of JSON that comes is a packet to be sent. */
#ifndef TUI_PIPE_H
#define TUI_PIPE_H

#include "tui/face.h"

extern const struct face_kind pipe_kind;

#endif
