#include "server/room/history.h"

#include <stdlib.h>

static struct span frames_from(const struct history_log *h, const struct cursor *at)
{
    struct span frames = buffer_view(&h->frames);
    size_t skipped = (size_t)(at->pos - h->tail.pos);
    return (struct span){frames.p + skipped, frames.n - skipped};
}

static void step(const struct history_log *h, struct cursor *at)
{
    at->pos += frame_size(frames_from(h, at).p);
    at->seq++;
}

static void drop_oldest(struct history_log *h)
{
    size_t n = frame_size(buffer_view(&h->frames).p);
    buffer_consume(&h->frames, n);
    h->tail.pos += n;
    h->tail.seq++;
}

static void drop_excess(struct history_log *h)
{
    while (h->head.seq - h->tail.seq > h->frames_max || h->head.pos - h->tail.pos > h->bytes_max)
        drop_oldest(h);
}

void history_log_limit(struct history_log *h, size_t frames, size_t bytes)
{
    h->frames_max = frames;
    h->bytes_max = bytes < HISTORY_BYTES_MAX ? bytes : HISTORY_BYTES_MAX;
    drop_excess(h);
}

/* Returns the text of a time. Formats it only if it changed: messages come in groups. */
static const char *stamp(struct history_log *h, int64_t unix_ms)
{
    bool is_same = h->stamp[0] != '\0' && h->stamped_ms == unix_ms;
    if (!is_same && !record_format_time(h->stamp, unix_ms)) h->stamp[0] = '\0';
    h->stamped_ms = unix_ms;
    return h->stamp;
}

void history_log_add(struct history_log *h, char frame[PACKET_ROOM], size_t n, int64_t unix_ms)
{
    if (h->frames_max == 0) return;
    n = packet_add_time(frame, n, stamp(h, unix_ms));
    if (n == 0 || !buffer_append(&h->frames, frame, n)) return;
    h->head.pos += n;
    h->head.seq++;
    drop_excess(h);
}

void history_log_deinit(struct history_log *h)
{
    buffer_reset(&h->frames);
    *h = (struct history_log){0};
}

bool history_reader_open(const struct history_log *h, uint64_t ring_pos,
                         struct history_reader **ret)
{
    *ret = NULL;
    if (h->tail.pos == h->head.pos) return true;
    *ret = malloc(sizeof **ret);
    if (!*ret) return false;
    **ret = (struct history_reader){.at = h->tail, .end = h->head, .ring_pos = ring_pos};
    return true;
}

uint64_t history_reader_catch_up(const struct history_log *h, struct history_reader *r)
{
    struct cursor oldest = h->tail.pos < r->end.pos ? h->tail : r->end;
    uint64_t missed = r->at.pos < oldest.pos ? oldest.seq - r->at.seq : 0;
    if (missed > 0) r->at = oldest;
    return missed;
}

struct span history_reader_view(const struct history_log *h, const struct history_reader *r)
{
    if (r->at.pos == r->end.pos) return (struct span){0};
    return (struct span){frames_from(h, &r->at).p, (size_t)(r->end.pos - r->at.pos)};
}

struct span history_reader_advance(const struct history_log *h, struct history_reader *r, size_t n,
                                   uint64_t *ret_frames)
{
    struct cursor before = r->at, sent = {.pos = r->at.pos + n};
    while (r->at.pos < sent.pos) step(h, &r->at);
    *ret_frames = r->at.seq - before.seq;
    return (struct span){frames_from(h, &sent).p, (size_t)(r->at.pos - sent.pos)};
}
