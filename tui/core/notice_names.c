#include "tui/core/notice_names.h"

#include "common/text.h"
#include "tui/core/mention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ESCAPE_SIZE = 8,      /* <U+XXXX> */
    SCAN_MAX = 2048,      /* bytes at the start of a notice in which it looks for members */
    LOOK_BACK_MAX = 4096, /* bytes before a place in which it looks for a mark */
};

/* -- marks -- */

static const struct {
    int32_t from, to;
} mark_like[] = {
    {0xAB, 0xAB},     {0xBB, 0xBB},     {0x2C2, 0x2C3},   {0x1433, 0x1433}, {0x1438, 0x1438},
    {0x16B2, 0x16B2}, {0x2039, 0x203A}, {0x226A, 0x226B}, {0x22D8, 0x22D9}, {0x2329, 0x232A},
    {0x276C, 0x2771}, {0x27E8, 0x27EB}, {0x2991, 0x2992}, {0x29FC, 0x29FD}, {0x2AA1, 0x2AA2},
    {0x2ABB, 0x2ABC}, {0x2AF7, 0x2AF8}, {0x3008, 0x300B}, {0xFE3D, 0xFE40}, {0xFE64, 0xFE65},
    {0xFF1C, 0xFF1C}, {0xFF1E, 0xFF1E},
};

static bool looks_like_mark(int32_t cp)
{
    for (size_t i = 0; i < sizeof mark_like / sizeof *mark_like; i++)
        if (cp >= mark_like[i].from && cp <= mark_like[i].to) return true;
    return false;
}

/* Whether the character at this place is a < or > beside another one. */
static bool is_doubled(const char *text, size_t n, size_t at)
{
    bool angle = text[at] == '<' || text[at] == '>';
    return angle &&
           ((at > 0 && text[at - 1] == text[at]) || (at + 1 < n && text[at + 1] == text[at]));
}

/* Writes a nickname of n bytes between marks: at most ESCAPE_SIZE * n bytes and the marks. Returns
 * the end. */
static char *put_marked(char *to, const char *nick, size_t n)
{
    to = stpcpy(to, NICK_MARK_OPEN);
    for (size_t at = 0, size; at < n; at += size) {
        int32_t cp;
        size = text_decode(nick, n, at, &cp);
        if (looks_like_mark(cp) || is_doubled(nick, n, at))
            to += sprintf(to, "<U+%04X>", (unsigned)cp);
        else
            to = (char *)memcpy(to, nick + at, size) + size;
    }
    return stpcpy(to, NICK_MARK_CLOSE);
}

void nick_mark(char ret[NICK_MARKED_SIZE], const char *nick)
{
    put_marked(ret, nick, strnlen(nick, NICK_BYTES));
}

char *nick_mark_lines(const char *lines)
{
    char *marked = malloc(ESCAPE_SIZE * strlen(lines) + sizeof NICK_MARK_OPEN NICK_MARK_CLOSE),
         *to = marked;
    if (marked == NULL) return NULL;
    for (*to = '\0'; *lines != '\0';) {
        size_t n = strcspn(lines, "\n");
        if (n > 0) to = put_marked(to > marked ? stpcpy(to, ", ") : to, lines, n);
        lines += n + (lines[n] == '\n');
    }
    return marked;
}

static bool is_mark(const char *text, const char *mark)
{
    return strncmp(text, mark, strlen(mark)) == 0;
}

bool nick_mark_next(const char *text, size_t at, struct nick_span *ret)
{
    size_t from = at > LOOK_BACK_MAX ? at - LOOK_BACK_MAX : 0;
    bool open = false;
    for (size_t i = from; text[i] != '\0'; i++) {
        if (open && i > at && is_mark(text + i, NICK_MARK_CLOSE)) {
            ret->to = i;
            return true;
        }
        if (is_mark(text + i, NICK_MARK_CLOSE)) open = false;
        if (!is_mark(text + i, NICK_MARK_OPEN)) continue;
        ret->from = i + strlen(NICK_MARK_OPEN);
        open = true;
    }
    return false;
}

/* -- nicknames -- */

static void add_span(struct notice_names *names, size_t from, size_t to)
{
    if (names->count < NOTICE_NAMES_MAX)
        names->spans[names->count++] = (struct nick_span){from, to};
}

/* Whether the members allow this notice: a member does not join again, and only a member leaves. */
static bool fits_members(const struct server_notice *notice, const struct members *m)
{
    return members_has(m, notice->nick) == (notice->kind != NOTICE_JOINED) &&
           (notice->kind != NOTICE_RENAMED || !members_has(m, notice->new_nick));
}

/* Whether a notice that seems to name one member may report several: "a and b joined the chat". */
static bool may_report_several(const struct server_notice *notice, const struct members *m)
{
    return notice->kind != NOTICE_RENAMED && strstr(notice->nick, " and ") != NULL &&
           !members_has(m, notice->nick);
}

/* Chooses one of the possible ways to read a notice; NOTICE_OTHER: none is certain. Returns how
 * many there are. */
static size_t choose_way(const char *msg, const struct members *m, struct server_notice *ret)
{
    struct server_notice way;
    size_t ways = 0, fitting = 0;
    *ret = (struct server_notice){0};
    for (size_t i = 0; server_notice_read_way(msg, i, &way); i++) {
        if (way.kind == NOTICE_OTHER) continue;
        bool fits = fits_members(&way, m);
        if (ways++ == 0 || (fits && fitting == 0)) *ret = way;
        fitting += fits;
    }
    if ((ways > 1 && fitting != 1) || may_report_several(ret, m)) *ret = (struct server_notice){0};
    return ways;
}

/* Returns the length of the longest member's nickname that is a word at this place; 0: none. */
static size_t find_member(const char *text, size_t n, size_t at, const struct members *m)
{
    size_t longest = 0;
    for (size_t i = 0; i < m->count; i++) {
        size_t size = strlen(m->list[i].nick);
        if (size <= longest || size > n - at || memcmp(text + at, m->list[i].nick, size) != 0)
            continue;
        if (!mention_is_inside_word(text, n, at + size)) longest = size;
    }
    return longest;
}

static void find_members(struct notice_names *names, const char *msg, const struct members *m)
{
    size_t n = strnlen(msg, SCAN_MAX), size;
    for (size_t at = 0; at<n; at += size> 0 ? size : 1) {
        size = mention_is_inside_word(msg, n, at) ? 0 : find_member(msg, n, at, m);
        if (size > 0) add_span(names, at, at + size);
    }
}

struct notice_names notice_names_find(const char *msg, const struct members *m)
{
    struct notice_names names = {0};
    size_t ways = choose_way(msg, m, &names.notice), n = strlen(msg);
    size_t nick = strlen(names.notice.nick), new_nick = strlen(names.notice.new_nick);
    if (names.notice.kind != NOTICE_OTHER) add_span(&names, 0, nick);
    if (names.notice.kind == NOTICE_RENAMED) add_span(&names, n - new_nick, n);
    if (names.count > 0) return names;
    if (ways > 1)
        add_span(&names, 0, n);
    else if (server_notice_subject(msg) > 0)
        add_span(&names, 0, server_notice_subject(msg));
    else
        find_members(&names, msg, m);
    return names;
}

char *notice_names_mark(const char *msg, const struct members *m)
{
    const struct notice_names names = notice_names_find(msg, m);
    size_t at = 0, marks = names.count * strlen(NICK_MARK_OPEN NICK_MARK_CLOSE);
    char *marked = malloc(ESCAPE_SIZE * strlen(msg) + marks + 1), *to = marked;
    if (marked == NULL) return NULL;
    for (size_t i = 0; i < names.count; at = names.spans[i++].to) {
        struct nick_span span = names.spans[i];
        to = (char *)memcpy(to, msg + at, span.from - at) + (span.from - at);
        to = put_marked(to, msg + span.from, span.to - span.from);
    }
    stpcpy(to, msg + at);
    return marked;
}
