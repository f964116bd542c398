/* nick: the rule for nicknames, and the key that compares them. */
#ifndef COMMON_NICK_H
#define COMMON_NICK_H

enum {
    NICK_CLUSTERS = 32, /* characters as a reader counts them: grapheme clusters (UAX #29) */
    NICK_BYTES = 64,    /* UTF-8, without the final NUL */
    NICK_KEY_SIZE = 1024,
};

/* Errors of nick_check. */
#define NICK_EMPTY        "Type a nickname."
#define NICK_OVER_BYTES   "That is over 64 bytes; choose a shorter one."
#define NICK_OVER_LENGTH  "That is over 32 characters; choose a shorter one."
#define NICK_NOT_UTF8     "That is not UTF-8; choose another."
#define NICK_SPACING      "Use single spaces, and none at the ends."
#define NICK_INVISIBLE    "Leave out the invisible character."
#define NICK_LEADING_MARK "Put a character before the combining mark."
#define NICK_OVER_MARKS   "Use at most four marks on a character."
#define NICK_RESERVED     "That name is the server's; choose another."

/* Returns NULL if the nickname follows the rule: 1 to 32 characters and at most 64 bytes; letters,
 * marks, at most four on a character, digits, symbols and punctuation of any script; single spaces
 * inside; its letters and digits are not those of SERVER or klatchd. Otherwise returns a short
 * sentence that says what to change. */
const char *nick_check(const char *nick);

/* Writes the comparison key of a nickname that nick_check accepts: as it is shown, without skin
 * tones and other styles of emoji, then NFKC and case folded, in the spirit of RFC 8266. Two
 * nicknames are the same if their keys are equal. */
void nick_key(const char *nick, char key[NICK_KEY_SIZE]);

#endif
