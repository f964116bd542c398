#include "server/config.h"

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

TestSuite(config, .init = divert, .fini = restore);

/* The log's next line, without the time and the "- " before it. */
static void expect_told(const char *text)
{
    static char line[256];
    cr_assert(fgets(line, sizeof line, told), "not told: %s", text);
    line[strcspn(line, "\n")] = '\0';
    cr_expect_str_eq(strstr(line, " - ") + strlen(" - "), text);
}

static bool agree(const struct options *a, const struct options *b)
{
    const struct option_spec *row;
    for (int i = 0; (row = options_row(i)); i++)
        if (!options_agree(row, a, b)) return false;
    return true;
}

Test(config, what_can_change_does_and_each_change_is_told)
{
    struct options o = options_default, next = options_default;
    next.shutdown_delay = 9;
    next.nick_timeout = 8;
    next.max_connections = 7;
    next.per_address = 6;
    next.connect_rate = 5;
    next.rate = (struct rate_option){10, -1};
    next.byte_rate = (struct rate_option){32 << 10, -1};
    next.packet_memory = 1 << 20;
    next.socket_memory = 64 << 20;
    next.quiet = true;
    next.stall_timeout = 4;
    next.history = 3;
    next.journal_max = 1 << 20;
    cr_expect(config_apply(&o, &next));
    cr_expect(agree(&o, &next));
    cr_assert(log_flush());
    rewind(told);
    expect_told(CONFIG_CHANGED("shutdown-delay", "9", "5"));
    expect_told(CONFIG_CHANGED("nick-timeout", "8", "300"));
    expect_told(CONFIG_CHANGED("max-connections", "7", "0"));
    expect_told(CONFIG_CHANGED("per-address", "6", "256"));
    expect_told(CONFIG_CHANGED("connect-rate", "5", "20 for other machines"));
    expect_told(CONFIG_CHANGED("rate", "10/30", "20/60 for other machines"));
    expect_told(CONFIG_CHANGED("byte-rate", "32K/256K", "16K/128K for other machines"));
    expect_told(CONFIG_CHANGED("packet-memory", "1M", "64M"));
    expect_told(CONFIG_CHANGED("socket-memory", "64M", "0"));
    expect_told(CONFIG_CHANGED("quiet", "on", "off"));
    expect_told(CONFIG_CHANGED("journal-max", "1M", "0"));
    expect_told(CONFIG_CHANGED("history", "3", "0"));
    expect_told(CONFIG_CHANGED("stall-timeout", "4", "600"));
}

Test(config, what_cannot_change_stays_and_is_told)
{
    struct options o = options_default, next = options_default;
    next.address = "::1";
    next.port = "1";
    next.journal = "/tmp/x";
    next.journal_sync = 0;
    next.ring = 1 << 20;
    next.user = "ada";
    next.sandbox = false;
    cr_expect_not(config_apply(&o, &next));
    cr_expect(agree(&o, &options_default));
    cr_assert(log_flush());
    rewind(told);
    static const char *const names[] = {"address", "port", "journal", "journal-sync",
                                        "ring",    "user", "sandbox"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[80];
        snprintf(text, sizeof text, CONFIG_RESTART("%s"), names[i]);
        expect_told(text);
    }
}

Test(config, nothing_that_differs_is_nothing_told)
{
    struct options o = options_default;
    cr_expect_not(config_apply(&o, &options_default));
    cr_assert(log_flush());
    rewind(told);
    cr_expect_eq(fgetc(told), EOF);
}
