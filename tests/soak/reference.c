#include "tests/soak/reference.h"

#include "common/frame.h"
#include "tests/soak/message.h"

#include <stdlib.h>
#include <string.h>

enum { SEARCH_RANGE = 1 << 17 /* frames before and after, searched for one out of order */ };

static void *grown(void *p, size_t *cap, size_t needed, size_t size)
{
    size_t old = *cap;
    if (needed <= old) return p;
    *cap = 2 * needed + 1024;
    p = realloc(p, *cap * size);
    if (!p) abort();
    memset((char *)p + old * size, 0, (*cap - old) * size);
    return p;
}

static bool is_from_server(const char *frame, size_t n)
{
    static const char start[] = "{\"nick\":\"SERVER\"";
    return n > sizeof start + 1 && memcmp(frame + 2, start, sizeof start - 1) == 0;
}

static void count_number(struct reference *r, struct violations *v, uint32_t sender,
                         uint32_t number)
{
    r->last = grown(r->last, &r->senders, (size_t)sender + 1, sizeof *r->last);
    uint32_t expected = r->last[sender] + 1;
    if (number > expected) v->lost += number - expected;
    if (number == expected - 1) v->duplicated++;
    if (number < expected - 1) v->reordered++;
    if (number >= expected) r->last[sender] = number;
}

void reference_add(struct reference *r, struct violations *v, const char *frame, size_t n)
{
    uint32_t sender = 0, number;
    if (!is_from_server(frame, n)) {
        if (message_parse(frame, n, &sender, &number))
            count_number(r, v, sender, number);
        else
            v->corrupted++;
    }
    r->entries = grown(r->entries, &r->cap, r->count + 1, sizeof *r->entries);
    r->entries[r->count++] = (struct entry){message_hash(frame, n), sender};
}

uint32_t reference_last_number(const struct reference *r, uint32_t sender)
{
    return sender < r->senders ? r->last[sender] : 0;
}

bool reference_find(const struct reference *r, const char *frame, size_t n, size_t *at)
{
    uint64_t hash = message_hash(frame, n);
    while (*at < r->count && r->entries[*at].hash != hash) ++*at;
    return *at < r->count;
}

bool reference_has_history(const struct reference *r, char *frame, size_t n)
{
    static const char field[] = ",\"time\":\"2026-11-23T09:30:00.250Z\"";
    n -= sizeof field - 1;
    frame_header(frame, n - FRAME_HEADER);
    frame[n - 1] = '}';
    uint64_t hash = message_hash(frame, n);
    size_t at = r->count, end = at > SEARCH_RANGE ? at - SEARCH_RANGE : 0;
    while (at > end && r->entries[at - 1].hash != hash) at--;
    return at > end;
}

static size_t find_after(const struct reference *r, uint64_t hash, size_t at)
{
    size_t end = r->count - at > SEARCH_RANGE ? at + SEARCH_RANGE : r->count;
    while (at < end && r->entries[at].hash != hash) at++;
    return at < end ? at : SIZE_MAX;
}

static bool is_before(const struct reference *r, uint64_t hash, size_t at)
{
    size_t start = at > SEARCH_RANGE ? at - SEARCH_RANGE : 0;
    while (at > start && r->entries[at - 1].hash != hash) at--;
    return at > start;
}

static void classify(const struct reference *r, struct violations *v, uint64_t hash, size_t *at)
{
    size_t later = find_after(r, hash, *at);
    if (later != SIZE_MAX) {
        v->lost += later - *at;
        *at = later + 1;
    } else if (*at > 0 && r->entries[*at - 1].hash == hash) {
        v->duplicated++;
    } else if (is_before(r, hash, *at)) {
        v->reordered++;
    } else {
        v->corrupted++;
    }
}

void reference_compare(const struct reference *r, struct violations *v, const char *frame, size_t n,
                       size_t *at)
{
    uint64_t hash = message_hash(frame, n);
    if (r->entries[*at].hash == hash)
        ++*at;
    else
        classify(r, v, hash, at);
}

void reference_free(struct reference *r)
{
    free(r->entries);
    free(r->last);
    *r = (struct reference){0};
}
