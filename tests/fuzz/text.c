/* Arbitrary bytes through the sanitiser, the cluster steps and the wrapping.
 *
 * What must hold: what is cleaned holds nothing that may not be shown, is clean once and for all,
 * and is one line where one is asked for; steps forward and back meet at the same boundaries; and
 * rows, whose width the last byte says, hold all of the text but the blanks where it breaks, and
 * none is wider than its place. */
#include "common/text.h"

#include "tests/unit/support/unsafe_chars.h"
#include "tui/ui/messages/line_wrap.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST = 80 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_step_both_ways(const char *s, size_t n)
{
    size_t clusters = 0, width = 0;
    for (size_t at = 0, next; at < n; at = next, clusters++) {
        next = text_next(s, n, at);
        assert(next > at && next <= n);
        assert(text_prev(s, next) == at);
        width += text_width(s + at, next - at);
    }
    assert(text_clusters(s, n) == clusters);
    assert(text_width(s, n) == width);
}

static void must_be_blank(const char *s, size_t from, size_t to)
{
    for (; from < to; from++) assert(s[from] == ' ' || s[from] == '\n');
}

/* Whether it is one code point, and marks on it. */
static int stands_alone(const char *s, size_t n)
{
    size_t at = 1;
    while (at < n && (s[at] & 0xC0) == 0x80) at++;
    return text_width(s + at, n - at) == 0;
}

static void must_wrap(const char *s, size_t n, int cells)
{
    for (size_t at = 0, next; at < n; at = next) {
        size_t end = line_wrap_next(s, n, at, cells, &next);
        assert(end >= at && next >= end && next > at && next <= n);
        assert(text_width(s + at, end - at) <= (size_t)cells || stands_alone(s + at, end - at));
        must_be_blank(s, end, next);
    }
}

static void clean(const char *s, size_t n, enum text_lines lines, int cells)
{
    size_t once_n, twice_n;
    char *once = text_clean(s, n, lines, &once_n);
    assert(once != NULL && strlen(once) == once_n && text_valid(once, once_n));
    assert(!unsafe_text(once, once_n, lines == TEXT_LINES));
    must_step_both_ways(once, once_n);
    must_wrap(once, once_n, cells);
    char *twice = text_clean(once, once_n, lines, &twice_n);
    assert(twice != NULL && once_n == twice_n && memcmp(once, twice, once_n) == 0);
    free(twice);
    free(once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *s = malloc(size + 1);
    assert(s != NULL);
    memcpy(s, data, size);
    s[size] = '\0';
    int cells = 1 + (size > 0 ? data[size - 1] : 0) % WIDEST;
    clean(s, size, TEXT_ONE_LINE, cells);
    clean(s, size, TEXT_LINES, cells);
    if (text_valid(s, size)) must_step_both_ways(s, size);
    free(s);
    return 0;
}
