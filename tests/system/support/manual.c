#include "tests/system/support/manual.h"

#include "tests/system/support/files.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* Replaces the escapes of mdoc(7) in place. */
static void resolve_escapes(char *text)
{
    static const char *const escapes[][2] = {{"\\(dq", "\""}, {"\\e", "\\"}, {"\\&", ""}};
    char *to = text;
    for (const char *from = text; *from;) {
        size_t i = 0;
        while (i < 3 && strncmp(from, escapes[i][0], strlen(escapes[i][0])) != 0) i++;
        cr_assert(i < 3 || *from != '\\', "an unknown escape: %.10s", from);
        if (i == 3) *to++ = *from++;
        if (i == 3) continue;
        from += strlen(escapes[i][0]);
        to = stpcpy(to, escapes[i][1]);
    }
    *to = '\0';
}

char *manual_command(const char *manual, const char *after)
{
    static const char begin[] = ".Bd -literal -offset 2n\n$ ";
    char *source = files_read(manual), *at = strstr(source, after);
    cr_assert(at, "%s has no line: %s", manual, after);
    char *command = strstr(at, begin), *end = command ? strstr(command, "\n.Ed") : NULL;
    cr_assert(end, "%s has no command after: %s", manual, after);
    command = strndup(command + strlen(begin), (size_t)(end - command) - strlen(begin));
    free(source);
    resolve_escapes(command);
    return command;
}
