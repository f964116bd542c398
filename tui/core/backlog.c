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

static bool is_from_server(const struct room_line *line)
{
    return strcmp(line->nick, PACKET_SERVER) == 0;
}

/* Returns a hash whose lowest bit says whether the line is from the server. */
static uint64_t hash_line(const struct room_line *line)
{
    uint64_t h = hash_text(hash_text(14695981039346656037U, line->nick), line->msg);
    return is_from_server(line) ? h | 1 : h & ~(uint64_t)1;
}

void backlog_note(struct backlog *b, const struct room_line *line)
{
    if (line->presence) return;
    b->recent_hashes[b->count++ % BACKLOG_HASHES] = hash_line(line);
}

bool backlog_buffer(struct backlog *b, const struct room_line *line)
{
    size_t nick = strlen(line->nick), msg = strlen(line->msg);
    if (b->pending == NULL) b->pending = calloc(BACKLOG_LINES, sizeof *b->pending);
    if (b->pending == NULL || b->n == BACKLOG_LINES || b->bytes + nick + msg > BACKLOG_BYTES)
        return false;
    char *text = malloc(nick + 1 + msg + 1);
    if (text == NULL) return false;
    struct backlog_line *copy = &b->pending[b->n++];
    *copy = (struct backlog_line){.line = *line, .hash = hash_line(line), .text = text};
    copy->line.nick = memcpy(text, line->nick, nick + 1);
    copy->line.msg = memcpy(text + nick + 1, line->msg, msg + 1);
    b->bytes += nick + msg;
    return true;
}

/* Whether the buffered lines up to `end` equal the last lines noted, as far back as both go. Does
 * not count a match of notices alone, or of a single line: both happen by chance. `skips`: a noted
 * notice need not be among the buffered lines, because it may have been for us alone. */
static bool ends_at_gap(const struct backlog *b, size_t end, bool skips)
{
    size_t max = b->count < BACKLOG_HASHES ? b->count : BACKLOG_HASHES, back = 0;
    size_t matches = 0, messages = 0;
    for (size_t i = end; i > 0 && back < max;) {
        const struct backlog_line *line = &b->pending[i - 1];
        if (line->line.presence) {
            i--;
            continue;
        }
        uint64_t noted = b->recent_hashes[(b->count - ++back) % BACKLOG_HASHES];
        bool equal = line->hash == noted, is_notice = (noted & 1) != 0;
        if (!equal && !(skips && is_notice)) return false;
        if (!equal) continue;
        i--;
        matches++;
        messages += !is_notice;
    }
    return matches > 1 && messages > 0;
}

/* Uses the shortest match: to show a line twice is better than to leave it out. */
size_t backlog_overlap(const struct backlog *b)
{
    for (int skips = 0; skips < 2; skips++)
        for (size_t end = 1; end <= b->n; end++)
            if (ends_at_gap(b, end, skips > 0)) return end;
    return 0;
}

void backlog_clear(struct backlog *b)
{
    for (size_t i = 0; i < b->n; i++) free(b->pending[i].text);
    free(b->pending);
    b->pending = NULL;
    b->n = b->bytes = 0;
}
