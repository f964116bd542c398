#include "tui/core/backlog.h"

#include "common/packet.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bits, the NUL between the two included. */
static uint64_t add_text(uint64_t h, const char *text)
{
    do h = (h ^ (unsigned char)*text) * 1099511628211U;
    while (*text++ != '\0');
    return h;
}

static uint64_t hash(const char *nick, const char *msg)
{
    return add_text(add_text(14695981039346656037U, nick), msg);
}

void seam_note(struct seam *s, const char *nick, const char *msg)
{
    s->seen[s->count++ % SEAM_SEEN] = hash(nick, msg);
}

bool seam_hold(struct seam *s, const char *nick, const char *msg)
{
    size_t bytes = strlen(nick) + strlen(msg);
    if (s->held == NULL) s->held = calloc(SEAM_HELD, sizeof *s->held);
    if (s->held == NULL || s->n == SEAM_HELD || s->bytes + bytes > SEAM_BYTES) return false;
    struct seam_line line = {strdup(nick), strdup(msg)};
    if (line.nick == NULL || line.msg == NULL) {
        free(line.nick);
        free(line.msg);
        return false;
    }
    s->held[s->n++] = line;
    s->bytes += bytes;
    return true;
}

static bool is_notice(const struct seam_line *line)
{
    return strcmp(line->nick, PACKET_SERVER) == 0;
}

static bool tells_of(const struct seam_line *line, const char *nick)
{
    size_t n = strlen(nick);
    return is_notice(line) && strncmp(line->msg, nick, n) == 0 && line->msg[n] == ' ';
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Whether the held lines up to `end` are the last ones seen, as far back as either goes. That
 * people come and go in the same order twice, or that a single line is said again, proves nothing.
 */
static bool leads_up(const struct seam *s, size_t end, const char *nick)
{
    size_t back = 0, most = least(end, least(s->count, SEAM_SEEN)), spoken = 0;
    for (; back < most; back++) {
        const struct seam_line *line = &s->held[end - 1 - back];
        if (hash(line->nick, line->msg) != s->seen[(s->count - 1 - back) % SEAM_SEEN]) break;
        spoken += !is_notice(line);
    }
    bool whole = back == most || tells_of(&s->held[end - 1 - back], nick);
    return whole && back > 1 && spoken > 0;
}

/* The first that fits: rather shown twice than not at all. */
size_t seam_overlap(const struct seam *s, const char *nick)
{
    for (size_t end = 1; end <= s->n; end++)
        if (leads_up(s, end, nick)) return end;
    return 0;
}

void seam_drop(struct seam *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->held[i].nick);
        free(s->held[i].msg);
    }
    free(s->held);
    s->held = NULL;
    s->n = s->bytes = 0;
}
