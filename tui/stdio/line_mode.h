/* plain: PURE the face that is read from top to bottom: by ear, on paper, on any terminal. A
 * person's line begins with the time, the server's with *, klatch's own with -, one of ours that
 * may not have arrived with ?, and one that goes on with a space. No nickname and no text can make
 * it otherwise. */
#ifndef TUI_STDIO_LINE_MODE_H
#define TUI_STDIO_LINE_MODE_H

#include "tui/stdio/frontend.h"

extern const struct face_kind plain_kind;

#endif
