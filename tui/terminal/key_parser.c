#include "tui/terminal/key_parser.h"

#include "common/text.h"
#include "tui/terminal/extended_key.h"
#include "tui/terminal/key_table.h"

#include <string.h>

enum {
    ESCAPE = 0x1b,
    BELL = 7,
    CTRL_C = 3,
    CTRL_X = 0x18,
    DELETE = 0x7f,
    ESCAPE_TIMEOUT_MS = 50, /* for the rest of a sequence: a terminal sends it at once */
    ESCAPE_SLOW_MS = 300,   /* the same over a network, which may deliver it in two parts */
    SEQUENCE_TIMEOUT_MS = 500,
    STRING_TIMEOUT_MS = 3000,
    PASTE_TIMEOUT_MS = 1000,
    PASTE_REST_TIMEOUT_MS = 10000, /* for the rest of a paste that timed out */
    KEY_BYTES_MAX = 16,            /* longer than any key */
};

static const char paste_start[] = "\x1b[200~", paste_end[] = "\x1b[201~";

static bool return_text(struct key_parser *k, enum action_kind kind, struct action *ret)
{
    if (k->n == 0) return false;
    *ret = (struct action){.kind = kind, .text = k->text, .n = k->n, .cut = k->cut};
    k->returned = true;
    return true;
}

static bool end_paste(struct key_parser *k, struct action *ret)
{
    k->paste = PASTE_NONE;
    k->after_cr = k->after_end_marker = false;
    k->end_marker = k->character_n = 0;
    return return_text(k, ACTION_PASTE, ret);
}

/* Drops invalid UTF-8, and text that does not fit. */
static void add_text(struct key_parser *k, char c)
{
    k->after_ctrl_x = false;
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

static bool is_printable(char c)
{
    return (unsigned char)c >= ' ' && c != DELETE;
}

static bool is_line_end(char c)
{
    return c == '\r' || c == '\n';
}

/* -- keys and replies -- */

/* Returns the reply to OSC 11, the background colour. Drops all other strings. */
static bool end_string(struct key_parser *k, size_t n, struct action *ret)
{
    static const char background[] = "\x1b]11;";
    size_t start = sizeof background - 1, end = n - (k->sequence[n - 1] == BELL ? 1 : 2);
    if (end < start || memcmp(k->sequence, background, start) != 0) return false;
    *ret = (struct action){
        .kind = ACTION_BACKGROUND_REPLY, .text = k->sequence + start, .n = end - start};
    return true;
}

/* Returns a report of the wheel in xterm's SGR mode. Reports of buttons are no actions. */
static bool is_wheel_report(const struct key_parser *k, size_t n, struct action *ret)
{
    static const char up[] = "\x1b[<64;", down[] = "\x1b[<65;";
    bool is_up = memcmp(k->sequence, up, sizeof up - 1) == 0;
    bool is_down = memcmp(k->sequence, down, sizeof down - 1) == 0;
    *ret = (struct action){.kind = is_up ? ACTION_WHEEL_UP : ACTION_WHEEL_DOWN};
    return n >= sizeof up - 1 && (is_up || is_down);
}

/* Looks up a key, which may be the second one after Ctrl+X. */
static bool find_key(struct key_parser *k, const char *key, size_t n, struct action *ret)
{
    char both[EXTENDED_KEY_SIZE + 1] = {CTRL_X};
    bool second = k->after_ctrl_x;
    memcpy(both + 1, key, n);
    k->after_ctrl_x = n == 1 && key[0] == CTRL_X;
    return (second && key_table_find(both, n + 1, ret)) || key_table_find(key, n, ret);
}

/* Looks up the collected sequence. Drops an unknown one. */
static bool end_sequence(struct key_parser *k, struct action *ret)
{
    char key[EXTENDED_KEY_SIZE];
    size_t n = k->sequence_n;
    k->sequence_n = 0;
    if (n > 1 && k->sequence[1] == ']') return end_string(k, n, ret);
    if (is_wheel_report(k, n, ret)) return true;
    n = extended_key_translate(k->sequence, n, key);
    if (n == 0) return false;
    if (is_printable(key[0])) {
        for (size_t i = 0; i < n; i++) add_text(k, key[i]);
        return false;
    }
    *ret = (struct action){.kind = ACTION_ESCAPE};
    if (n == 1 && key[0] == ESCAPE) return true;
    if (!find_key(k, key, n, ret)) return false;
    if (ret->kind == ACTION_PASTE) k->paste = PASTE_MARKED;
    return ret->kind != ACTION_PASTE;
}

static bool add_byte(struct key_parser *k, char c, struct action *ret);

static void begin_sequence(struct key_parser *k)
{
    k->state = ESCAPE_BEGUN;
    k->sequence[0] = ESCAPE;
    k->sequence_n = 1;
}

/* Drops an incomplete sequence that the byte does not continue. ESC ESC is the Escape key, and the
 * start of another sequence. */
static bool restart_sequence(struct key_parser *k, char c, struct action *ret)
{
    bool escape = k->state == ESCAPE_BEGUN;
    k->state = escape_resume(k->state);
    k->sequence_n = 0;
    if (k->state == ESCAPE_BEGUN || escape) begin_sequence(k);
    *ret = (struct action){.kind = ACTION_ESCAPE};
    return escape || add_byte(k, c, ret);
}

static bool add_key_byte(struct key_parser *k, char c, struct action *ret)
{
    enum escape_state next = escape_next(k->state, c);
    if (next == ESCAPE_BROKEN) return restart_sequence(k, c, ret);
    if (k->sequence_n == sizeof k->sequence) k->sequence_n--; /* too long for any key */
    k->sequence[k->sequence_n++] = c;
    k->state = next;
    return next == ESCAPE_NONE && end_sequence(k, ret);
}

/* -- pastes -- */

/* Turns CR and CR LF into LF. Drops other control characters except tabs. */
static void add_pasted(struct key_parser *k, char c)
{
    bool crlf = c == '\n' && k->after_cr;
    k->after_cr = c == '\r';
    if (crlf) return;
    if (c == '\r') c = '\n';
    if (is_printable(c) || c == '\n' || c == '\t') add_text(k, c);
}

static void add_marked_byte(struct key_parser *k, char c)
{
    if (c != paste_end[k->end_marker]) {
        for (size_t i = 1; i < k->end_marker; i++) add_pasted(k, paste_end[i]);
        k->end_marker = 0;
    }
    if (c != paste_end[k->end_marker]) {
        add_pasted(k, c);
        return;
    }
    if (++k->end_marker < sizeof paste_end - 1) return;
    k->end_marker = 0;
    k->paste = PASTE_OPEN;
    k->after_end_marker = true;
}

/* Adds a byte to an open paste. Drops keys, but not reports and replies of the terminal. */
static bool add_open_byte(struct key_parser *k, char c, struct action *ret)
{
    bool text = k->state == ESCAPE_NONE && (is_printable(c) || is_line_end(c) || c == '\t');
    if (!text) return add_key_byte(k, c, ret) && ret->kind >= ACTION_FOCUS_IN;
    k->after_end_marker = false;
    add_pasted(k, c);
    return false;
}

/* -- reads -- */

static bool is_text(const struct key_parser *k, char c)
{
    return k->state == ESCAPE_NONE && is_printable(c);
}

static bool add_byte(struct key_parser *k, char c, struct action *ret)
{
    if (k->paste == PASTE_OPEN) return add_open_byte(k, c, ret);
    if (k->paste == PASTE_MARKED) {
        add_marked_byte(k, c);
        return false;
    }
    bool crlf = c == '\n' && k->after_cr;
    k->after_cr = c == '\r' && k->state == ESCAPE_NONE;
    if (crlf) return false;
    if (!is_text(k, c)) return add_key_byte(k, c, ret);
    add_text(k, c);
    return false;
}

/* The content of a read outside escape sequences, up to the start marker of a paste. */
struct content {
    bool text, line_end;
    bool line, lines; /* a complete line; text after it */
};

static void add_content(struct content *ret, char c)
{
    if (is_line_end(c)) ret->line_end = true;
    if (is_line_end(c) && ret->text) ret->line = true;
    if (!is_printable(c)) return;
    if (ret->line) ret->lines = true;
    ret->text = true;
}

static struct content look_at(enum escape_state state, struct span in)
{
    enum { MARKER = sizeof paste_start - 1 };
    struct content found = {0};
    for (size_t i = 0; i < in.n; i++) {
        enum escape_state next = escape_next(state, in.p[i]);
        for (; next == ESCAPE_BROKEN; next = escape_next(state, in.p[i]))
            state = escape_resume(state);
        if (state == ESCAPE_NONE && next == ESCAPE_NONE) add_content(&found, in.p[i]);
        if (i + 1 >= MARKER && memcmp(in.p + i + 1 - MARKER, paste_start, MARKER) == 0) break;
        state = next;
    }
    return found;
}

/* Whether the read is a paste without markers, or continues an earlier one. */
static bool is_paste(const struct key_parser *k, struct span in, struct content found)
{
    if (found.lines) return true;
    if (k->rest == REST_SOON) return in.n > 1 && (found.text || found.line_end);
    return k->rest == REST_LATE && found.text && (found.line_end || in.n > KEY_BYTES_MAX);
}

/* Whether the read is the rest of a sequence whose ESC was returned as the Escape key: a person
 * cannot type it in one read. Escape, then Enter counts as Alt+Enter, as in a shell: an unwanted
 * line break is easy to remove, but a message sent too early is not. */
static bool continues_escape(struct span in)
{
    enum escape_state state = escape_next(ESCAPE_BEGUN, in.p[0]);
    if (state == ESCAPE_NONE) return in.p[0] == '\r';
    if (state == ESCAPE_SS3 && in.n != 2) return false;
    for (size_t i = 1; i < in.n && state != ESCAPE_NONE && state != ESCAPE_BROKEN; i++)
        state = escape_next(state, in.p[i]);
    return state == ESCAPE_NONE;
}

/* Whether the read is a letter typed after an Alt key that looks like the start of a string: ESC
 * and one of ] P _ ^ X. A typed letter comes in a read of its own. */
static bool is_typed_after_alt(const struct key_parser *k, struct span in)
{
    bool letter = in.n == 1 && (in.p[0] | ' ') >= 'a' && (in.p[0] | ' ') <= 'z';
    return k->state == ESCAPE_STRING && k->sequence_n == 2 && letter;
}

static void join_sequence(struct key_parser *k, struct span in)
{
    if (k->escape_returned && k->state == ESCAPE_NONE && continues_escape(in)) begin_sequence(k);
    k->escape_returned = false;
    if (!is_typed_after_alt(k, in)) return;
    k->state = ESCAPE_NONE;
    k->sequence_n = 0;
}

/* Decides whether the bytes of a new read are keys or a paste. Returns true with an action if they
 * end an open paste. */
static bool begin_read(struct key_parser *k, struct span in, struct action *ret)
{
    k->in_read = true;
    if (k->paste == PASTE_MARKED) /* the user must be able to quit if the end marker is lost */
        return in.n == 1 && in.p[0] == CTRL_C && end_paste(k, ret);
    join_sequence(k, in);
    struct content found = look_at(k->state, in);
    if (k->paste == PASTE_OPEN) {
        bool key = k->state == ESCAPE_NONE && !found.text && !found.line_end;
        if (key) k->rest = REST_LATE;
        return key && end_paste(k, ret);
    }
    k->after_cr = false;
    if (is_paste(k, in, found)) k->paste = PASTE_OPEN;
    if (k->rest == REST_SOON) k->rest = REST_NONE;
    return false;
}

static bool end_read(struct key_parser *k, struct action *ret)
{
    k->in_read = false;
    if (k->paste == PASTE_NONE) return return_text(k, ACTION_TEXT, ret);
    if (!k->after_end_marker) return false;
    k->rest = REST_SOON;
    return end_paste(k, ret);
}

static void drop_returned(struct key_parser *k)
{
    if (k->returned) k->n = k->cut = 0;
    k->returned = false;
}

/* Takes an arrow key or the wheel, unless the bytes are part of a sequence or a paste. */
static bool take_arrow(struct key_parser *k, struct span *in, struct action *ret)
{
    bool outside = k->state == ESCAPE_NONE && k->paste == PASTE_NONE;
    return in->n > 0 && outside && wheel_take(&k->wheel, in, k->slow_link, ret);
}

/* Returns typed text as an action of its own, before the key that follows it. */
bool key_parser_next(struct key_parser *k, struct span *in, struct action *ret)
{
    drop_returned(k);
    if (k->wheel.state == WHEEL_ARROW && take_arrow(k, in, ret)) return true;
    if (in->n > 0 && !k->in_read && begin_read(k, *in, ret)) return true;
    while (in->n > 0) {
        char c = *in->p;
        if (k->paste == PASTE_NONE && !is_text(k, c) && return_text(k, ACTION_TEXT, ret))
            return true;
        if (take_arrow(k, in, ret)) return true;
        if (k->wheel.state == WHEEL_ARROW) continue; /* what follows tells what it is */
        in->p++;
        in->n--;
        if (add_byte(k, c, ret)) return true;
    }
    return end_read(k, ret);
}

/* -- timeouts -- */

static int escape_timeout_ms(const struct key_parser *k)
{
    return k->slow_link ? ESCAPE_SLOW_MS : ESCAPE_TIMEOUT_MS;
}

static int sequence_timeout_ms(const struct key_parser *k)
{
    if (k->state == ESCAPE_BEGUN) return escape_timeout_ms(k);
    return k->state >= ESCAPE_STRING ? STRING_TIMEOUT_MS : SEQUENCE_TIMEOUT_MS;
}

static bool waits_for_wheel(const struct key_parser *k)
{
    return k->wheel.state != WHEEL_AT_REST && k->state == ESCAPE_NONE && k->paste == PASTE_NONE;
}

int key_parser_timeout_ms(const struct key_parser *k)
{
    if (waits_for_wheel(k)) return wheel_timeout_ms(&k->wheel);
    if (k->paste == PASTE_MARKED) return PASTE_TIMEOUT_MS;
    if (k->state != ESCAPE_NONE) return sequence_timeout_ms(k);
    if (k->paste == PASTE_OPEN) return escape_timeout_ms(k);
    if (k->escape_returned) return SEQUENCE_TIMEOUT_MS - escape_timeout_ms(k);
    if (k->rest == REST_SOON) return escape_timeout_ms(k);
    return k->rest == REST_LATE ? PASTE_REST_TIMEOUT_MS : -1;
}

/* Ends an incomplete sequence. Returns true for a lone ESC: the Escape key. */
static bool expire_sequence(struct key_parser *k, struct action *ret)
{
    bool escape = k->state == ESCAPE_BEGUN;
    k->state = ESCAPE_NONE;
    k->sequence_n = 0;
    *ret = (struct action){.kind = ACTION_ESCAPE};
    return escape;
}

bool key_parser_expire(struct key_parser *k, struct action *ret)
{
    drop_returned(k);
    if (waits_for_wheel(k)) return wheel_expire(&k->wheel, k->slow_link, ret);
    bool sequence = k->state != ESCAPE_NONE, escape = expire_sequence(k, ret);
    if (k->paste != PASTE_NONE) {
        k->rest = REST_LATE;
        return end_paste(k, ret);
    }
    if (!sequence && !k->escape_returned) k->rest = REST_NONE;
    k->escape_returned = escape;
    return escape;
}
