/* chat_line: PURE formats what happens in the room as one flat line, for logs and simple terminals:
 *
 *   <NICK> TEXT   a member's message
 *   * TEXT        a notice from the server
 *   - TEXT        a line of the program itself
 *
 * No nickname and no text can imitate this frame or begin another line. Escapes are those of a JSON
 * string (RFC 8259), so a reader gets back exactly what was said: \\ is a backslash, \n a line
 * feed, \u003e a > in a nickname, and \uXXXX any other character that cannot be seen or that
 * changes how its neighbours are shown. Quotation marks are not escaped. */
#ifndef COMMON_CHAT_LINE_H
#define COMMON_CHAT_LINE_H

#include <stddef.h>

/* Such a line as a literal, if its nickname and its text need no escapes. */
#define CHAT_LINE_MESSAGE(nick, text) "<" nick "> " text
#define CHAT_LINE_NOTICE(text)        "* " text
#define CHAT_LINE_OWN(text)           "- " text

enum { CHAT_LINE_GROWTH = 6 }; /* maximum of bytes written for a byte of a nickname or text */

/* Format a line without a line feed and without a NUL, into `room` bytes. Return its length; 0 if
 * it does not fit. A byte that is not UTF-8 becomes U+FFFD. */
size_t chat_line_message(char *out, size_t room, const char *nick, const char *text);
size_t chat_line_notice(char *out, size_t room, const char *text);
size_t chat_line_own(char *out, size_t room, const char *text);

/* Format a part of a line in the same way: "<NICK> "; a text. The text is for people: characters
 * that only style their neighbours (text_is_style) are left out, and all blanks become spaces. */
size_t chat_line_nick(char *out, size_t room, const char *nick);
size_t chat_line_text(char *out, size_t room, const char *text);

#endif
