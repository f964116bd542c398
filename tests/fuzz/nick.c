/* Arbitrary text as a nickname.
 *
 * What must hold: what the rule accepts is as short as it says and shows nothing that may not be
 * shown; its key is not empty, not the server's, and its own key; and neither the way a nickname is
 * composed nor emoji style makes it another. */
#include "common/nick.h"

#include "common/text.h"
#include "tests/unit/support/unsafe_chars.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_short(const char *nick)
{
    size_t n = strlen(nick);
    assert(n >= 1 && n <= NICK_BYTES && text_valid(nick, n));
    assert(text_clusters(nick, n) <= NICK_CLUSTERS);
    assert(nick[0] != ' ' && nick[n - 1] != ' ' && !strstr(nick, "  "));
}

/* And nothing stands in for what may not be shown: that would be longer. */
static void must_be_visible(const char *nick)
{
    size_t n;
    char *shown = text_clean(nick, strlen(nick), TEXT_ONE_LINE, &n);
    assert(shown && text_width(shown, n) > 0 && !unsafe_text(shown, n, 0));
    assert(n <= strlen(nick));
    free(shown);
}

static void must_have_key(const char *nick, const char *key)
{
    char other[NICK_KEY_SIZE];
    nick_key(nick, other);
    assert(strcmp(key, other) == 0);
}

static void must_have_its_key_however_composed(const char *nick, const char *key)
{
    utf8proc_uint8_t *forms[] = {utf8proc_NFD((const utf8proc_uint8_t *)nick),
                                 utf8proc_NFC((const utf8proc_uint8_t *)nick)};
    for (int i = 0; i < 2; i++) {
        const char *form = (const char *)forms[i];
        if (form && strlen(form) <= NICK_BYTES) must_have_key(form, key);
        free(forms[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char key[NICK_KEY_SIZE], *nick = malloc(size + 1);
    assert(nick != NULL);
    memcpy(nick, data, size);
    nick[size] = '\0';
    if (!nick_check(nick)) {
        nick_key(nick, key);
        must_be_short(nick);
        must_be_visible(nick);
        assert(key[0] != '\0' && strcmp(key, "server") != 0 && strlen(key) < NICK_KEY_SIZE);
        if (strlen(key) <= NICK_BYTES) must_have_key(key, key);
        must_have_its_key_however_composed(nick, key);
        assert(!nick_check(nick));
    }
    free(nick);
    return 0;
}
