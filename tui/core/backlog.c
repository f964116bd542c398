#include "tui/core/backlog.h"

#include "common/packet.h"

#include <stdlib.h>
#include <string.h>

/* Adds a text with its NUL to an FNV-1a hash of 64 bits. */
static uint64_t hash_text(uint64_t h, const char *text)
{
    do h = (h ^ (unsigned char)*text) * 1099511628211U;
    while (*text++ != '\0');
    return h;
}

static uint64_t hash_line(const char *nick, const char *msg)
{
    return hash_text(hash_text(14695981039346656037U, nick), msg);
}

void backlog_note(struct backlog *b, const char *nick, const char *msg)
{
    b->recent_hashes[b->count++ % BACKLOG_HASHES] = hash_line(nick, msg);
}

bool backlog_buffer(struct backlog *b, const char *nick, const char *msg)
{
    size_t bytes = strlen(nick) + strlen(msg);
    if (b->pending == NULL) b->pending = calloc(BACKLOG_LINES, sizeof *b->pending);
    if (b->pending == NULL || b->n == BACKLOG_LINES || b->bytes + bytes > BACKLOG_BYTES)
        return false;
    struct backlog_line line = {strdup(nick), strdup(msg)};
    if (line.nick == NULL || line.msg == NULL) {
        free(line.nick);
        free(line.msg);
        return false;
    }
    b->pending[b->n++] = line;
    b->bytes += bytes;
    return true;
}

static bool is_from_server(const struct backlog_line *line)
{
    return strcmp(line->nick, PACKET_SERVER) == 0;
}

static bool is_notice_about(const struct backlog_line *line, const char *nick)
{
    size_t n = strlen(nick);
    return is_from_server(line) && strncmp(line->msg, nick, n) == 0 && line->msg[n] == ' ';
}

static size_t min_count(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Whether the buffered lines up to `end` equal the last lines noted, as far back as both go. Does
 * not count a match of notices alone, or of a single line: both happen by chance. */
static bool ends_at_gap(const struct backlog *b, size_t end, const char *own_nick)
{
    size_t back = 0, max = min_count(end, min_count(b->count, BACKLOG_HASHES)), messages = 0;
    for (; back < max; back++) {
        const struct backlog_line *line = &b->pending[end - 1 - back];
        uint64_t noted = b->recent_hashes[(b->count - 1 - back) % BACKLOG_HASHES];
        if (hash_line(line->nick, line->msg) != noted) break;
        messages += !is_from_server(line);
    }
    bool complete = back == max || is_notice_about(&b->pending[end - 1 - back], own_nick);
    return complete && back > 1 && messages > 0;
}

/* Uses the shortest match: to show a line twice is better than to leave it out. */
size_t backlog_overlap(const struct backlog *b, const char *own_nick)
{
    for (size_t end = 1; end <= b->n; end++)
        if (ends_at_gap(b, end, own_nick)) return end;
    return 0;
}

void backlog_clear(struct backlog *b)
{
    for (size_t i = 0; i < b->n; i++) {
        free(b->pending[i].nick);
        free(b->pending[i].msg);
    }
    free(b->pending);
    b->pending = NULL;
    b->n = b->bytes = 0;
}
