#include "tui/terminal/key_parser.h"

#include "common/text.h"

#include <string.h>

enum {
    ESCAPE = 0x1b,
    BELL = 7,
    ESCAPE_TIMEOUT_MS = 50, /* a terminal sends the rest of a sequence at once */
    PASTE_TIMEOUT_MS = 1000,
    PASTE_REST_TIMEOUT_MS = 10000, /* for the rest of a paste that timed out */
    KEY_BYTES_MAX = 16,            /* longer than any key */
    CTRL_C = 3,
};

static const char paste_end[] = "\x1b[201~";

/* All sequences that xterm, rxvt, the Linux console, PuTTY, screen and tmux send for a key. */
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
    {"\x1b\x03", ACTION_QUIT, 0}, /* Escape, then at once Ctrl+C */
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

static bool return_text(struct key_parser *k, enum action_kind kind, struct action *ret)
{
    if (k->n == 0) return false;
    *ret = (struct action){.kind = kind, .text = k->text, .n = k->n, .cut = k->cut};
    k->returned = true;
    return true;
}

static bool end_paste(struct key_parser *k, struct action *ret)
{
    k->pasting = k->after_cr = k->late = false;
    k->end_marker = k->character_n = 0;
    return return_text(k, ACTION_PASTE, ret);
}

/* Whether this is the start of a reply, from ESC ] to BEL or to ESC \ (ECMA-48: OSC, ST). */
static bool is_string(const char *s, size_t n)
{
    return n > 1 && s[1] == ']';
}

static bool is_complete_string(const char *s, size_t n)
{
    return n > 2 && (s[n - 1] == BELL || (n > 3 && s[n - 2] == ESCAPE));
}

static bool end_string(struct key_parser *k, size_t n, struct action *ret)
{
    static const char background[] = "\x1b]11;";
    size_t start = sizeof background - 1, end = n - (k->sequence[n - 1] == BELL ? 1 : 2);
    if (end < start || memcmp(k->sequence, background, start) != 0) return false;
    *ret = (struct action){
        .kind = ACTION_BACKGROUND_REPLY, .text = k->sequence + start, .n = end - start};
    return true;
}

/* Looks up the collected sequence. Drops an unknown one. */
static bool end_sequence(struct key_parser *k, struct action *ret)
{
    size_t n = k->sequence_n, i = 0;
    k->sequence_n = 0;
    if (is_string(k->sequence, n)) return end_string(k, n, ret);
    while (i < sizeof keys / sizeof *keys &&
           (strlen(keys[i].bytes) != n || memcmp(keys[i].bytes, k->sequence, n) != 0))
        i++;
    if (i == sizeof keys / sizeof *keys) return false;
    k->pasting = keys[i].kind == ACTION_PASTE;
    *ret = (struct action){.kind = keys[i].kind, .edit = keys[i].edit};
    return !k->pasting;
}

/* Drops invalid UTF-8, and text that does not fit. */
static void add_text(struct key_parser *k, char c)
{
    if (((unsigned char)c & 0xc0) != 0x80) k->character_n = 0;
    if (k->character_n == sizeof k->character) k->character_n = 0;
    k->character[k->character_n++] = c;
    if (!text_valid(k->character, k->character_n)) return;
    if (k->character_n > sizeof k->text - k->n) k->cut = true;
    if (k->cut) return;
    memcpy(k->text + k->n, k->character, k->character_n);
    k->n += k->character_n;
    k->character_n = 0;
}

/* Turns CR and CR LF into LF. Drops other control characters but tabs. */
static void add_pasted(struct key_parser *k, char c)
{
    bool crlf = c == '\n' && k->after_cr;
    k->after_cr = c == '\r';
    if (crlf) return;
    if (c == '\r') c = '\n';
    if (((unsigned char)c >= ' ' && c != 0x7f) || c == '\n' || c == '\t') add_text(k, c);
}

static bool add_paste_byte(struct key_parser *k, char c, struct action *ret)
{
    if (c != paste_end[k->end_marker]) {
        for (size_t i = 1; i < k->end_marker; i++) add_pasted(k, paste_end[i]);
        k->end_marker = 0;
    }
    if (c != paste_end[k->end_marker]) {
        add_pasted(k, c);
        return false;
    }
    k->end_marker++;
    return k->end_marker == sizeof paste_end - 1 && end_paste(k, ret);
}

/* Whether the sequence is incomplete. */
static bool is_incomplete(const char *s, size_t n)
{
    if (n == 1) return s[0] == ESCAPE;
    if (is_string(s, n)) return !is_complete_string(s, n);
    if (n == 2) return s[1] == '[' || s[1] == 'O';
    if (n == 3 && s[1] == '[' && s[2] == '[') return true;
    return s[n - 1] < '@' && s[n - 1] >= ' ';
}

static bool add_key_byte(struct key_parser *k, char c, struct action *ret)
{
    bool ends = is_string(k->sequence, k->sequence_n) && (c == BELL || c == ESCAPE);
    bool broken = k->sequence_n > 1 && (unsigned char)c < ' ' && !ends;
    if (broken) k->sequence_n = 0;
    if (k->sequence_n == 1 && c == ESCAPE) {
        *ret = (struct action){.kind = ACTION_ESCAPE};
        return true;
    }
    if (k->sequence_n == sizeof k->sequence)
        k->sequence_n--; /* too long for any key: it will be dropped */
    k->sequence[k->sequence_n++] = c;
    return !is_incomplete(k->sequence, k->sequence_n) && end_sequence(k, ret);
}

static bool is_text(const struct key_parser *k, char c)
{
    return k->sequence_n == 0 && (unsigned char)c >= ' ' && c != 0x7f;
}

static void drop_returned(struct key_parser *k)
{
    if (k->returned) k->n = k->cut = 0;
    k->returned = false;
}

static bool add_byte(struct key_parser *k, char c, struct action *ret)
{
    if (k->pasting) return add_paste_byte(k, c, ret);
    if (!is_text(k, c)) return add_key_byte(k, c, ret);
    add_text(k, c);
    return false;
}

/* Whether Ctrl+C was typed while a paste lacks its end marker: it arrives in a read of its own. The
 * user must be able to quit. */
static bool is_typed_ctrl_c(const struct key_parser *k, struct span in)
{
    return k->pasting && in.n == 1 && *in.p == CTRL_C;
}

/* Returns the typed text before the key that follows it. */
bool key_parser_next(struct key_parser *k, struct span *in, struct action *ret)
{
    drop_returned(k);
    if (is_typed_ctrl_c(k, *in) && end_paste(k, ret)) return true;
    if (k->late && in->n > KEY_BYTES_MAX) k->pasting = true;
    while (in->n > 0) {
        char c = *in->p;
        if (!k->pasting && !is_text(k, c) && return_text(k, ACTION_TEXT, ret)) return true;
        in->p++;
        in->n--;
        if (add_byte(k, c, ret)) return true;
    }
    return !k->pasting && return_text(k, ACTION_TEXT, ret);
}

static bool time_out_paste(struct key_parser *k, struct action *ret)
{
    bool has_text = end_paste(k, ret);
    k->late = true;
    return has_text;
}

int key_parser_timeout_ms(const struct key_parser *k)
{
    if (k->pasting) return PASTE_TIMEOUT_MS;
    if (k->sequence_n > 0) return ESCAPE_TIMEOUT_MS;
    return k->late ? PASTE_REST_TIMEOUT_MS : -1;
}

bool key_parser_expire(struct key_parser *k, struct action *ret)
{
    drop_returned(k);
    if (k->pasting) return time_out_paste(k, ret);
    if (k->sequence_n == 0) k->late = false;
    bool escape = k->sequence_n == 1;
    k->sequence_n = 0;
    *ret = (struct action){.kind = ACTION_ESCAPE};
    return escape;
}
