#include "server/admin/command.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static char line[4096];

static struct command parsed(const char *text)
{
    struct command cmd;
    snprintf(line, sizeof line, "%s", text);
    const char *why = command_parse(&cmd, line);
    cr_assert_null(why, "%s: %s", text, why);
    return cmd;
}

Test(admin_command, a_line_is_words_with_tabs_between)
{
    struct command cmd = parsed("kick\tada lovelace\tyou\twere loud");
    cr_expect_eq(cmd.kind, COMMAND_KICK);
    cr_expect_str_eq(cmd.name, "ada lovelace");
    cr_expect_str_eq(cmd.text, "you were loud");
    cmd = parsed("kick\tbob");
    cr_expect_str_eq(cmd.name, "bob");
    cr_expect_str_empty(cmd.text);
    cmd = parsed("say\tgood morning\tall");
    cr_expect_eq(cmd.kind, COMMAND_SAY);
    cr_expect_str_eq(cmd.text, "good morning all");
}

Test(admin_command, or_with_spaces_as_people_type_it)
{
    struct command cmd = parsed("kick bob be nice");
    cr_expect_str_eq(cmd.name, "bob");
    cr_expect_str_eq(cmd.text, "be nice");
    cr_expect_str_eq(parsed("say hello  there").text, "hello  there");
    cr_expect_eq(parsed("who").kind, COMMAND_WHO);
    cr_expect_eq(parsed("bans").kind, COMMAND_BANS);
    cr_expect_str_eq(parsed("ban 192.0.2.1/24").name, "192.0.2.1/24");
    cr_expect_eq(parsed("unban ::1").kind, COMMAND_UNBAN);
}

Test(admin_command, a_shutdown_may_have_seconds)
{
    cr_expect_eq(parsed("shutdown").seconds, -1);
    cr_expect_eq(parsed("shutdown 0").seconds, 0);
    cr_expect_eq(parsed("shutdown\t86400").seconds, 86400);
}

Test(admin_command, what_is_none_is_told_why)
{
    static const char *const wrong[][2] = {{"", COMMAND_UNKNOWN},
                                           {"kik bob", COMMAND_UNKNOWN},
                                           {" who", COMMAND_UNKNOWN},
                                           {"kick", "kick NICK"},
                                           {"kick\t\treason", "kick NICK"},
                                           {"ban", "ban ADDRESS"},
                                           {"ban 1.2.3.4 why", "ban ADDRESS"},
                                           {"say", "say TEXT"},
                                           {"who all", "usage: who"},
                                           {"bans x", "usage: bans"},
                                           {"shutdown now", "shutdown [SECONDS]"},
                                           {"shutdown 5 6", "shutdown [SECONDS]"},
                                           {"shutdown -1", "shutdown [SECONDS]"},
                                           {"shutdown 86401", "shutdown [SECONDS]"},
                                           {"say \xff", COMMAND_NOT_UTF8},
                                           {"kick \xed\xa0\x80", COMMAND_NOT_UTF8}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct command cmd;
        snprintf(line, sizeof line, "%s", wrong[i][0]);
        const char *why = command_parse(&cmd, line);
        cr_expect(why && strstr(why, wrong[i][1]), "%s: %s", wrong[i][0], why);
    }
}

/* A line of words, parted by bars. */
static size_t written(const char *text, size_t room)
{
    static char copy[64];
    char *words[8] = {NULL}, *rest = copy;
    snprintf(copy, sizeof copy, "%s", text);
    for (int i = 0; *text && (words[i] = strsep(&rest, "|")); i++) continue;
    return command_format(line, room, words);
}

Test(admin_command, words_become_a_line)
{
    cr_expect_eq(written("kick|ada lovelace|be|nice", sizeof line), 26);
    cr_expect_str_eq(line, "kick\tada lovelace\tbe\tnice\n");
    cr_expect_eq(written("who", sizeof line), 4);
    cr_expect_str_eq(line, "who\n");
}

Test(admin_command, no_words_no_two_lines_and_nothing_too_long)
{
    cr_expect_eq(written("", sizeof line), 0);
    cr_expect_eq(written("say|a\nwho", sizeof line), 0);
    cr_expect_eq(written("say|a\tb", sizeof line), 0);
    cr_expect_eq(written("say|abc", 9), 8);
    cr_expect_eq(written("say|abc", 8), 0);
}

Test(admin_command, the_help_names_every_order)
{
    static const char *const names[COMMANDS] = {"kick ", "ban ", "unban ",   "bans ",
                                                "say ",  "who ", "shutdown "};
    for (int i = 0; i < COMMANDS; i++) cr_expect(strstr(command_usage, names[i]), "%s", names[i]);
}
