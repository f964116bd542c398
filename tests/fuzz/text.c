/* Arbitrary bytes through the sanitiser, the cluster steps and the nickname rule.
 *
 * What must hold: what is cleaned is UTF-8 without controls, clean once and for all, and one line
 * where one is asked for; steps forward and back meet at the same boundaries; a nickname that is
 * accepted is as short as the rule says, and has a key that is the key of nothing else than itself.
 */
#include "common/text.h"

#include "common/nick.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_printable(const char *s, size_t n, enum text_lines lines)
{
    assert(text_valid(s, n) && s[n] == '\0' && strlen(s) == n);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        assert(c >= ' ' || (c == '\n' && lines == TEXT_LINES));
        assert(c != 0x7F);
        assert(c != 0xC2 || (unsigned char)s[i + 1] >= 0xA0); /* a C1 control */
    }
}

static void must_step_both_ways(const char *s, size_t n)
{
    size_t clusters = 0;
    for (size_t at = 0, next; at < n; at = next, clusters++) {
        next = text_next(s, n, at);
        assert(next > at && next <= n);
        assert(text_prev(s, next) == at);
    }
    assert(text_clusters(s, n) == clusters);
}

static void clean(const char *s, size_t n, enum text_lines lines)
{
    size_t once_n, twice_n;
    char *once = text_clean(s, n, lines, &once_n);
    assert(once != NULL);
    must_be_printable(once, once_n, lines);
    must_step_both_ways(once, once_n);
    char *twice = text_clean(once, once_n, lines, &twice_n);
    assert(twice != NULL && once_n == twice_n && memcmp(once, twice, once_n) == 0);
    assert(text_width(once, once_n) <= 16 * n + 16);
    free(twice);
    free(once);
}

static void name(const char *nick, size_t n)
{
    char key[NICK_KEY_SIZE], again[NICK_KEY_SIZE];
    if (nick_check(nick) != NULL) return;
    assert(n >= 1 && n <= NICK_BYTES && text_clusters(nick, n) <= NICK_CLUSTERS);
    nick_key(nick, key);
    nick_key(nick, again);
    assert(key[0] != '\0' && strcmp(key, again) == 0 && strcmp(key, "server") != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *s = malloc(size + 1);
    assert(s != NULL);
    memcpy(s, data, size);
    s[size] = '\0';
    clean(s, size, TEXT_ONE_LINE);
    clean(s, size, TEXT_LINES);
    if (text_valid(s, size)) must_step_both_ways(s, size);
    if (text_valid(s, size) && strlen(s) == size) name(s, size);
    free(s);
    return 0;
}
