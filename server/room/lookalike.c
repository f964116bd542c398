#include "server/room/lookalike.h"

#include "common/nick.h"
#include "common/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucasemap.h>
#include <unicode/uchar.h>
#include <unicode/uclean.h>
#include <unicode/uspoof.h>

enum {
    ROUNDS = 4, /* maximum of repetitions; enough for all characters */
    ASCII = 0x80,
    ASCII_SIZE = 8 /* bytes of the longest skeleton of a character in ASCII, with its NUL */
};

struct lookalike {
    USpoofChecker *spoof;
    UCaseMap *fold;
    char ascii[ASCII][ASCII_SIZE]; /* the skeletons of these characters */
};

bool lookalike_is_ascii(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0x80) text++;
    return *text == '\0';
}

static bool find_skeleton(const struct lookalike *l, const char *text, char out[LOOKALIKE_SIZE])
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = uspoof_getSkeletonUTF8(l->spoof, 0, text, -1, out, LOOKALIKE_SIZE, &status);
    return U_SUCCESS(status) && n < LOOKALIKE_SIZE;
}

static bool fold(const struct lookalike *l, const char *text, char out[LOOKALIKE_SIZE])
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = ucasemap_utf8FoldCase(l->fold, out, LOOKALIKE_SIZE, text, -1, &status);
    return U_SUCCESS(status) && n < LOOKALIKE_SIZE;
}

/* Folds the skeleton, and makes the skeleton of the result, until nothing changes: a Greek capital
 * looks like B, which folds to b. */
static bool find_stable_skeleton(const struct lookalike *l, const char *text,
                                 char out[LOOKALIKE_SIZE])
{
    char folded[LOOKALIKE_SIZE], next[LOOKALIKE_SIZE];
    bool ok = find_skeleton(l, text, out), stable = false;
    for (int round = 0; round < ROUNDS && ok && !stable; round++) {
        ok = fold(l, out, folded) && find_skeleton(l, folded, next);
        stable = ok && strcmp(next, out) == 0;
        if (ok) stpcpy(out, next);
    }
    return ok;
}

static bool learn_ascii(struct lookalike *l)
{
    char skeleton[LOOKALIKE_SIZE];
    for (int c = 1; c < ASCII; c++) {
        const char text[2] = {(char)c};
        if (!find_stable_skeleton(l, text, skeleton) || strlen(skeleton) >= ASCII_SIZE)
            return false;
        stpcpy(l->ascii[c], skeleton);
    }
    return true;
}

/* No character in ASCII combines with another, so the skeleton of a text is that of its parts. */
bool lookalike_skeleton(const struct lookalike *l, const char *text, char out[LOOKALIKE_SIZE])
{
    if (!lookalike_is_ascii(text) || strlen(text) >= LOOKALIKE_SIZE / ASCII_SIZE)
        return find_stable_skeleton(l, text, out);
    *out = '\0';
    while (*text != '\0') out = stpcpy(out, l->ascii[(unsigned char)*text++]);
    return true;
}

static bool mixes_scripts(const struct lookalike *l, const char *nick)
{
    UErrorCode status = U_ZERO_ERROR;
    return uspoof_check2UTF8(l->spoof, nick, -1, NULL, &status) != 0 || U_FAILURE(status);
}

/* Writes the letter of which a character is a style, such as s for U+1F182 (NEGATIVE SQUARED LATIN
 * CAPITAL LETTER S). Returns false if there is none. */
static bool find_styled_letter(int32_t cp, char letter[2])
{
    char name[128];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = u_charName(cp, U_UNICODE_CHAR_NAME, name, sizeof name, &status);
    if (U_FAILURE(status)) return false;
    if (!strstr(name, "LATIN ") && !strstr(name, "REGIONAL INDICATOR ")) return false;
    const char *with = strstr(name, " WITH ");
    if (with) n = (int32_t)(with - name);
    if (n < 2 || name[n - 2] != ' ') return false;
    letter[0] = (char)u_tolower(name[n - 1]);
    letter[1] = '\0';
    return true;
}

static bool is_mark(int32_t cp)
{
    int8_t category = u_charType(cp);
    return category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK;
}

/* Writes the letters that a reader sees in a character: none for a mark. */
static bool read_character(const struct lookalike *l, const char *at, size_t size,
                           char out[LOOKALIKE_SIZE])
{
    char text[5] = {0};
    int32_t cp;
    text_decode(at, size, 0, &cp);
    memcpy(text, at, size);
    out[0] = '\0';
    return is_mark(cp) || find_styled_letter(cp, out) || lookalike_skeleton(l, text, out);
}

static bool is_read_as(const struct lookalike *l, const char *text, const char *word)
{
    char letters[LOOKALIKE_SIZE];
    int32_t cp;
    for (size_t n = strlen(text), size; n > 0; text += size, n -= size) {
        size = text_decode(text, n, 0, &cp);
        if (!read_character(l, text, size, letters)) return true;
        size_t length = strlen(letters);
        if (strncmp(word, letters, length) != 0) return false;
        word += length;
    }
    return *word == '\0';
}

bool lookalike_allows(const struct lookalike *l, const char *nick)
{
    char key[NICK_KEY_SIZE];
    if (!l || lookalike_is_ascii(nick)) return true;
    nick_key(nick, key);
    return !mixes_scripts(l, nick) && !is_read_as(l, nick, "server") &&
           !is_read_as(l, key, "server");
}

static bool open_data(struct lookalike *l)
{
    char skeleton[LOOKALIKE_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    l->spoof = uspoof_open(&status);
    l->fold = ucasemap_open("", U_FOLD_CASE_DEFAULT, &status);
    uspoof_setChecks(l->spoof, USPOOF_RESTRICTION_LEVEL, &status);
    if (U_FAILURE(status) || !learn_ascii(l)) return false;
    uspoof_setRestrictionLevel(l->spoof, USPOOF_HIGHLY_RESTRICTIVE);
    return !lookalike_allows(l, "🆂🅴🆁🆅🅴🆁") && lookalike_skeleton(l, "Ада", skeleton);
}

struct lookalike *lookalike_new(void)
{
    struct lookalike *l = calloc(1, sizeof *l);
    if (!l || open_data(l)) return l;
    lookalike_free(l);
    return NULL;
}

void lookalike_free(struct lookalike *l)
{
    if (!l) return;
    uspoof_close(l->spoof);
    ucasemap_close(l->fold);
    u_cleanup();
    free(l);
}
