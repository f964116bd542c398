#include "server/admin/command.h"

#include "common/option.h"
#include "common/text.h"

#include <string.h>

enum { SECONDS_MAX = 86400 };

enum { NAME = 1, TEXT = 2, NEEDS_NAME = 4, NEEDS_TEXT = 8 }; /* operands: allowed, required */

static const struct {
    const char *word;
    int takes;
    const char *usage;
} grammar[COMMANDS] = {
    [COMMAND_KICK] = {"kick", NAME | TEXT | NEEDS_NAME, "usage: kick NICK [REASON]"},
    [COMMAND_BAN] = {"ban", NAME | NEEDS_NAME, "usage: ban ADDRESS[/BITS], uid:USER or SHA256:KEY"},
    [COMMAND_UNBAN] = {"unban", NAME | NEEDS_NAME,
                       "usage: unban ADDRESS[/BITS], uid:USER or SHA256:KEY"},
    [COMMAND_BANS] = {"bans", 0, "usage: bans"},
    [COMMAND_ALLOW] = {"allow", NAME | TEXT | NEEDS_NAME, "usage: allow SHA256:KEY [NICK]"},
    [COMMAND_DENY] = {"deny", NAME | NEEDS_NAME, "usage: deny SHA256:KEY"},
    [COMMAND_SAY] = {"say", TEXT | NEEDS_TEXT, "usage: say TEXT"},
    [COMMAND_WHO] = {"who", 0, "usage: who"},
    [COMMAND_SHUTDOWN] = {"shutdown", NAME, "usage: shutdown [SECONDS], at most 86400"},
};

const char command_usage[] =
    "  kick NICK [REASON]    disconnect a member and send it the reason\n"
    "  ban ADDRESS[/BITS]    disconnect an address and refuse it, see --bans\n"
    "  ban uid:USER          the same for a user of this machine, on unix sockets\n"
    "  ban SHA256:KEY        the same for a key, see --members\n"
    "  unban ADDRESS[/BITS]  lift a ban; unban uid:USER, unban SHA256:KEY likewise\n"
    "  bans                  list the bans\n"
    "  allow KEY [NICK]      let in a key, and leave it a nickname, see --members\n"
    "  deny KEY              disconnect a key and refuse it, see --members\n"
    "  say TEXT              send a message to the room as SERVER\n"
    "  who                   list the connections\n"
    "  shutdown [SECONDS]    close the room after a countdown; a second one closes it now\n";

/* Removes the first word from *line and returns it. */
static char *next_word(char **line, char separator)
{
    char *word = *line, *end = strchrnul(word, separator);
    *line = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

static int find_word(const char *word)
{
    int kind = 0;
    while (kind < COMMANDS && strcmp(grammar[kind].word, word) != 0) kind++;
    return kind;
}

static bool has_operands(int takes, const char *name, const char *text)
{
    if ((takes & NEEDS_NAME && !*name) || (takes & NEEDS_TEXT && !*text)) return false;
    return takes & TEXT || !*text;
}

const char *command_parse(struct command *cmd, char *line)
{
    char separator = strchr(line, '\t') ? '\t' : ' ';
    if (!text_valid(line, strlen(line))) return COMMAND_NOT_UTF8;
    int kind = find_word(next_word(&line, separator));
    if (kind == COMMANDS) return COMMAND_UNKNOWN;
    int takes = grammar[kind].takes;
    const char *name = takes & NAME ? next_word(&line, separator) : "";
    for (char *tab = line; (tab = strchr(tab, '\t'));) *tab = ' ';
    if (!has_operands(takes, name, line)) return grammar[kind].usage;
    int seconds = kind == COMMAND_SHUTDOWN && *name ? option_parse_number(name, SECONDS_MAX) : -1;
    if (kind == COMMAND_SHUTDOWN && *name && seconds < 0) return grammar[kind].usage;
    *cmd = (struct command){(enum command_kind)kind, name, line, seconds};
    return NULL;
}

size_t command_format(char *line, size_t room, char *const *words)
{
    size_t n = 0;
    for (; *words; words++) {
        size_t length = strlen(*words);
        if (strpbrk(*words, "\t\n") || n + length + 1 >= room) return 0;
        memcpy(line + n, *words, length);
        n += length;
        line[n++] = words[1] ? '\t' : '\n';
    }
    line[n] = '\0';
    return n;
}
