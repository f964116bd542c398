#include "tests/clients/measure.h"

#include "tests/bench/clock.h"
#include "tests/bench/quantile.h"
#include "tests/clients/screen.h"

#include <stdio.h>
#include <string.h>

/* What is read while scrolled up: rows that are messages in every client, and not what some of them
 * keep in sight of the newest. */
enum { READ_FROM = 2, READ_TO = 12 };

enum { PATIENCE = 5000 /* ms */, BEFORE = 200 /* lines to scroll up through */, KEYS_MAX = 4096 };

/* Not a multiple of any interval at which a client may paint. */
enum { KEY_EVERY = 97 * MS };

#define SECOND INT64_C(1000000000)

/* Whether it came, was let in, and shows line 0. */
static bool enter(struct room *room, size_t client, struct screen *s)
{
    const struct client *c = &clients[client];
    if (!room_expect(room, c->protocol) || !screen_start(s, c->run)) return false;
    if (screen_await(s, "#00000", s->started + PATIENCE * (int64_t)MS)) return true;
    char rows[SCREEN_BYTES];
    screen_rows(s, 0, SCREEN_ROWS, rows);
    fprintf(stderr, "%s shows instead of the room:\n%s\n", c->name, rows);
    return false;
}

static void leave(struct room *room, struct screen *s)
{
    screen_stop(s);
    room_clear(room);
}

bool measure_start(struct room *room, size_t client)
{
    struct screen s;
    bool ok = enter(room, client, &s);
    if (ok) {
        report_add(START_LINE, client, (double)(now_ns() - s.started));
        screen_settle(&s);
        report_add(START_WHOLE, client, (double)(s.changed - s.started));
        report_add(IDLE_RSS, client, (double)screen_memory(&s, "Rss:"));
        report_add(IDLE_PSS, client, (double)screen_memory(&s, "Pss:"));
        report_add(IDLE_OWN, client, (double)screen_memory(&s, "Private_Dirty:"));
    }
    leave(room, &s);
    return ok;
}

/* -- a flood -- */

/* Somebody who types a letter and takes it back, again and again. */
struct typist {
    bool waiting, there; /* for the screen; for the letter to be there, or gone */
    int64_t pressed;
    double took[KEYS_MAX];
    size_t count;
};

static void note_echo(struct typist *t)
{
    t->waiting = false;
    if (t->count < KEYS_MAX) t->took[t->count++] = (double)(now_ns() - t->pressed);
}

static void look(struct typist *t, const struct screen *s)
{
    char rows[SCREEN_BYTES];
    if (!t->waiting || !screen_rows(s, 0, SCREEN_ROWS, rows)) return;
    if ((strstr(rows, "Qxz") != NULL) == t->there) note_echo(t);
}

static void press(struct typist *t, const struct screen *s)
{
    if (t->waiting || now_ns() < t->pressed + KEY_EVERY) return;
    t->there = !t->there;
    t->waiting = true;
    t->pressed = now_ns();
    screen_type(s, t->there ? "z" : "\177");
}

static void type_through(const struct room *room, struct screen *s, struct typist *t, int seconds)
{
    int64_t end = now_ns() + seconds * SECOND;
    while (!room_has_said(room) && now_ns() < end) {
        press(t, s);
        screen_turn(s, now_ns() + 5 * MS);
        look(t, s);
    }
    if (t->waiting) note_echo(t);
}

/* How many rows hold what they held. */
static int rows_kept(const char *before, const char *after)
{
    int kept = 0;
    for (int row = READ_FROM; row < READ_TO; row++) {
        size_t n = strcspn(before, "\n"), m = strcspn(after, "\n");
        kept += n == m && memcmp(before, after, n) == 0;
        before += n + (before[n] != '\0');
        after += m + (after[m] != '\0');
    }
    return kept;
}

static void scroll_up(const struct room *room, struct screen *s)
{
    int64_t end = now_ns() + PATIENCE * (int64_t)MS;
    room_say(room, BEFORE, MS);
    while (!room_has_said(room) && now_ns() < end) screen_turn(s, now_ns() + MS);
    screen_settle(s);
    screen_type(s, "\033[5~");
    screen_settle(s);
    screen_type(s, "\033[5~");
    screen_settle(s);
    screen_type(s, "Qx");
    screen_settle(s);
}

static void sit_through(const struct room *room, size_t client, struct screen *s,
                        const struct flood *flood)
{
    static struct typist typist;
    static char before[SCREEN_BYTES], after[SCREEN_BYTES];
    typist = (struct typist){0};
    scroll_up(room, s);
    screen_rows(s, READ_FROM, READ_TO, before);
    int64_t cpu = screen_cpu_ns(s);
    room_say(room, flood->lines, flood->seconds * SECOND / flood->lines);
    type_through(room, s, &typist, 3 * flood->seconds);
    screen_settle(s);
    screen_rows(s, READ_FROM, READ_TO, after);
    report_add(FLOOD_CPU, client, (double)(screen_cpu_ns(s) - cpu));
    report_add(FLOOD_PEAK, client, (double)screen_memory(s, "VmHWM:"));
    report_add(FLOOD_END, client, (double)screen_memory(s, "Rss:"));
    report_add(FLOOD_KEPT, client, rows_kept(before, after));
    if (typist.count == 0) return;
    report_add(ECHO_MEDIAN, client, quantile(typist.took, typist.count, 0.5));
    report_add(ECHO_WORST, client, quantile(typist.took, typist.count, 1));
}

bool measure_flood(struct room *room, size_t client, const struct flood *flood)
{
    struct screen s;
    bool ok = enter(room, client, &s);
    if (ok) sit_through(room, client, &s, flood);
    leave(room, &s);
    return ok;
}
