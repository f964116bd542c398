#include "server/reload.h"

#include "server/system/log.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static FILE *told;

static void divert(void)
{
    told = tmpfile();
    cr_assert(told && dup2(fileno(told), STDERR_FILENO) >= 0);
}

static void restore(void)
{
    fclose(told);
}

TestSuite(reload, .init = divert, .fini = restore);

/* The log's next line, without the time before it. */
static void expect_told(const char *text)
{
    static char line[256];
    cr_assert(fgets(line, sizeof line, told), "not told: %s", text);
    line[strcspn(line, "\n")] = '\0';
    cr_expect_str_eq(strchr(line, ' ') + 1, text);
}

static bool agree(const struct options *a, const struct options *b)
{
    const struct option_spec *row;
    for (int i = 0; (row = options_row(i)); i++)
        if (!options_agree(row, a, b)) return false;
    return true;
}

Test(reload, what_can_change_does_and_each_change_is_told)
{
    struct options o = options_default, next = options_default;
    next.shutdown_delay = 9;
    next.nick_timeout = 8;
    next.max_connections = 7;
    next.per_address = 6;
    next.connect_rate = 5;
    next.rate = (struct rate_option){10, -1};
    next.quiet = true;
    next.stall_timeout = 4;
    next.history = 3;
    cr_expect(reload_take(&o, &next));
    cr_expect(agree(&o, &next));
    cr_assert(log_flush());
    rewind(told);
    expect_told("shutdown-delay is 9, it was 5");
    expect_told("nick-timeout is 8, it was 30");
    expect_told("max-connections is 7, it was 0");
    expect_told("per-address is 6, it was 256 for other machines");
    expect_told("connect-rate is 5, it was 20 for other machines");
    expect_told("rate is 10/30, it was 20/60 for other machines");
    expect_told("quiet is on, it was off");
    expect_told("history is 3, it was 0");
    expect_told("stall-timeout is 4, it was 600");
}

Test(reload, what_cannot_change_stays_and_is_told)
{
    struct options o = options_default, next = options_default;
    next.address = "::1";
    next.port = "1";
    next.journal = "/tmp/x";
    next.journal_sync = 0;
    next.ring = 1 << 20;
    next.user = "ada";
    next.sandbox = false;
    cr_expect_not(reload_take(&o, &next));
    cr_expect(agree(&o, &options_default));
    cr_assert(log_flush());
    rewind(told);
    static const char *const names[] = {"address", "port", "journal", "journal-sync",
                                        "ring",    "user", "sandbox"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[80];
        snprintf(text, sizeof text, "%s cannot change while people talk: restart for it", names[i]);
        expect_told(text);
    }
}

Test(reload, nothing_that_differs_is_nothing_told)
{
    struct options o = options_default;
    cr_expect_not(reload_take(&o, &options_default));
    cr_assert(log_flush());
    rewind(told);
    cr_expect_eq(fgetc(told), EOF);
}
