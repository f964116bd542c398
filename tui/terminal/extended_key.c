#include "tui/terminal/extended_key.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

/* Modifiers and events as both protocols number them, less the 1 that they add. */
enum {
    SHIFT = 1,
    ALT = 2,
    CTRL = 4,
    SUPER_OR_HYPER = 8 | 16,
    META = 32,
    CAPS_LOCK = 64,
    RELEASED = 3,
};

enum {
    TAB = 9,
    ENTER = 13,
    ESCAPE = 27,
    BACKSPACE = 127,
    PRIVATE_USE = 0xe000,
    PRIVATE_USE_END = 0xf900
};

/* ESC [ a:b:c ; d:e:f ; g:h:i FINAL. A missing part is 0. */
enum { FIELDS = 3, PARTS = 3 };
struct csi {
    unsigned field[FIELDS][PARTS];
    int count; /* number of fields present */
    char final;
};

static bool parse_csi(const char *s, size_t n, struct csi *ret)
{
    int field = 0, part = 0;
    *ret = (struct csi){.final = s[n - 1]};
    if (n < 3 || s[1] != '[') return false;
    for (const char *p = s + 2; p < s + n - 1; p++) {
        unsigned *value =
            field < FIELDS && part < PARTS ? &ret->field[field][part] : &(unsigned){0};
        if (*p == ';')
            field++, part = 0;
        else if (*p == ':')
            part++;
        else if (*p < '0' || *p > '9')
            return false;
        else if (*value < 0x110000)
            *value = *value * 10 + (unsigned)(*p - '0');
    }
    ret->count = field + 1;
    return true;
}

static unsigned modifiers(const struct csi *c)
{
    unsigned bits = c->field[1][0] > 0 ? c->field[1][0] - 1 : 0;
    return bits & META ? bits | ALT : bits;
}

/* Writes the sequence of a cursor or function key, with its modifiers except the locks. */
static size_t write_function_key(unsigned number, unsigned bits, char final, char *ret)
{
    bool numbered = final == '~';
    if (bits & SUPER_OR_HYPER) return 0;
    bits &= SHIFT | ALT | CTRL;
    if (!numbered) number = 1;
    int n = bits != 0  ? snprintf(ret, EXTENDED_KEY_SIZE, "\x1b[%u;%u%c", number, bits + 1, final)
            : numbered ? snprintf(ret, EXTENDED_KEY_SIZE, "\x1b[%u~", number)
                       : snprintf(ret, EXTENDED_KEY_SIZE, "\x1b[%c", final);
    return (size_t)n;
}

/* The keys of the keypad have numbers of their own: first the text keys, then the cursor keys. */
enum { KEYPAD_TEXT = 57399, KEYPAD_MOVES = 57417 };
static const char keypad_text[] = "0123456789./*-+\r=,", keypad_moves[] = "DCAB56HF23";

static size_t write_keypad_move(unsigned code, unsigned bits, char *ret)
{
    char key = keypad_moves[code - KEYPAD_MOVES];
    bool numbered = key >= '0' && key <= '9';
    return write_function_key((unsigned)(key - '0'), bits, numbered ? '~' : key, ret);
}

static bool is_letter(unsigned c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Returns the shifted character of a key in the US layout: kitty reports the real one on request
 * only. */
static unsigned shift(unsigned c)
{
    static const char pairs[] = ",<.>-_";
    if (c >= 'a' && c <= 'z') return c - 'a' + 'A';
    for (const char *p = pairs; *p != '\0'; p += 2)
        if (c == (unsigned)*p) return (unsigned)p[1];
    return c;
}

/* Returns the control character of Ctrl and a character; -1: none. */
static int control(unsigned c)
{
    if (c == '/' || c == '-' || c == '7') return '_' & 0x1f;
    if (c >= '@' && c < BACKSPACE) return (int)c & 0x1f;
    return c == TAB || c == ENTER || c == ESCAPE || c == BACKSPACE || c == '\b' ? (int)c : -1;
}

/* Writes the bytes of a character key with these modifiers. Shift+Enter counts as Alt+Enter:
 * without these protocols, terminals cannot tell it from Enter. */
static size_t write_character(unsigned c, unsigned bits, char *ret)
{
    size_t n = 0;
    if (c == ENTER && bits & SHIFT) bits |= ALT;
    if (c == TAB && bits & SHIFT) return write_function_key(0, 0, 'Z', ret);
    if (bits & SUPER_OR_HYPER || (c >= PRIVATE_USE && c < PRIVATE_USE_END)) return 0;
    if (bits & CTRL) {
        int code = control(c);
        if (code < 0) return 0;
        c = (unsigned)code;
    }
    if (bits & ALT && c != ESCAPE) ret[n++] = ESCAPE;
    if (!utf8proc_codepoint_valid((utf8proc_int32_t)c)) return 0;
    return n + (size_t)utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)ret + n);
}

/* Writes the bytes of a CSI u sequence. Its fields: key : shifted key : key of the US layout;
 * modifiers : event; text. */
static size_t write_key(const struct csi *c, char *ret)
{
    unsigned code = c->field[0][0], shifted = c->field[0][1], us = c->field[0][2];
    unsigned bits = modifiers(c), text = c->field[2][0];
    bool chord = bits & (ALT | CTRL), upper = bits & SHIFT;
    if (code >= KEYPAD_MOVES && code - KEYPAD_MOVES < sizeof keypad_moves - 1)
        return write_keypad_move(code, bits, ret);
    if (code >= KEYPAD_TEXT && code - KEYPAD_TEXT < sizeof keypad_text - 1)
        code = (unsigned char)keypad_text[code - KEYPAD_TEXT];
    if (!chord && text > 0) return write_character(text, 0, ret);
    if (chord && code > BACKSPACE && us > 0) code = us, shifted = 0;
    if (is_letter(code) && bits & CAPS_LOCK && !chord) upper = !upper;
    if (upper) code = shifted > 0 ? shifted : shift(code);
    return write_character(code, bits, ret);
}

size_t extended_key_translate(const char *sequence, size_t n, char ret[static EXTENDED_KEY_SIZE])
{
    struct csi c;
    bool read = n > 2 && n <= EXTENDED_KEY_SIZE && parse_csi(sequence, n, &c);
    if (read && c.field[1][1] == RELEASED) return 0;
    if (read && c.final == 'u') return write_key(&c, ret);
    if (read && c.final == '~' && c.field[0][0] == 27 && c.count == 3)
        return write_character(c.field[2][0], modifiers(&c), ret);
    if (read && c.count == 2 && c.field[1][0] > 0)
        return write_function_key(c.field[0][0], modifiers(&c), c.final, ret);
    if (n > EXTENDED_KEY_SIZE) return 0;
    memcpy(ret, sequence, n);
    return n;
}
