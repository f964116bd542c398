/* nick: the one nickname rule, and the key under which two nicknames are the same. */
#ifndef COMMON_NICK_H
#define COMMON_NICK_H

enum {
    NICK_CLUSTERS = 32, /* characters as a reader counts them: grapheme clusters (UAX #29) */
    NICK_BYTES = 64,    /* of UTF-8, without the final NUL */
    NICK_KEY_SIZE = 1024,
};

/* Returns NULL when the nickname follows the rule: 1 to 32 characters and at most 64 bytes,
 * letters, marks, digits, symbols and punctuation of any script, single spaces inside, not SERVER
 * under any spelling. Else a short sentence that says what to change. nick is valid UTF-8. */
const char *nick_check(const char *nick);

/* Writes the comparison key of a nickname that nick_check accepts, NUL-terminated: NFKC and case
 * folded, in the spirit of RFC 8266. */
void nick_key(const char *nick, char key[NICK_KEY_SIZE]);

#endif
