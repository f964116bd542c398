#include "server/options.h"

#include "common/command_line.h"
#include "server/store/journal.h"

#include <criterion/criterion.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static struct options o;

/* A command line, its words parted by single spaces. */
static void read_line(const char *line)
{
    enum { WORDS = 24 };
    static char text[256];
    char *argv[WORDS + 1] = {NULL};
    int argc = 0;
    snprintf(text, sizeof text, "%s", line);
    for (char *word = strtok(text, " "); word && argc < WORDS; word = strtok(NULL, " "))
        argv[argc++] = word;
    optind = 0; /* getopt_long(3): begin again */
    options_read(&o, argc, argv);
}

Test(options, without_any_it_is_as_the_help_says)
{
    read_line("klatchd");
    cr_expect_null(o.address);
    cr_expect_str_eq(o.port, "5528");
    cr_expect_eq(o.shutdown_delay, 5);
    cr_expect_eq(o.nick_timeout, 300);
    cr_expect_eq(o.stall_timeout, 600);
    cr_expect_eq(o.ring, 16 << 20);
    cr_expect_eq(o.journal_sync, JOURNAL_SYNC_SECOND);
    cr_expect(o.sandbox);
    struct limits afar = options_limits(&o, LIMITS_REMOTE),
                  local = options_limits(&o, LIMITS_LOOPBACK);
    cr_expect_eq(afar.per_address, 256);
    cr_expect_eq(afar.packets.step, 1000000 / 20);
    cr_expect_eq(local.per_address, 256);
    cr_expect_eq(options_limits(&o, LIMITS_USER).per_address, 100);
    cr_expect_eq(local.charge[CHARGE_CONNECTS].step, 0);
    cr_expect_eq(local.packets.step, 0);
    cr_expect_eq(afar.input.step, 1000000 / 32);
    cr_expect_eq(local.input.step, 0);
}

Test(options, answers_are_limited_where_packets_are)
{
    static const char *const lines[] = {"klatchd", "klatchd --rate 5", "klatchd --rate 0"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        read_line(lines[i]);
        for (int kind = 0; kind < LIMITS_KINDS; kind++) {
            struct limits limits = options_limits(&o, (enum limits_kind)kind);
            cr_expect_eq(limits.lists.step > 0, limits.packets.step > 0);
            cr_expect_eq(limits.charge[CHARGE_ANSWERS].step > 0, limits.packets.step > 0);
        }
    }
}

Test(options, a_rate_alone_has_three_seconds_of_it_at_once)
{
    read_line("klatchd --rate 10");
    struct limits alone = options_limits(&o, LIMITS_LOOPBACK);
    read_line("klatchd --rate 10/30");
    struct limits both = options_limits(&o, LIMITS_LOOPBACK);
    cr_expect_eq(alone.packets.step, 1000000 / 10);
    cr_expect_eq(alone.packets.slack, both.packets.slack);
}

/* An address has four times the rate of a client. */
Test(options, a_byte_rate_has_the_burst_that_a_paste_needs)
{
    read_line("klatchd --byte-rate 1K");
    struct limits slow = options_limits(&o, LIMITS_LOOPBACK);
    cr_expect_eq(slow.input.step, 1000000 / 2);
    cr_expect_eq(slow.input.slack, 255 * slow.input.step);
    cr_expect_eq(slow.charge[CHARGE_INPUT].step, slow.input.step / 4);
    read_line("klatchd --byte-rate 64K");
    struct limits alone = options_limits(&o, LIMITS_LOOPBACK);
    read_line("klatchd --byte-rate 64K/512K");
    struct limits both = options_limits(&o, LIMITS_LOOPBACK);
    cr_expect_eq(alone.input.slack, both.input.slack);
}

Test(options, a_burst_without_space_for_a_packet_is_refused, .exit_code = EXIT_USAGE)
{
    read_line("klatchd --byte-rate 64K/64K");
}

Test(options, what_is_given_holds_on_this_machine_too)
{
    read_line("klatchd --per-address 3 --connect-rate 7 ::1 0");
    struct limits local = options_limits(&o, LIMITS_LOOPBACK);
    cr_expect_str_eq(o.address, "::1");
    cr_expect_str_eq(o.port, "0");
    cr_expect_eq(local.per_address, 3);
    cr_expect_eq(local.charge[CHARGE_CONNECTS].step,
                 options_limits(&o, LIMITS_REMOTE).charge[CHARGE_CONNECTS].step);
}

Test(options, a_path_alone_is_an_address)
{
    read_line("klatchd unix:/tmp/room");
    cr_expect_str_eq(o.address, "unix:/tmp/room");
}

Test(options, help_that_cannot_be_written_is_trouble, .exit_code = 74)
{
    cr_assert(freopen("/dev/full", "w", stdout));
    read_line("klatchd --help");
}

/* What is written reads back as the same, whatever it is. */
Test(options, what_is_written_is_read_again)
{
    char line[OPTIONS_VALUE], copy[OPTIONS_VALUE], again[OPTIONS_VALUE];
    const struct option_spec *row;
    struct options back = options_default;
    read_line("klatchd -d 7 --rate 10 -q --ring 512K --no-sandbox --journal-sync never "
              "--journal-max 3G --byte-rate 48K/1M 0.0.0.0 1");
    for (int i = 0; (row = options_row(i)); i++) {
        if (options_agree(row, &o, &options_default)) continue;
        options_write(row, &o, line);
        strcpy(copy, line);
        cr_expect_null(option_set_line(row, 1, &back, copy), "%s", line);
        options_write(row, &back, again);
        cr_expect_str_eq(line, again);
    }
    cr_expect_eq(back.ring, 512 << 10);
    cr_expect_eq(back.journal_max, 3UL << 30);
    cr_expect_eq(back.byte_rate.burst, 1 << 20);
    cr_expect_eq(back.rate.burst, 30);
    cr_expect_not(back.sandbox);
}

Test(options, a_limit_that_is_not_given_is_written_as_it_holds_for_others)
{
    char line[OPTIONS_VALUE];
    const struct option_spec *row;
    struct options given = options_default;
    given.rate = (struct rate_option){20, 60};
    for (int i = 0; strcmp((row = options_row(i))->name, "rate") != 0; i++) continue;
    options_write(row, &options_default, line);
    cr_expect_str_eq(line, "rate 20/60");
    cr_expect_not(options_agree(row, &given, &options_default));
}
