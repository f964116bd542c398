#include "tui/terminal/key_parser.h"

#include "common/text.h"

#include <string.h>

enum {
    ESCAPE = 0x1b,
    BELL = 7,
    ESCAPE_PATIENCE = 50, /* ms: a terminal sends the rest of a key at once, a person does not */
    PASTE_PATIENCE = 1000,
    REST_PATIENCE = 10000,
    KEY_BYTES = 16, /* more in one read than the longest key has */
    CTRL_C = 3,
};

static const char paste_end[] = "\x1b[201~";

/* Every spelling of a key that xterm, rxvt, the Linux console, PuTTY, screen and tmux use. */
static const struct {
    const char *bytes;
    enum input_kind kind;
    enum edit edit;
} keys[] = {
    {"\r", INPUT_ENTER, 0},
    {"\n", INPUT_ENTER, 0},
    {"\x1bOM", INPUT_ENTER, 0},
    {"\x1b\r", INPUT_NEWLINE, 0},
    {"\x1b\n", INPUT_NEWLINE, 0},
    {"\t", INPUT_COMPLETE, 0},
    {"\x1b[Z", INPUT_COMPLETE_BACK, 0},
    {"\x03", INPUT_LEAVE, 0},
    {"\x1b\x03", INPUT_LEAVE, 0}, /* an Escape just before it does not make it another key */
    {"\x0c", INPUT_REDRAW, 0},
    {"\x1a", INPUT_SUSPEND, 0},
    {"\x1bOP", INPUT_HELP, 0},
    {"\x1b[11~", INPUT_HELP, 0},
    {"\x1b[[A", INPUT_HELP, 0},
    {"\x1b[200~", INPUT_PASTE, 0},
    {"\x1b[I", INPUT_FOCUS, 0},
    {"\x1b[O", INPUT_BLUR, 0},

    {"\x1b[D", INPUT_EDIT, EDIT_LEFT},
    {"\x1bOD", INPUT_EDIT, EDIT_LEFT},
    {"\x02", INPUT_EDIT, EDIT_LEFT},
    {"\x1b[C", INPUT_EDIT, EDIT_RIGHT},
    {"\x1bOC", INPUT_EDIT, EDIT_RIGHT},
    {"\x06", INPUT_EDIT, EDIT_RIGHT},
    {"\x1b[1;5D", INPUT_EDIT, EDIT_WORD_LEFT},
    {"\x1b[1;3D", INPUT_EDIT, EDIT_WORD_LEFT},
    {"\x1bOd", INPUT_EDIT, EDIT_WORD_LEFT},
    {"\x1b[5D", INPUT_EDIT, EDIT_WORD_LEFT},
    {"\x1b\x62", INPUT_EDIT, EDIT_WORD_LEFT},
    {"\x1b[1;5C", INPUT_EDIT, EDIT_WORD_RIGHT},
    {"\x1b[1;3C", INPUT_EDIT, EDIT_WORD_RIGHT},
    {"\x1bOc", INPUT_EDIT, EDIT_WORD_RIGHT},
    {"\x1b[5C", INPUT_EDIT, EDIT_WORD_RIGHT},
    {"\x1b\x66", INPUT_EDIT, EDIT_WORD_RIGHT},
    {"\x1b[H", INPUT_EDIT, EDIT_HOME},
    {"\x1bOH", INPUT_EDIT, EDIT_HOME},
    {"\x1b[1~", INPUT_EDIT, EDIT_HOME},
    {"\x1b[7~", INPUT_EDIT, EDIT_HOME},
    {"\x01", INPUT_EDIT, EDIT_HOME},
    {"\x1b[F", INPUT_EDIT, EDIT_END},
    {"\x1bOF", INPUT_EDIT, EDIT_END},
    {"\x1b[4~", INPUT_EDIT, EDIT_END},
    {"\x1b[8~", INPUT_EDIT, EDIT_END},
    {"\x05", INPUT_EDIT, EDIT_END},
    {"\x7f", INPUT_EDIT, EDIT_BACKSPACE},
    {"\x08", INPUT_EDIT, EDIT_BACKSPACE},
    {"\x1b[3~", INPUT_EDIT, EDIT_DELETE},
    {"\x04", INPUT_EDIT, EDIT_DELETE},
    {"\x0b", INPUT_EDIT, EDIT_CUT_TO_END},
    {"\x15", INPUT_EDIT, EDIT_CUT_TO_START},
    {"\x17", INPUT_EDIT, EDIT_CUT_WORD_LEFT},
    {"\x1b\x7f", INPUT_EDIT, EDIT_CUT_WORD_LEFT},
    {"\x1b\x08", INPUT_EDIT, EDIT_CUT_WORD_LEFT},
    {"\x1b\x64", INPUT_EDIT, EDIT_CUT_WORD_RIGHT},
    {"\x1b[3;5~", INPUT_EDIT, EDIT_CUT_WORD_RIGHT},
    {"\x19", INPUT_EDIT, EDIT_YANK},
    {"\x14", INPUT_EDIT, EDIT_TRANSPOSE},
    {"\x1f", INPUT_EDIT, EDIT_UNDO},
    {"\x1b[A", INPUT_EDIT, EDIT_OLDER},
    {"\x1bOA", INPUT_EDIT, EDIT_OLDER},
    {"\x1b[B", INPUT_EDIT, EDIT_NEWER},
    {"\x1bOB", INPUT_EDIT, EDIT_NEWER},

    {"\x1b[5~", INPUT_PAGE_UP, 0},
    {"\x1b[6~", INPUT_PAGE_DOWN, 0},
    {"\x1b[1;2A", INPUT_ROW_UP, 0},
    {"\x1b[a", INPUT_ROW_UP, 0},
    {"\x1b[1;2B", INPUT_ROW_DOWN, 0},
    {"\x1b[b", INPUT_ROW_DOWN, 0},
    {"\x1b[1;5H", INPUT_TOP, 0},
    {"\x1b[7^", INPUT_TOP, 0},
    {"\x1b<", INPUT_TOP, 0},
    {"\x1b[1;5F", INPUT_BOTTOM, 0},
    {"\x1b[8^", INPUT_BOTTOM, 0},
    {"\x1b>", INPUT_BOTTOM, 0},
    {"\x12", INPUT_SEARCH_BACK, 0},
    {"\x13", INPUT_SEARCH_ON, 0},
    {"\x1bt", INPUT_TIMES, 0},
    {"\x1b=", INPUT_JOINS, 0},
    {"\x1bu", INPUT_UNREAD, 0},
    {"\x1bp", INPUT_MENTION_UP, 0},
    {"\x1bn", INPUT_MENTION_DOWN, 0},
};

static bool give_text(struct input_decoder *d, enum input_kind kind, struct input *ret)
{
    if (d->n == 0) return false;
    *ret = (struct input){.kind = kind, .text = d->text, .n = d->n, .cut = d->cut};
    d->taken = true;
    return true;
}

static bool end_paste(struct input_decoder *d, struct input *ret)
{
    d->pasting = d->after_cr = d->late = false;
    d->ending = d->character_n = 0;
    return give_text(d, INPUT_PASTE, ret);
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

static bool end_string(struct input_decoder *d, size_t n, struct input *ret)
{
    static const char ground[] = "\x1b]11;";
    size_t start = sizeof ground - 1, end = n - (d->sequence[n - 1] == BELL ? 1 : 2);
    if (end < start || memcmp(d->sequence, ground, start) != 0) return false;
    *ret = (struct input){.kind = INPUT_GROUND, .text = d->sequence + start, .n = end - start};
    return true;
}

/* The key that the collected sequence spells; one that nobody knows is dropped. */
static bool end_sequence(struct input_decoder *d, struct input *ret)
{
    size_t n = d->sequence_n, i = 0;
    d->sequence_n = 0;
    if (is_string(d->sequence, n)) return end_string(d, n, ret);
    while (i < sizeof keys / sizeof *keys &&
           (strlen(keys[i].bytes) != n || memcmp(keys[i].bytes, d->sequence, n) != 0))
        i++;
    if (i == sizeof keys / sizeof *keys) return false;
    d->pasting = keys[i].kind == INPUT_PASTE;
    *ret = (struct input){.kind = keys[i].kind, .edit = keys[i].edit};
    return !d->pasting;
}

/* Bytes that make no character are dropped, and so is what overflows. */
static void add_text(struct input_decoder *d, char c)
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
static void add_pasted(struct input_decoder *d, char c)
{
    bool second = c == '\n' && d->after_cr;
    d->after_cr = c == '\r';
    if (second) return;
    if (c == '\r') c = '\n';
    if (((unsigned char)c >= ' ' && c != 0x7f) || c == '\n' || c == '\t') add_text(d, c);
}

static bool paste_byte(struct input_decoder *d, char c, struct input *ret)
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

static bool key_byte(struct input_decoder *d, char c, struct input *ret)
{
    bool ends = is_string(d->sequence, d->sequence_n) && (c == BELL || c == ESCAPE);
    bool broken = d->sequence_n > 1 && (unsigned char)c < ' ' && !ends;
    if (broken) d->sequence_n = 0;
    if (d->sequence_n == 1 && c == ESCAPE) {
        *ret = (struct input){.kind = INPUT_ESCAPE};
        return true;
    }
    if (d->sequence_n == sizeof d->sequence) d->sequence_n--; /* too long to be known to anyone */
    d->sequence[d->sequence_n++] = c;
    return !is_open(d->sequence, d->sequence_n) && end_sequence(d, ret);
}

static bool is_text(const struct input_decoder *d, char c)
{
    return d->sequence_n == 0 && (unsigned char)c >= ' ' && c != 0x7f;
}

static void forget_taken(struct input_decoder *d)
{
    if (d->taken) d->n = d->cut = 0;
    d->taken = false;
}

static bool input_byte(struct input_decoder *d, char c, struct input *ret)
{
    if (d->pasting) return paste_byte(d, c, ret);
    if (!is_text(d, c)) return key_byte(d, c, ret);
    add_text(d, c);
    return false;
}

/* A paste that lost its end must not hold who wants to leave: Ctrl+C in a read of its own was
 * typed. */
static bool is_held_up(const struct input_decoder *d, struct span in)
{
    return d->pasting && in.n == 1 && *in.p == CTRL_C;
}

/* What was typed so far is told before the key that follows it. */
bool input_next(struct input_decoder *d, struct span *in, struct input *ret)
{
    forget_taken(d);
    if (is_held_up(d, *in) && end_paste(d, ret)) return true;
    if (d->late && in->n > KEY_BYTES) d->pasting = true;
    while (in->n > 0) {
        char c = *in->p;
        if (!d->pasting && !is_text(d, c) && give_text(d, INPUT_TEXT, ret)) return true;
        in->p++;
        in->n--;
        if (input_byte(d, c, ret)) return true;
    }
    return !d->pasting && give_text(d, INPUT_TEXT, ret);
}

static bool give_up_paste(struct input_decoder *d, struct input *ret)
{
    bool told = end_paste(d, ret);
    d->late = true;
    return told;
}

int input_patience(const struct input_decoder *d)
{
    if (d->pasting) return PASTE_PATIENCE;
    if (d->sequence_n > 0) return ESCAPE_PATIENCE;
    return d->late ? REST_PATIENCE : -1;
}

bool input_expire(struct input_decoder *d, struct input *ret)
{
    forget_taken(d);
    if (d->pasting) return give_up_paste(d, ret);
    if (d->sequence_n == 0) d->late = false;
    bool escape = d->sequence_n == 1;
    d->sequence_n = 0;
    *ret = (struct input){.kind = INPUT_ESCAPE};
    return escape;
}
