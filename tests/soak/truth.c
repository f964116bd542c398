#include "tests/soak/truth.h"

#include "tests/soak/said.h"

#include <stdlib.h>
#include <string.h>

enum { SIGHT = 1 << 17 /* frames before and behind, in which one out of place is looked for */ };

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

static void count_number(struct truth *t, struct faults *f, uint32_t speaker, uint32_t number)
{
    t->last = grown(t->last, &t->speakers, (size_t)speaker + 1, sizeof *t->last);
    uint32_t expected = t->last[speaker] + 1;
    if (number > expected) f->lost += number - expected;
    if (number == expected - 1) f->doubled++;
    if (number < expected - 1) f->reordered++;
    if (number >= expected) t->last[speaker] = number;
}

void truth_add(struct truth *t, struct faults *f, const char *frame, size_t n)
{
    uint32_t speaker = 0, number;
    if (!is_from_server(frame, n)) {
        if (said_read(frame, n, &speaker, &number))
            count_number(t, f, speaker, number);
        else
            f->torn++;
    }
    t->entries = grown(t->entries, &t->cap, t->count + 1, sizeof *t->entries);
    t->entries[t->count++] = (struct entry){said_hash(frame, n), speaker};
}

uint32_t truth_heard(const struct truth *t, uint32_t speaker)
{
    return speaker < t->speakers ? t->last[speaker] : 0;
}

bool truth_find(const struct truth *t, const char *frame, size_t n, size_t *at)
{
    uint64_t hash = said_hash(frame, n);
    while (*at < t->count && t->entries[*at].hash != hash) ++*at;
    return *at < t->count;
}

static size_t find_behind(const struct truth *t, uint64_t hash, size_t at)
{
    size_t end = t->count - at > SIGHT ? at + SIGHT : t->count;
    while (at < end && t->entries[at].hash != hash) at++;
    return at < end ? at : SIZE_MAX;
}

static bool is_before(const struct truth *t, uint64_t hash, size_t at)
{
    size_t start = at > SIGHT ? at - SIGHT : 0;
    while (at > start && t->entries[at - 1].hash != hash) at--;
    return at > start;
}

static void judge(const struct truth *t, struct faults *f, uint64_t hash, size_t *at)
{
    size_t behind = find_behind(t, hash, *at);
    if (behind != SIZE_MAX) {
        f->lost += behind - *at;
        *at = behind + 1;
    } else if (*at > 0 && t->entries[*at - 1].hash == hash) {
        f->doubled++;
    } else if (is_before(t, hash, *at)) {
        f->reordered++;
    } else {
        f->torn++;
    }
}

void truth_compare(const struct truth *t, struct faults *f, const char *frame, size_t n, size_t *at)
{
    uint64_t hash = said_hash(frame, n);
    if (t->entries[*at].hash == hash)
        ++*at;
    else
        judge(t, f, hash, at);
}

void truth_free(struct truth *t)
{
    free(t->entries);
    free(t->last);
    *t = (struct truth){0};
}
