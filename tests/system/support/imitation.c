#include "tests/system/support/imitation.h"

#include "common/packet.h"
#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/unit/support/dice.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES = 12, LINE = 16 * IMITATION_TEXT };

/* Frames, words of the log and of notices, escapes, and characters that cannot be seen. */
static const char *const pieces[] = {
    "<",
    ">",
    "> ",
    " <",
    "* ",
    "- ",
    "? ",
    "! ",
    ": ",
    "\"",
    "'",
    "\\",
    "\\\\",
    "\\\"",
    "/",
    "&",
    "%s",
    "$(id)",
    "`",
    " ",
    "  ",
    "ada",
    "bob",
    "SERVER",
    "SERVER: ",
    "12:30 ",
    "<ada> ",
    "<bob>",
    "2026-11-27T12:00:00Z ",
    "2026-11-27T12:00:00Z <ada> ",
    "2026-11-27T12:00:00Z * ",
    "control: user 0, process 1 asks",
    "connection 1 closed",
    " joined the chat",
    " left the chat",
    " is now known as ",
    "Server Shutting down in 5 seconds",
    "{\"time\":\"",
    "\",\"msg\":\"",
    "\"}",
    "\\u003e",
    "\\n",
    "\\u000a",
    "u003e",
    "\\1",
    "\n",
    "\r",
    "\n- ",
    "\n* ",
    "\n<ada> ",
    "\t",
    "\x1b[2K",
    "\b",
    "\x7F",
    "\xC2\x85",
    "\xC2\x9B",
    "\xC2\xA0",
    "\xE2\x80\x8B",
    "\xE2\x80\x8D",
    "\xE2\x80\xA8",
    "\xE2\x80\xAE",
    "\xE2\x81\xA6",
    "\xE2\x80\xB9",
    "\xE2\x80\xBA",
    "\xEF\xBC\x9C",
    "\xEF\xBC\x9E",
    "\xEF\xB8\x8F",
    "\xF3\xA0\x81\xA1",
    "\xCC\x81",
    "\xC3\xA9",
    "\xE4\xB8\xAD",
    "\xF0\x9F\x98\x80",
};

/* Puts pieces together, as many as fit. */
static void put_pieces(char *to, size_t size, unsigned n)
{
    for (*to = '\0'; n > 0; n--) {
        const char *piece = pieces[dice(COUNT(pieces))];
        if (strlen(to) + strlen(piece) < size) strcat(to, piece);
    }
}

struct imitation imitation_new(void)
{
    struct imitation said;
    do put_pieces(said.nick, sizeof said.nick, 1 + dice(PIECES / 3));
    while (nick_check(said.nick) != NULL);
    do put_pieces(said.text, sizeof said.text, 1 + dice(PIECES));
    while (said.text[0] == '\0');
    return said;
}

void imitation_expect_json(const struct imitation *said, const char *line)
{
    struct packet p;
    const char *why = packet_decode_as(&p, (struct span){line, strlen(line)}, PROTO_BROADCAST);
    cr_assert_null(why, "%s: %s", why, line);
    cr_assert_str_eq(p.nick, said->nick, "%s", line);
    cr_assert_str_eq(p.msg, said->text, "%s", line);
}

void imitation_expect_all(const struct imitation *said, size_t n, const char *folder,
                          const char *command)
{
    static char line[LINE], full[LINE];
    size_t lines = 0;
    pid_t pid;
    snprintf(full, sizeof full, "cd '%s' && %s", folder, command);
    FILE *output = child_open((const char *[]){"sh", "-c", full, NULL}, &pid);
    for (; fgets(line, sizeof line, output); lines++) {
        cr_assert_lt(lines, n, "nobody said %s", line);
        imitation_expect_json(&said[lines], line);
    }
    fclose(output);
    cr_expect_eq(child_wait(pid), 0);
    cr_expect_eq(lines, n);
}
