#include "tui/terminal/key_parser.h"

#include "common/text.h"

#include <string.h>

enum {
    ESCAPE = 0x1b,
    BELL = 7,
    ESCAPE_TIMEOUT_MS = 50, /* ms: a terminal sends the rest of a key at once, a person does not */
    PASTE_TIMEOUT_MS = 1000,
    PASTE_REST_TIMEOUT_MS = 10000,
    KEY_BYTES_MAX = 16, /* more in one read than the longest key has */
    CTRL_C = 3,
};

static const char paste_end[] = "\x1b[201~";

/* Every spelling of a key that xterm, rxvt, the Linux console, PuTTY, screen and tmux use. */
static const struct {
    const char *bytes;
    enum action_kind kind;
    enum edit edit;
} keys[] = {
    {"\r", ACTION_ENTER, 0},
    {"\n", ACTION_ENTER, 0},
    {"\x1bOM", ACTION_ENTER, 0},
    {"\x1b\r", ACTION_NEWLINE, 0},
    {"\x1b\n", ACTION_NEWLINE, 0},
    {"\t", ACTION_COMPLETE, 0},
    {"\x1b[Z", ACTION_COMPLETE_PREV, 0},
    {"\x03", ACTION_QUIT, 0},
    {"\x1b\x03", ACTION_QUIT, 0}, /* an Escape just before it does not make it another key */
    {"\x0c", ACTION_REDRAW, 0},
    {"\x1a", ACTION_SUSPEND, 0},
    {"\x1bOP", ACTION_HELP, 0},
    {"\x1b[11~", ACTION_HELP, 0},
    {"\x1b[[A", ACTION_HELP, 0},
    {"\x1b[200~", ACTION_PASTE, 0},
    {"\x1b[I", ACTION_FOCUS_IN, 0},
    {"\x1b[O", ACTION_FOCUS_OUT, 0},

    {"\x1b[D", ACTION_EDIT, EDIT_LEFT},
    {"\x1bOD", ACTION_EDIT, EDIT_LEFT},
    {"\x02", ACTION_EDIT, EDIT_LEFT},
    {"\x1b[C", ACTION_EDIT, EDIT_RIGHT},
    {"\x1bOC", ACTION_EDIT, EDIT_RIGHT},
    {"\x06", ACTION_EDIT, EDIT_RIGHT},
    {"\x1b[1;5D", ACTION_EDIT, EDIT_WORD_LEFT},
    {"\x1b[1;3D", ACTION_EDIT, EDIT_WORD_LEFT},
    {"\x1bOd", ACTION_EDIT, EDIT_WORD_LEFT},
    {"\x1b[5D", ACTION_EDIT, EDIT_WORD_LEFT},
    {"\x1b\x62", ACTION_EDIT, EDIT_WORD_LEFT},
    {"\x1b[1;5C", ACTION_EDIT, EDIT_WORD_RIGHT},
    {"\x1b[1;3C", ACTION_EDIT, EDIT_WORD_RIGHT},
    {"\x1bOc", ACTION_EDIT, EDIT_WORD_RIGHT},
    {"\x1b[5C", ACTION_EDIT, EDIT_WORD_RIGHT},
    {"\x1b\x66", ACTION_EDIT, EDIT_WORD_RIGHT},
    {"\x1b[H", ACTION_EDIT, EDIT_HOME},
    {"\x1bOH", ACTION_EDIT, EDIT_HOME},
    {"\x1b[1~", ACTION_EDIT, EDIT_HOME},
    {"\x1b[7~", ACTION_EDIT, EDIT_HOME},
    {"\x01", ACTION_EDIT, EDIT_HOME},
    {"\x1b[F", ACTION_EDIT, EDIT_END},
    {"\x1bOF", ACTION_EDIT, EDIT_END},
    {"\x1b[4~", ACTION_EDIT, EDIT_END},
    {"\x1b[8~", ACTION_EDIT, EDIT_END},
    {"\x05", ACTION_EDIT, EDIT_END},
    {"\x7f", ACTION_EDIT, EDIT_BACKSPACE},
    {"\x08", ACTION_EDIT, EDIT_BACKSPACE},
    {"\x1b[3~", ACTION_EDIT, EDIT_DELETE},
    {"\x04", ACTION_EDIT, EDIT_DELETE},
    {"\x0b", ACTION_EDIT, EDIT_KILL_TO_END},
    {"\x15", ACTION_EDIT, EDIT_KILL_TO_START},
    {"\x17", ACTION_EDIT, EDIT_KILL_WORD_LEFT},
    {"\x1b\x7f", ACTION_EDIT, EDIT_KILL_WORD_LEFT},
    {"\x1b\x08", ACTION_EDIT, EDIT_KILL_WORD_LEFT},
    {"\x1b\x64", ACTION_EDIT, EDIT_KILL_WORD_RIGHT},
    {"\x1b[3;5~", ACTION_EDIT, EDIT_KILL_WORD_RIGHT},
    {"\x19", ACTION_EDIT, EDIT_YANK},
    {"\x14", ACTION_EDIT, EDIT_TRANSPOSE},
    {"\x1f", ACTION_EDIT, EDIT_UNDO},
    {"\x1b[A", ACTION_EDIT, EDIT_HISTORY_PREV},
    {"\x1bOA", ACTION_EDIT, EDIT_HISTORY_PREV},
    {"\x1b[B", ACTION_EDIT, EDIT_HISTORY_NEXT},
    {"\x1bOB", ACTION_EDIT, EDIT_HISTORY_NEXT},

    {"\x1b[5~", ACTION_PAGE_UP, 0},
    {"\x1b[6~", ACTION_PAGE_DOWN, 0},
    {"\x1b[1;2A", ACTION_LINE_UP, 0},
    {"\x1b[a", ACTION_LINE_UP, 0},
    {"\x1b[1;2B", ACTION_LINE_DOWN, 0},
    {"\x1b[b", ACTION_LINE_DOWN, 0},
    {"\x1b[1;5H", ACTION_TOP, 0},
    {"\x1b[7^", ACTION_TOP, 0},
    {"\x1b<", ACTION_TOP, 0},
    {"\x1b[1;5F", ACTION_BOTTOM, 0},
    {"\x1b[8^", ACTION_BOTTOM, 0},
    {"\x1b>", ACTION_BOTTOM, 0},
    {"\x12", ACTION_SEARCH_BACKWARD, 0},
    {"\x13", ACTION_SEARCH_FORWARD, 0},
    {"\x1bt", ACTION_TOGGLE_TIMESTAMPS, 0},
    {"\x1b=", ACTION_TOGGLE_JOINS, 0},
    {"\x1bu", ACTION_FIRST_UNREAD, 0},
    {"\x1bp", ACTION_MENTION_PREV, 0},
    {"\x1bn", ACTION_MENTION_NEXT, 0},
};

static bool give_text(struct key_parser *d, enum action_kind kind, struct action *ret)
{
    if (d->n == 0) return false;
    *ret = (struct action){.kind = kind, .text = d->text, .n = d->n, .cut = d->cut};
    d->taken = true;
    return true;
}

static bool end_paste(struct key_parser *d, struct action *ret)
{
    d->pasting = d->after_cr = d->late = false;
    d->ending = d->character_n = 0;
    return give_text(d, ACTION_PASTE, ret);
}

/* An answer, from ESC ] to BEL or to ESC \ (ECMA-48: OSC, ST). */
static bool is_string(const char *s, size_t n)
{
    return n > 1 && s[1] == ']';
}

static bool is_whole_string(const char *s, size_t n)
{
    return n > 2 && (s[n - 1] == BELL || (n > 3 && s[n - 2] == ESCAPE));
}

static bool end_string(struct key_parser *d, size_t n, struct action *ret)
{
    static const char background[] = "\x1b]11;";
    size_t start = sizeof background - 1, end = n - (d->sequence[n - 1] == BELL ? 1 : 2);
    if (end < start || memcmp(d->sequence, background, start) != 0) return false;
    *ret = (struct action){
        .kind = ACTION_BACKGROUND_REPLY, .text = d->sequence + start, .n = end - start};
    return true;
}

/* The key that the collected sequence spells; one that nobody knows is dropped. */
static bool end_sequence(struct key_parser *d, struct action *ret)
{
    size_t n = d->sequence_n, i = 0;
    d->sequence_n = 0;
    if (is_string(d->sequence, n)) return end_string(d, n, ret);
    while (i < sizeof keys / sizeof *keys &&
           (strlen(keys[i].bytes) != n || memcmp(keys[i].bytes, d->sequence, n) != 0))
        i++;
    if (i == sizeof keys / sizeof *keys) return false;
    d->pasting = keys[i].kind == ACTION_PASTE;
    *ret = (struct action){.kind = keys[i].kind, .edit = keys[i].edit};
    return !d->pasting;
}

/* Bytes that make no character are dropped, and so is what overflows. */
static void add_text(struct key_parser *d, char c)
{
    if (((unsigned char)c & 0xc0) != 0x80) d->character_n = 0;
    if (d->character_n == sizeof d->character) d->character_n = 0;
    d->character[d->character_n++] = c;
    if (!text_valid(d->character, d->character_n)) return;
    if (d->character_n > sizeof d->text - d->n) d->cut = true;
    if (d->cut) return;
    memcpy(d->text + d->n, d->character, d->character_n);
    d->n += d->character_n;
    d->character_n = 0;
}

/* A line may end in CR, LF or both; other controls have no place in a text. */
static void add_pasted(struct key_parser *d, char c)
{
    bool second = c == '\n' && d->after_cr;
    d->after_cr = c == '\r';
    if (second) return;
    if (c == '\r') c = '\n';
    if (((unsigned char)c >= ' ' && c != 0x7f) || c == '\n' || c == '\t') add_text(d, c);
}

static bool paste_byte(struct key_parser *d, char c, struct action *ret)
{
    if (c != paste_end[d->ending]) {
        for (size_t i = 1; i < d->ending; i++) add_pasted(d, paste_end[i]);
        d->ending = 0;
    }
    if (c != paste_end[d->ending]) {
        add_pasted(d, c);
        return false;
    }
    d->ending++;
    return d->ending == sizeof paste_end - 1 && end_paste(d, ret);
}

/* Whether these bytes are the start of a key's sequence that another byte belongs to. */
static bool is_open(const char *s, size_t n)
{
    if (n == 1) return s[0] == ESCAPE;
    if (is_string(s, n)) return !is_whole_string(s, n);
    if (n == 2) return s[1] == '[' || s[1] == 'O';
    if (n == 3 && s[1] == '[' && s[2] == '[') return true;
    return s[n - 1] < '@' && s[n - 1] >= ' ';
}

static bool key_byte(struct key_parser *d, char c, struct action *ret)
{
    bool ends = is_string(d->sequence, d->sequence_n) && (c == BELL || c == ESCAPE);
    bool broken = d->sequence_n > 1 && (unsigned char)c < ' ' && !ends;
    if (broken) d->sequence_n = 0;
    if (d->sequence_n == 1 && c == ESCAPE) {
        *ret = (struct action){.kind = ACTION_ESCAPE};
        return true;
    }
    if (d->sequence_n == sizeof d->sequence) d->sequence_n--; /* too long to be known to anyone */
    d->sequence[d->sequence_n++] = c;
    return !is_open(d->sequence, d->sequence_n) && end_sequence(d, ret);
}

static bool is_text(const struct key_parser *d, char c)
{
    return d->sequence_n == 0 && (unsigned char)c >= ' ' && c != 0x7f;
}

static void forget_taken(struct key_parser *d)
{
    if (d->taken) d->n = d->cut = 0;
    d->taken = false;
}

static bool input_byte(struct key_parser *d, char c, struct action *ret)
{
    if (d->pasting) return paste_byte(d, c, ret);
    if (!is_text(d, c)) return key_byte(d, c, ret);
    add_text(d, c);
    return false;
}

/* A paste that lost its end must not hold who wants to leave: Ctrl+C in a read of its own was
 * typed. */
static bool is_held_up(const struct key_parser *d, struct span in)
{
    return d->pasting && in.n == 1 && *in.p == CTRL_C;
}

/* What was typed so far is told before the key that follows it. */
bool key_parser_next(struct key_parser *d, struct span *in, struct action *ret)
{
    forget_taken(d);
    if (is_held_up(d, *in) && end_paste(d, ret)) return true;
    if (d->late && in->n > KEY_BYTES_MAX) d->pasting = true;
    while (in->n > 0) {
        char c = *in->p;
        if (!d->pasting && !is_text(d, c) && give_text(d, ACTION_TEXT, ret)) return true;
        in->p++;
        in->n--;
        if (input_byte(d, c, ret)) return true;
    }
    return !d->pasting && give_text(d, ACTION_TEXT, ret);
}

static bool give_up_paste(struct key_parser *d, struct action *ret)
{
    bool told = end_paste(d, ret);
    d->late = true;
    return told;
}

int key_parser_timeout_ms(const struct key_parser *d)
{
    if (d->pasting) return PASTE_TIMEOUT_MS;
    if (d->sequence_n > 0) return ESCAPE_TIMEOUT_MS;
    return d->late ? PASTE_REST_TIMEOUT_MS : -1;
}

bool key_parser_expire(struct key_parser *d, struct action *ret)
{
    forget_taken(d);
    if (d->pasting) return give_up_paste(d, ret);
    if (d->sequence_n == 0) d->late = false;
    bool escape = d->sequence_n == 1;
    d->sequence_n = 0;
    *ret = (struct action){.kind = ACTION_ESCAPE};
    return escape;
}
