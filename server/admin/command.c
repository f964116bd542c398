#include "server/admin/command.h"

#include "common/option.h"
#include "common/text.h"

#include <string.h>

enum { SECONDS = 86400 };

enum { NAME = 1, TEXT = 2, NEEDS_NAME = 4, NEEDS_TEXT = 8 };

static const struct {
    const char *word;
    int takes;
    const char *usage;
} table[ORDERS] = {
    [ORDER_KICK] = {"kick", NAME | TEXT | NEEDS_NAME, "kick takes a nickname, and a reason"},
    [ORDER_BAN] = {"ban", NAME | NEEDS_NAME, "ban takes an address"},
    [ORDER_UNBAN] = {"unban", NAME | NEEDS_NAME, "unban takes an address"},
    [ORDER_BANS] = {"bans", 0, "bans takes nothing"},
    [ORDER_SAY] = {"say", TEXT | NEEDS_TEXT, "say takes a text"},
    [ORDER_WHO] = {"who", 0, "who takes nothing"},
    [ORDER_SHUTDOWN] = {"shutdown", NAME, "shutdown takes a number of seconds up to 86400"},
};

const char order_help[] =
    "  kick NICK [REASON]   remove somebody from the room\n"
    "  ban ADDRESS[/BITS]   let nobody in from there, and remove who is here\n"
    "  unban ADDRESS[/BITS] let them in again\n"
    "  bans                 list the bans, which last as long as the server\n"
    "  say TEXT             say something as SERVER\n"
    "  who                  list who is here, and from where\n"
    "  shutdown [SECONDS]   close the room after a countdown; asked again, at once\n";

/* Cuts the first word off. */
static char *next_word(char **line, char separator)
{
    char *word = *line, *end = strchrnul(word, separator);
    *line = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

static int find(const char *word)
{
    int kind = 0;
    while (kind < ORDERS && strcmp(table[kind].word, word) != 0) kind++;
    return kind;
}

static bool fits(int takes, const char *name, const char *text)
{
    if ((takes & NEEDS_NAME && !*name) || (takes & NEEDS_TEXT && !*text)) return false;
    return takes & TEXT || !*text;
}

const char *order_read(struct order *o, char *line)
{
    char separator = strchr(line, '\t') ? '\t' : ' ';
    if (!text_valid(line, strlen(line))) return "that is not UTF-8";
    int kind = find(next_word(&line, separator));
    if (kind == ORDERS) return "there is no such command";
    int takes = table[kind].takes;
    const char *name = takes & NAME ? next_word(&line, separator) : "";
    for (char *tab = line; (tab = strchr(tab, '\t'));) *tab = ' ';
    if (!fits(takes, name, line)) return table[kind].usage;
    int seconds = kind == ORDER_SHUTDOWN && *name ? option_parse_number(name, SECONDS) : -1;
    if (kind == ORDER_SHUTDOWN && *name && seconds < 0) return table[kind].usage;
    *o = (struct order){(enum order_kind)kind, name, line, seconds};
    return NULL;
}

size_t order_write(char *line, size_t room, char *const *words)
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
