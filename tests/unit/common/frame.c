#include "common/frame.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static enum frame_status next(struct frame_decoder *f, const char *bytes, size_t n,
                              struct span *payload)
{
    struct span in = {bytes, n};
    return frame_next(f, &in, payload);
}

static void cr_expect_payload(struct span payload, const char *want)
{
    cr_expect_eq(payload.n, strlen(want));
    cr_expect_arr_eq(payload.p, want, strlen(want));
}

Test(frame, whole_frames_are_cut_in_place)
{
    struct frame_decoder f = {0};
    struct span payload, in = {"\0\3abc\0\1d\0\2", 10};
    const char *start = in.p;
    cr_expect_eq(frame_next(&f, &in, &payload), FRAME_COMPLETE);
    cr_expect_payload(payload, "abc");
    cr_expect_eq(payload.p, start + 2);
    cr_expect_eq(frame_next(&f, &in, &payload), FRAME_COMPLETE);
    cr_expect_payload(payload, "d");
    cr_expect_eq(frame_next(&f, &in, &payload), FRAME_PARTIAL);
    cr_expect_eq(f.len, 2);
    frame_decoder_reset(&f);
}

Test(frame, every_split_gives_the_same_frames)
{
    static const char stream[] = "\0\5hello\0\1x\0\4last";
    const size_t n = sizeof stream - 1;
    for (size_t a = 0; a <= n; a++)
        for (size_t b = a; b <= n; b++) {
            struct frame_decoder f = {0};
            const size_t cuts[] = {0, a, b, n};
            char got[32] = "";
            for (int i = 0; i < 3; i++) {
                struct span payload, in = {stream + cuts[i], cuts[i + 1] - cuts[i]};
                while (frame_next(&f, &in, &payload) == FRAME_COMPLETE) {
                    strncat(got, payload.p, payload.n);
                    strcat(got, "|");
                }
            }
            cr_assert_str_eq(got, "hello|x|last|", "cut at %zu and %zu", a, b);
            frame_decoder_reset(&f);
        }
}

/* Frames of 1, 2, 3 ... bytes fill a read of 64 KiB, which ends anywhere. */
Test(frame, a_read_may_end_at_any_byte)
{
    enum { READ = 1 << 16 };
    static char stream[READ];
    size_t n = 0, frames = 0;
    while (n + FRAME_HEADER + frames + 1 <= READ) {
        frame_header(stream + n, ++frames);
        memset(stream + n + FRAME_HEADER, (int)('a' + frames % 26), frames);
        n += FRAME_HEADER + frames;
    }
    for (size_t end = 0; end <= n; end++) {
        struct frame_decoder f = {0};
        struct span payload, reads[] = {{stream, end}, {stream + end, n - end}};
        size_t got = 0;
        for (int i = 0; i < 2; i++)
            while (frame_next(&f, &reads[i], &payload) == FRAME_COMPLETE) {
                char letter = (char)('a' + ++got % 26);
                cr_assert(payload.n == got && payload.p[0] == letter &&
                              payload.p[got - 1] == letter,
                          "frame %zu, cut at %zu", got, end);
            }
        cr_assert_eq(got, frames, "cut at %zu", end);
        frame_decoder_reset(&f);
    }
}

Test(frame, a_length_of_zero_is_an_empty_frame_however_it_comes)
{
    struct frame_decoder f = {0};
    struct span payload = {"", 1};
    cr_expect_eq(next(&f, "\0\0", 2, &payload), FRAME_COMPLETE);
    cr_expect_eq(payload.n, 0);
    cr_expect_eq(next(&f, "\0", 1, &payload), FRAME_PARTIAL);
    payload.n = 1;
    cr_expect_eq(next(&f, "\0", 1, &payload), FRAME_COMPLETE);
    cr_expect_eq(payload.n, 0);
    cr_expect_eq(next(&f, "\0\1x", 3, &payload), FRAME_COMPLETE);
    cr_expect_eq(payload.n, 1);
    frame_decoder_reset(&f);
}

Test(frame, an_incomplete_frame_says_how_much_is_missing)
{
    struct frame_decoder f = {0};
    struct span payload;
    cr_expect_eq(frame_missing(&f), 0);
    cr_expect_eq(next(&f, "\1", 1, &payload), FRAME_PARTIAL);
    cr_expect_eq(frame_missing(&f), 1);
    cr_expect_eq(next(&f, "\0a", 2, &payload), FRAME_PARTIAL);
    cr_expect_eq(frame_missing(&f), 255);
    cr_expect_leq(f.cap, 258);
    char rest[255] = {0};
    cr_expect_eq(next(&f, rest, sizeof rest, &payload), FRAME_COMPLETE);
    cr_expect_eq(frame_missing(&f), 0);
    cr_expect_eq(f.cap, 258);
    frame_decoder_reset(&f);
}

Test(frame, the_largest_frame_comes_byte_by_byte)
{
    struct frame_decoder f = {0};
    struct span payload;
    char *bytes = malloc(FRAME_MAX);
    memset(bytes, 'x', FRAME_MAX);
    frame_header(bytes, FRAME_PAYLOAD_MAX);
    for (size_t i = 0; i + 1 < FRAME_MAX; i++)
        cr_assert_eq(next(&f, bytes + i, 1, &payload), FRAME_PARTIAL);
    cr_expect_eq(next(&f, bytes + FRAME_MAX - 1, 1, &payload), FRAME_COMPLETE);
    cr_expect_eq(payload.n, FRAME_PAYLOAD_MAX);
    cr_expect_eq(payload.p[FRAME_PAYLOAD_MAX - 1], 'x');
    cr_expect_eq(next(&f, "", 0, &payload), FRAME_PARTIAL);
    cr_expect_null(f.held, "what was whole is not kept");
    free(bytes);
}

Test(frame, memory_grows_with_what_came_and_not_with_what_is_announced)
{
    struct frame_decoder f = {0};
    struct span payload;
    cr_expect_eq(next(&f, "\377\377x", 3, &payload), FRAME_PARTIAL);
    cr_expect_leq(f.cap, 16);
    frame_decoder_reset(&f);
}

Test(frame, header_and_size_agree)
{
    static const size_t sizes[] = {1, 255, 256, 65535};
    for (size_t i = 0; i < 4; i++) {
        char header[FRAME_HEADER];
        frame_header(header, sizes[i]);
        cr_expect_eq(frame_size(header), sizes[i] + FRAME_HEADER);
    }
}
