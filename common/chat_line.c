#include "common/chat_line.h"

#include "common/json_scan.h"
#include "common/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum {
    MARKS_MAX = 4, /* on a character, as in text_clean */
    BRAILLE_BLANK = 0x2800,
};

struct writer {
    char *to, *end;
    bool full;       /* some bytes did not fit */
    int marks_left;  /* marks that the last character can still carry */
    bool for_people; /* leave out styles; write blanks as spaces */
};

static void put(struct writer *w, const char *bytes, size_t n)
{
    w->full = w->full || n > (size_t)(w->end - w->to);
    if (w->full) return;
    memcpy(w->to, bytes, n);
    w->to += n;
}

static void put_string(struct writer *w, const char *s)
{
    put(w, s, strlen(s));
}

static void put_escape(struct writer *w, int32_t cp)
{
    static const char values[] = "\\\b\f\n\r\t", letters[] = "\\bfnrt";
    char escape[JSON_ESCAPE_SIZE];
    const char *at = cp < 0x80 ? memchr(values, cp, sizeof values - 1) : NULL;
    size_t n = 2;
    if (at != NULL)
        memcpy(escape, (const char[]){'\\', letters[at - values]}, n);
    else
        n = json_format_escape(escape, cp);
    put(w, escape, n);
    w->marks_left = 0;
}

/* Whether a character looks like a space. */
static bool is_blank(int32_t cp)
{
    return cp == ' ' || cp == BRAILLE_BLANK || utf8proc_category(cp) == UTF8PROC_CATEGORY_ZS;
}

static void put_visible(struct writer *w, const char *s, size_t size, bool is_mark)
{
    put(w, s, size);
    w->marks_left = *s == ' ' ? 0 : is_mark ? w->marks_left - 1 : MARKS_MAX;
}

/* Writes a character beyond ASCII. Escapes a mark that has no character, or too many marks beside
 * it. */
static void put_wide(struct writer *w, int32_t cp, const char *s, size_t size)
{
    bool is_mark = text_width(s, size) == 0;
    if (w->for_people && text_is_style(cp)) return;
    if (w->for_people && is_blank(cp))
        put_visible(w, " ", 1, false);
    else if (text_is_hidden(cp) || is_blank(cp) || (is_mark && w->marks_left == 0))
        put_escape(w, cp);
    else
        put_visible(w, s, size, is_mark);
}

/* Writes text. Escapes `bracket` too, unless it is 0. */
static void put_text(struct writer *w, const char *text, char bracket)
{
    size_t n = strlen(text), size;
    int32_t cp;
    w->marks_left = 0;
    for (size_t at = 0; at < n && !w->full; at += size) {
        size = text_decode(text, n, at, &cp);
        if (cp == TEXT_INVALID) {
            put_string(w, "\xEF\xBF\xBD");
        } else if (cp < ' ' || cp == '\\' || cp == bracket || cp == 0x7F) {
            put_escape(w, cp);
        } else if (cp > '~') {
            put_wide(w, cp, text + at, size);
        } else {
            put_visible(w, text + at, 1, false);
        }
    }
}

static void put_nick(struct writer *w, const char *nick)
{
    put_string(w, "<");
    put_text(w, nick, '>');
    put_string(w, "> ");
}

static size_t written(const struct writer *w, const char *out)
{
    return w->full ? 0 : (size_t)(w->to - out);
}

/* Formats a line with this nickname, or this start if it is NULL. */
static size_t format_line(char *out, size_t room, const char *nick, const char *start,
                          const char *text)
{
    struct writer w = {.to = out, .end = out + room};
    if (nick != NULL)
        put_nick(&w, nick);
    else
        put_string(&w, start);
    put_text(&w, text, 0);
    return written(&w, out);
}

size_t chat_line_message(char *out, size_t room, const char *nick, const char *text)
{
    return format_line(out, room, nick, "", text);
}

size_t chat_line_notice(char *out, size_t room, const char *text)
{
    return format_line(out, room, NULL, CHAT_LINE_NOTICE(""), text);
}

size_t chat_line_own(char *out, size_t room, const char *text)
{
    return format_line(out, room, NULL, CHAT_LINE_OWN(""), text);
}

size_t chat_line_nick(char *out, size_t room, const char *nick)
{
    return format_line(out, room, nick, "", "");
}

size_t chat_line_text(char *out, size_t room, const char *text)
{
    struct writer w = {.to = out, .end = out + room, .for_people = true};
    put_text(&w, text, 0);
    return written(&w, out);
}
