#include "tui/terminal/escape_sequence.h"

#include <stdbool.h>

enum { ESCAPE = 0x1b, BELL = 7, DELETE = 0x7f };

static enum escape_state after_escape(char c)
{
    switch (c) {
    case ESCAPE: return ESCAPE_BROKEN;
    case '[': return ESCAPE_CSI;
    case 'O': return ESCAPE_SS3;
    case ']': /* OSC */
    case 'P': /* DCS */
    case '_': /* APC */
    case '^': /* PM */
    case 'X': /* SOS */ return ESCAPE_STRING;
    default: return ESCAPE_NONE;
    }
}

static bool is_parameter(char c)
{
    return c >= ' ' && c < '@';
}

static bool is_final(char c)
{
    return c >= '@' && c < DELETE;
}

static enum escape_state in_csi(enum escape_state state, char c)
{
    bool numeric = state != ESCAPE_CSI_REST;
    if (state == ESCAPE_CSI && c == '[') return ESCAPE_CSI_LINUX;
    if (state == ESCAPE_CSI && c == 'M') return ESCAPE_CSI_MOUSE_3;
    if (state == ESCAPE_CSI_NUMBER && c == '$') return ESCAPE_NONE; /* rxvt, with Shift */
    if (is_parameter(c))
        return numeric && c >= '0' && c <= '9' ? ESCAPE_CSI_NUMBER : ESCAPE_CSI_REST;
    return is_final(c) ? ESCAPE_NONE : ESCAPE_BROKEN;
}

static enum escape_state in_string(char c)
{
    if (c == BELL) return ESCAPE_NONE;
    if (c == ESCAPE) return ESCAPE_STRING_END;
    return (unsigned char)c < ' ' ? ESCAPE_BROKEN : ESCAPE_STRING;
}

enum escape_state escape_next(enum escape_state state, char c)
{
    bool control = (unsigned char)c < ' ';
    switch (state) {
    case ESCAPE_NONE: return c == ESCAPE ? ESCAPE_BEGUN : ESCAPE_NONE;
    case ESCAPE_BEGUN: return after_escape(c);
    case ESCAPE_SS3:
        return is_parameter(c) ? ESCAPE_SS3 : is_final(c) ? ESCAPE_NONE : ESCAPE_BROKEN;
    case ESCAPE_CSI:
    case ESCAPE_CSI_NUMBER:
    case ESCAPE_CSI_REST: return in_csi(state, c);
    case ESCAPE_CSI_LINUX: return is_final(c) ? ESCAPE_NONE : ESCAPE_BROKEN;
    case ESCAPE_CSI_MOUSE_3: return control ? ESCAPE_BROKEN : ESCAPE_CSI_MOUSE_2;
    case ESCAPE_CSI_MOUSE_2: return control ? ESCAPE_BROKEN : ESCAPE_CSI_MOUSE_1;
    case ESCAPE_CSI_MOUSE_1: return control ? ESCAPE_BROKEN : ESCAPE_NONE;
    case ESCAPE_STRING: return in_string(c);
    case ESCAPE_STRING_END: return c == '\\' ? ESCAPE_NONE : ESCAPE_BROKEN;
    case ESCAPE_BROKEN: break;
    }
    return ESCAPE_BROKEN;
}

enum escape_state escape_resume(enum escape_state state)
{
    return state == ESCAPE_STRING_END ? ESCAPE_BEGUN : ESCAPE_NONE;
}
