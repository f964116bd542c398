#include "server/room/history.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 7 };

#define STAMP "2026-09-23T06:32:55.123Z"

static const int64_t said_at = 1790145175123;

static struct history_log history;
static char frame[PACKET_ROOM];

static void open_history(void)
{
    history_log_limit(&history, FRAMES, HISTORY_BYTES_MAX);
}

static void close_history(void)
{
    history_log_deinit(&history);
}

TestSuite(history, .init = open_history, .fini = close_history);

static void say(const char *msg, int64_t at)
{
    history_log_add(&history, frame, packet_encode(frame, PROTO_BROADCAST, "ada", msg), at);
}

static void say_number(int i)
{
    char text[16];
    snprintf(text, sizeof text, "%d", i);
    say(text, said_at);
}

static struct history_reader *reader(void)
{
    struct history_reader *r;
    cr_assert(history_reader_open(&history, 0, &r));
    return r;
}

/* Reads a frame. */
static struct packet next(struct history_reader *r)
{
    struct packet p;
    uint64_t frames;
    struct span view = history_reader_view(&history, r);
    cr_assert_gt(view.n, FRAME_HEADER);
    cr_assert_null(packet_decode(&p, frame_payload(view.p)));
    cr_assert_eq(history_reader_advance(&history, r, frame_size(view.p), &frames).n, 0);
    cr_assert_eq(frames, 1);
    return p;
}

static void expect_numbers(struct history_reader *r, int from, int to)
{
    char text[16];
    for (int i = from; i < to; i++) {
        snprintf(text, sizeof text, "%d", i);
        cr_assert_str_eq(next(r).msg, text);
    }
    cr_assert_eq(history_reader_view(&history, r).n, 0);
}

Test(history, nothing_was_said)
{
    cr_expect_null(reader());
}

Test(history, a_frame_has_its_time_as_the_fourth_field)
{
    static const char want[] = "{\"nick\":\"ada\",\"msg\":\"hello\",\"proto\":\"broadcast\","
                               "\"time\":\"" STAMP "\"}";
    say("hello", said_at);
    struct history_reader *r = reader();
    struct span view = history_reader_view(&history, r);
    cr_assert_eq(view.n, FRAME_HEADER + sizeof want - 1);
    cr_expect_arr_eq(view.p + FRAME_HEADER, want, sizeof want - 1);
    cr_expect_str_eq(next(r).time, STAMP);
    free(r);
}

Test(history, each_frame_has_its_own_time)
{
    static const char *const times[] = {STAMP, STAMP, "2026-09-23T06:32:55.124Z",
                                        "1970-01-01T00:00:00.000Z"};
    static const int64_t at[] = {said_at, said_at, said_at + 1, 0};
    for (int i = 0; i < 4; i++) say("x", at[i]);
    struct history_reader *r = reader();
    for (int i = 0; i < 4; i++) cr_expect_str_eq(next(r).time, times[i]);
    free(r);
}

Test(history, a_message_without_place_for_its_time_is_left_out)
{
    static char msg[FRAME_PAYLOAD_MAX];
    const size_t around = strlen("{\"nick\":\"ada\",\"msg\":\"\",\"proto\":\"broadcast\"}"),
                 field = strlen(",\"time\":\"" STAMP "\"");
    memset(msg, 'x', FRAME_PAYLOAD_MAX - around - field);
    say(msg, said_at);
    strcat(msg, "x");
    say(msg, said_at);
    say("year 10000", 253402300800000);
    struct history_reader *r = reader();
    cr_expect_eq(frame_size(history_reader_view(&history, r).p), FRAME_MAX);
    cr_expect_str_eq(next(r).time, STAMP);
    cr_expect_null(next(r).time, "a year of five digits has no text");
    cr_expect_eq(history_reader_view(&history, r).n, 0);
    free(r);
}

Test(history, as_many_as_there_are_and_no_more_than_the_limit)
{
    for (int said = 1; said < 100; said++) {
        say_number(said);
        struct history_reader *r = reader();
        expect_numbers(r, said < FRAMES ? 1 : said - FRAMES + 1, said + 1);
        free(r);
    }
}

Test(history, the_bytes_are_limited_too)
{
    history_log_limit(&history, 1000, 700);
    for (int i = 0; i < 100; i++) say_number(i);
    cr_expect_leq(history.head.pos - history.tail.pos, 700);
    struct history_reader *r = reader();
    expect_numbers(r, 100 - (int)(history.head.seq - history.tail.seq), 100);
    free(r);
}

Test(history, a_lower_limit_drops_the_oldest_and_a_higher_one_keeps_the_next)
{
    for (int i = 0; i < FRAMES; i++) say_number(i);
    history_log_limit(&history, 2, HISTORY_BYTES_MAX);
    struct history_reader *r = reader();
    expect_numbers(r, FRAMES - 2, FRAMES);
    free(r);
    history_log_limit(&history, 3, HISTORY_BYTES_MAX);
    for (int i = FRAMES; i < FRAMES + 3; i++) say_number(i);
    r = reader();
    expect_numbers(r, FRAMES, FRAMES + 3);
    free(r);
    history_log_limit(&history, 0, HISTORY_BYTES_MAX);
    say("unheard", said_at);
    cr_expect_null(reader());
    cr_expect_null(history.frames.block, "a history of no frames uses memory");
}

Test(history, what_is_said_later_is_not_in_a_reader)
{
    say_number(1);
    struct history_reader *r = reader();
    say_number(2);
    expect_numbers(r, 1, 2);
    free(r);
}

Test(history, a_frame_sent_in_part_is_passed_and_its_rest_returned)
{
    uint64_t frames;
    say_number(1);
    say_number(2);
    struct history_reader *r = reader();
    struct span view = history_reader_view(&history, r);
    size_t first = frame_size(view.p);
    struct span rest = history_reader_advance(&history, r, first + 10, &frames);
    cr_expect_eq(frames, 2);
    cr_expect_eq(rest.n, view.n - first - 10);
    cr_expect_eq(rest.p, view.p + first + 10);
    cr_expect_eq(history_reader_view(&history, r).n, 0);
    free(r);
}

Test(history, a_slow_reader_learns_how_many_were_dropped)
{
    for (int said = 0; said < 3 * FRAMES; said++) {
        for (int i = 0; i < FRAMES; i++) say_number(i);
        struct history_reader *r = reader();
        for (int i = 0; i < said; i++) say_number(FRAMES + i);
        int missed = (int)history_reader_catch_up(&history, r);
        cr_expect_eq(missed, said < FRAMES ? said : FRAMES);
        expect_numbers(r, missed, FRAMES);
        cr_expect_eq(history_reader_catch_up(&history, r), 0);
        free(r);
    }
}
