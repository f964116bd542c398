/* Arbitrary text as a line of the control socket, and as the words of a command.
 *
 * What must hold: the words of a parsed line are UTF-8 without tabs, in the line, and parse again
 * to the same command when they are formatted; a line that is formatted from words is one line,
 * with a tab between each two, and fits. */
#include "server/admin/command.h"

#include "common/text.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 4096, WORDS = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *copy(const uint8_t *data, size_t n)
{
    char *text = malloc(n + 1);
    assert(text != NULL);
    memcpy(text, data, n);
    text[n] = '\0';
    return text;
}

static void must_be_part_of(const char *word, const char *line, size_t n)
{
    bool is_inside = word >= line && word <= line + n;
    assert((is_inside || *word == '\0') && text_valid(word, strlen(word)) && !strchr(word, '\t'));
}

static void must_be_same(const struct command *a, const struct command *b)
{
    assert(a->kind == b->kind && a->seconds == b->seconds);
    assert(strcmp(a->name, b->name) == 0 && strcmp(a->text, b->text) == 0);
}

/* The line now begins with the command's first word, which the parser has cut off. */
static void must_parse_again(const struct command *cmd, char *line)
{
    static char formatted[LINE];
    char *words[4] = {line}, **next = words + 1;
    struct command again;
    if (*cmd->name) *next++ = (char *)(uintptr_t)cmd->name;
    if (*cmd->text) *next = (char *)(uintptr_t)cmd->text;
    size_t n = command_format(formatted, sizeof formatted, words);
    if (n == 0) return;
    formatted[n - 1] = '\0';
    assert(!command_parse(&again, formatted));
    must_be_same(cmd, &again);
}

static void must_parse(char *line, size_t n)
{
    struct command cmd;
    const char *error = command_parse(&cmd, line);
    if (error) {
        assert(*error);
        return;
    }
    assert(cmd.kind < COMMANDS && cmd.seconds >= -1 && cmd.seconds <= 86400);
    must_be_part_of(cmd.name, line, n);
    must_be_part_of(cmd.text, line, n);
    must_parse_again(&cmd, line);
}

static size_t count(const char *text, size_t n, char c)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) found += text[i] == c;
    return found;
}

/* Takes the words from between the NULs of the input, and its first byte as the space for them. */
static void must_format(const uint8_t *data, size_t size)
{
    char *text = copy(data, size), *words[WORDS + 1] = {0};
    size_t room = size > 0 ? 1 + (size_t)data[0] : 1, many = 0;
    char *line = malloc(room);
    assert(line != NULL);
    for (size_t at = 0; at < size && many < WORDS; at += strlen(text + at) + 1)
        words[many++] = text + at;
    size_t n = command_format(line, room, words);
    if (n > 0) {
        assert(n < room && line[n] == '\0' && strlen(line) == n && line[n - 1] == '\n');
        assert(count(line, n, '\n') == 1 && count(line, n, '\t') == many - 1);
    }
    free(line);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = copy(data, size);
    must_parse(line, strlen(line));
    free(line);
    must_format(data, size);
    return 0;
}
