#include "server/room/lookalike.h"

#include "common/nick.h"
#include "common/packet.h"
#include "common/text.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucasemap.h>
#include <unicode/uchar.h>
#include <unicode/uclean.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

enum {
    ROUNDS = 4, /* maximum of repetitions; enough for all characters */
    ASCII = 0x80,
    WORDS = 9, /* that no symbols may imitate */
    WORD_SIZE = 32,
    ASCII_SIZE = 8 /* bytes of the longest skeleton of a character in ASCII, with its NUL */
};

struct lookalike {
    USpoofChecker *spoof;
    UCaseMap *fold;
    char ascii[ASCII][ASCII_SIZE]; /* the skeletons of these characters */
    char words[WORDS][WORD_SIZE];  /* the letters of the words that no symbols may imitate */
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

/* -- symbols that are read as letters -- */

enum {
    NAME = 128,
    STYLED = 16 /* bytes of the longest word that a symbol encloses, with its NUL */
};

/* Writes a character's name in Unicode without " WITH ...". Returns its length; 0 without one. */
static size_t find_name(int32_t cp, char name[NAME])
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = u_charName(cp, U_UNICODE_CHAR_NAME, name, NAME, &status);
    if (U_FAILURE(status) || n <= 0) return 0;
    char *with = strstr(name, " WITH ");
    if (with) *with = '\0';
    return strlen(name);
}

/* Writes the letter at the end of a name, as in NEGATIVE SQUARED LATIN CAPITAL LETTER S. */
static bool find_letter(const char *name, char out[STYLED])
{
    size_t n = strlen(name);
    if (n < 2 || name[n - 2] != ' ') return false;
    if (!strstr(name, "LATIN ") && !strstr(name, "REGIONAL INDICATOR ")) return false;
    out[0] = strstr(name, " SMALL LETTER ") ? (char)u_tolower(name[n - 1]) : name[n - 1];
    out[1] = '\0';
    return true;
}

/* Writes the word at the end of a name such as SQUARED OK. */
static bool find_enclosed_word(int32_t cp, const char *name, char out[STYLED])
{
    const char *word = strstr(name, "SQUARED ");
    if (u_getIntPropertyValue(cp, UCHAR_BLOCK) != UBLOCK_ENCLOSED_ALPHANUMERIC_SUPPLEMENT || !word)
        return false;
    word += strlen("SQUARED ");
    size_t n = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (word[n] != '\0' || n == 0 || n >= STYLED) return false;
    stpcpy(out, word);
    return true;
}

static bool find_enclosed_number(int32_t cp, const char *name, char out[STYLED])
{
    double value = u_getNumericValue(cp);
    if (!strstr(name, "CIRCLED ") || value < 0 || value > 99) return false;
    snprintf(out, STYLED, "%d", (int)value);
    return true;
}

/* Writes the plain text of a symbol or letter that NFKC leaves as it is. Returns false if it is no
 * style of one. */
static bool find_plain_text(int32_t cp, char out[STYLED])
{
    char name[NAME];
    switch (u_charType(cp)) {
    case U_OTHER_SYMBOL:
        return find_name(cp, name) > 0 &&
               (find_letter(name, out) || find_enclosed_word(cp, name, out));
    case U_OTHER_NUMBER: return find_name(cp, name) > 0 && find_enclosed_number(cp, name, out);
    case U_LOWERCASE_LETTER:
        return u_getIntPropertyValue(cp, UCHAR_BLOCK) != UBLOCK_BASIC_LATIN &&
               find_name(cp, name) > 0 && strncmp(name, "LATIN LETTER SMALL CAPITAL ", 27) == 0 &&
               find_letter(name, out);
    case U_ENCLOSING_MARK: out[0] = '\0'; return true;
    default: return false;
    }
}

/* Returns the end. */
static char *put_bytes(char *to, const char *bytes, size_t n)
{
    memcpy(to, bytes, n);
    return to + n;
}

void lookalike_unstyle(const struct lookalike *l, const char *nick, char out[NICK_BYTES + 1])
{
    char plain[STYLED];
    size_t n = strnlen(nick, NICK_BYTES);
    bool is_plain = !l || lookalike_is_ascii(nick);
    for (size_t at = 0, size; at < n; at += size) {
        int32_t cp;
        size = text_decode(nick, n, at, &cp);
        bool is_styled = !is_plain && find_plain_text(cp, plain) && strlen(plain) <= size;
        out = is_styled ? stpcpy(out, plain) : put_bytes(out, nick + at, size);
    }
    *out = '\0';
}

/* -- words that no symbols may imitate -- */

/* Letters as a reader sees them. A word is imitated by a nickname that reads the same, words of a
 * notice by one that contains them. */
static const struct {
    const char *word;
    bool anywhere;
} words[] = {
    {PACKET_SERVER, false}, {"klatchd", false},       {"klatch", false},
    {"admin", false},       {"administrator", false}, {PACKET_JOINED, true},
    {PACKET_LEFT, true},    {PACKET_RENAMED, true},   {PACKET_COUNTDOWN, true},
};

static_assert(sizeof words / sizeof *words == WORDS, "a word is missing, or one is too many");

/* Whether a symbol reads as the letters that its skeleton contains, as U+2228 (LOGICAL OR) as v. */
enum reading { READ_SYMBOLS, SKIP_SYMBOLS };

static bool is_mark(int32_t cp)
{
    int8_t category = u_charType(cp);
    return category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK;
}

/* Appends the letters and digits of a text. Returns the end; NULL if they do not fit. */
static char *put_letters(char *to, const char *end, const char *text)
{
    size_t n = strlen(text);
    for (size_t at = 0, size; at < n; at += size) {
        int32_t cp;
        size = text_decode(text, n, at, &cp);
        if (!u_isalnum(cp)) continue;
        if (size >= (size_t)(end - to)) return NULL;
        to = put_bytes(to, text + at, size);
    }
    *to = '\0';
    return to;
}

/* Writes the letter of which a character is a style, or to which it adds marks. */
static bool find_base_letter(int32_t cp, char out[STYLED])
{
    char name[NAME];
    if (find_plain_text(cp, out)) return true;
    if (u_getIntPropertyValue(cp, UCHAR_SCRIPT) != USCRIPT_LATIN) return false;
    return find_name(cp, name) > 0 && find_letter(name, out);
}

/* Writes the letters that a reader sees in a character: none in a mark, a space or a full stop. */
static bool read_character(const struct lookalike *l, const char *at, size_t size,
                           enum reading reading, char out[LOOKALIKE_SIZE])
{
    char text[5] = {0}, letter[STYLED], key[NICK_KEY_SIZE];
    int32_t cp;
    text_decode(at, size, 0, &cp);
    memcpy(text, at, size);
    out[0] = '\0';
    if (is_mark(cp)) return true;
    if (find_base_letter(cp, letter)) {
        nick_key(letter, key);
        return lookalike_skeleton(l, key, out);
    }
    if (reading == SKIP_SYMBOLS && !u_isalnum(cp)) return true;
    return lookalike_skeleton(l, text, out);
}

/* Writes the letters that a reader sees in a text, as skeletons. Returns false if it is too long.
 */
static bool read_text(const struct lookalike *l, const char *text, enum reading reading,
                      char out[LOOKALIKE_SIZE])
{
    char letters[LOOKALIKE_SIZE], *to = out;
    size_t n = strlen(text);
    out[0] = '\0';
    for (size_t at = 0, size; at < n && to; at += size) {
        int32_t cp;
        size = text_decode(text, n, at, &cp);
        if (!read_character(l, text + at, size, reading, letters)) return false;
        to = put_letters(to, out + LOOKALIKE_SIZE, letters);
    }
    return to != NULL;
}

static bool is_read_as_a_word(const struct lookalike *l, const char *text, enum reading reading)
{
    char letters[LOOKALIKE_SIZE];
    if (!read_text(l, text, reading, letters)) return true;
    for (int i = 0; i < WORDS; i++) {
        const char *word = l->words[i];
        if (words[i].anywhere ? strstr(letters, word) != NULL : strcmp(letters, word) == 0)
            return true;
    }
    return false;
}

static bool has_symbols(const char *text)
{
    size_t n = strlen(text);
    int32_t cp = 'a';
    for (size_t at = 0; at < n && u_isalnum(cp);) at += text_decode(text, n, at, &cp);
    return !u_isalnum(cp);
}

/* Reads the nickname and its key, because a letter and its small form may look like two letters. */
static bool imitates_a_word(const struct lookalike *l, const char *nick)
{
    char key[NICK_KEY_SIZE];
    nick_key(nick, key);
    if (is_read_as_a_word(l, nick, READ_SYMBOLS) || is_read_as_a_word(l, key, READ_SYMBOLS))
        return true;
    return has_symbols(nick) &&
           (is_read_as_a_word(l, nick, SKIP_SYMBOLS) || is_read_as_a_word(l, key, SKIP_SYMBOLS));
}

static bool learn_words(struct lookalike *l)
{
    char letters[LOOKALIKE_SIZE];
    for (int i = 0; i < WORDS; i++) {
        char key[NICK_KEY_SIZE];
        nick_key(words[i].word, key);
        if (!read_text(l, key, SKIP_SYMBOLS, letters) || strlen(letters) >= WORD_SIZE) return false;
        stpcpy(l->words[i], letters);
    }
    return true;
}

static bool mixes_scripts(const struct lookalike *l, const char *nick)
{
    UErrorCode status = U_ZERO_ERROR;
    return uspoof_check2UTF8(l->spoof, nick, -1, NULL, &status) != 0 || U_FAILURE(status);
}

bool lookalike_allows(const struct lookalike *l, const char *nick)
{
    if (!l || lookalike_is_ascii(nick)) return true;
    return !mixes_scripts(l, nick) && !imitates_a_word(l, nick);
}

static bool open_data(struct lookalike *l)
{
    char skeleton[LOOKALIKE_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    l->spoof = uspoof_open(&status);
    l->fold = ucasemap_open("", U_FOLD_CASE_DEFAULT, &status);
    uspoof_setChecks(l->spoof, USPOOF_RESTRICTION_LEVEL, &status);
    if (U_FAILURE(status) || !learn_ascii(l) || !learn_words(l)) return false;
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
