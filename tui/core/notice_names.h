/* notice_names: PURE finds the nicknames in a notice of the server, and shows them between marks,
 * so that a nickname like "ada left the chat" cannot imitate a notice. */
#ifndef TUI_CORE_NOTICE_NAMES_H
#define TUI_CORE_NOTICE_NAMES_H

#include "tui/core/members.h"
#include "tui/core/server_notice.h"

/* The marks. If a nickname contains one, or a character that looks like one, its number is shown
 * instead, as in <U+00AB>. */
#define NICK_MARK_OPEN  "\xC2\xAB" /* U+00AB */
#define NICK_MARK_CLOSE "\xC2\xBB" /* U+00BB */

enum {
    NOTICE_NAMES_MAX = 32,
    NICK_MARKED_SIZE = 8 * NICK_BYTES + 8, /* each byte of a nickname as <U+XXXX>, the marks */
};

struct nick_span {
    size_t from, to; /* bytes of the notice */
};

struct notice_names {
    struct server_notice notice; /* as server_notice_read; NOTICE_OTHER if it is ambiguous */
    struct nick_span spans[NOTICE_NAMES_MAX];
    size_t count;
};

/* Finds the nicknames in a notice: in a notice of a join, leave or new nickname, those that it is
 * about; in any other text, those of members. If there are several ways to read a notice, chooses
 * the one that fits the members; if none or several fit, the whole text counts as a nickname. */
struct notice_names notice_names_find(const char *msg, const struct members *m);

/* Writes a nickname between marks; cuts it to NICK_BYTES bytes. */
void nick_mark(char ret[NICK_MARKED_SIZE], const char *nick);

/* Returns the notice with marks around its nicknames; NULL without memory. The caller frees it. */
char *notice_names_mark(const char *msg, const struct members *m);

/* Returns a text of nicknames, one on a line, with marks and commas; NULL without memory. The
 * caller frees it.
 */
char *nick_mark_lines(const char *lines);

/* Finds the first nickname in a marked text that ends after byte `at`, without its marks. Returns
 * false if there is none. */
bool nick_mark_next(const char *text, size_t at, struct nick_span *ret);

#endif
