#include "tests/clients/measure.h"

#include "tests/bench/clock.h"
#include "tests/bench/quantile.h"
#include "tests/clients/screen.h"

#include <stdio.h>
#include <string.h>

/* The rows that are compared while scrolled up: messages in every client, without the newest lines
 * that some of them keep visible. */
enum { READ_FROM = 2, READ_TO = 12 };

enum { TIMEOUT_MS = 5000, BEFORE = 200 /* lines before the flood */, KEYS_MAX = 4096 };

/* Not a multiple of an interval at which a client may redraw. */
enum { KEY_INTERVAL = 97 * MS };

#define SECOND INT64_C(1000000000)

/* Starts a client and waits until it shows line 0. */
static bool start_client(struct room *room, size_t client, struct screen *s)
{
    const struct client *c = &clients[client];
    if (!room_admit(room, c->protocol) || !screen_start(s, c->run)) return false;
    if (screen_wait_for(s, "#00000", s->started + TIMEOUT_MS * (int64_t)MS)) return true;
    char rows[SCREEN_BYTES];
    screen_rows(s, 0, SCREEN_ROWS, rows);
    fprintf(stderr, "%s did not join; its screen:\n%s\n", c->name, rows);
    return false;
}

static void stop_client(struct room *room, struct screen *s)
{
    screen_stop(s);
    room_close_client(room);
}

bool measure_start(struct room *room, size_t client)
{
    struct screen s;
    bool ok = start_client(room, client, &s);
    if (ok) {
        report_add(START_LINE, client, (double)(now_ns() - s.started));
        screen_settle(&s);
        report_add(START_WHOLE, client, (double)(s.changed - s.started));
        report_add(IDLE_RSS, client, (double)screen_memory(&s, "Rss:"));
        report_add(IDLE_PSS, client, (double)screen_memory(&s, "Pss:"));
        report_add(IDLE_OWN, client, (double)screen_memory(&s, "Private_Dirty:"));
    }
    stop_client(room, &s);
    return ok;
}

/* -- a flood -- */

/* Types a letter and deletes it, again and again. */
struct typist {
    bool waiting; /* for the screen to show the last key */
    bool typed;   /* the last key was the letter */
    int64_t pressed;
    double latency[KEYS_MAX];
    size_t count;
};

static void record_echo(struct typist *t)
{
    t->waiting = false;
    if (t->count < KEYS_MAX) t->latency[t->count++] = (double)(now_ns() - t->pressed);
}

static void check_echo(struct typist *t, const struct screen *s)
{
    char rows[SCREEN_BYTES];
    if (!t->waiting || !screen_rows(s, 0, SCREEN_ROWS, rows)) return;
    if ((strstr(rows, "Qxz") != NULL) == t->typed) record_echo(t);
}

static void press_key(struct typist *t, const struct screen *s)
{
    if (t->waiting || now_ns() < t->pressed + KEY_INTERVAL) return;
    t->typed = !t->typed;
    t->waiting = true;
    t->pressed = now_ns();
    screen_type(s, t->typed ? "z" : "\177");
}

static void type_through(const struct room *room, struct screen *s, struct typist *t, int seconds)
{
    int64_t end = now_ns() + seconds * SECOND;
    while (!room_is_done(room) && now_ns() < end) {
        press_key(t, s);
        screen_poll(s, now_ns() + 5 * MS);
        check_echo(t, s);
    }
    if (t->waiting) record_echo(t);
}

/* Counts the rows that have not changed. */
static int count_unchanged(const char *before, const char *after)
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
    int64_t end = now_ns() + TIMEOUT_MS * (int64_t)MS;
    room_send(room, BEFORE, MS);
    while (!room_is_done(room) && now_ns() < end) screen_poll(s, now_ns() + MS);
    screen_settle(s);
    screen_type(s, "\033[5~");
    screen_settle(s);
    screen_type(s, "\033[5~");
    screen_settle(s);
    screen_type(s, "Qx");
    screen_settle(s);
}

static void measure_during_flood(const struct room *room, size_t client, struct screen *s,
                                 const struct flood *flood)
{
    static struct typist typist;
    static char before[SCREEN_BYTES], after[SCREEN_BYTES];
    typist = (struct typist){0};
    scroll_up(room, s);
    screen_rows(s, READ_FROM, READ_TO, before);
    int64_t cpu = screen_cpu_ns(s);
    room_send(room, flood->lines, flood->seconds * SECOND / flood->lines);
    type_through(room, s, &typist, 3 * flood->seconds);
    screen_settle(s);
    screen_rows(s, READ_FROM, READ_TO, after);
    report_add(FLOOD_CPU, client, (double)(screen_cpu_ns(s) - cpu));
    report_add(FLOOD_PEAK, client, (double)screen_memory(s, "VmHWM:"));
    report_add(FLOOD_END, client, (double)screen_memory(s, "Rss:"));
    report_add(FLOOD_KEPT, client, count_unchanged(before, after));
    if (typist.count == 0) return;
    report_add(ECHO_MEDIAN, client, quantile(typist.latency, typist.count, 0.5));
    report_add(ECHO_WORST, client, quantile(typist.latency, typist.count, 1));
}

bool measure_flood(struct room *room, size_t client, const struct flood *flood)
{
    struct screen s;
    bool ok = start_client(room, client, &s);
    if (ok) measure_during_flood(room, client, &s, flood);
    stop_client(room, &s);
    return ok;
}
