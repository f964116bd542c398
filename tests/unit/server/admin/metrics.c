#include "server/admin/metrics.h"

#include "tests/system/support/metrics_reader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct counters counters;
static char text[METRICS_SIZE + 1], line[METRICS_LINE];

static const char *write_out(const struct metrics_snapshot *f)
{
    size_t n = metrics_format(text, f);
    cr_assert_lt(n, METRICS_SIZE - 1, "nothing was cut off");
    text[n] = '\0';
    return text;
}

Test(metrics, with_nothing_to_count_it_is_well_formed)
{
    metrics_reader_check(write_out(&(struct metrics_snapshot){.counters = &counters}));
    cr_expect_eq(metrics_reader_value(text, "klatch_members"), 0);
    cr_expect_eq(metrics_reader_value(text, "klatch_turn_seconds_count"), 0);
}

Test(metrics, each_figure_has_its_place)
{
    counters = (struct counters){
        .accepted = 1, .messages = 2, .deliveries = 3, .bytes_in = 4, .bytes_out = 5};
    const struct metrics_snapshot f = {.counters = &counters,
                                       .members = 6,
                                       .connections = 7,
                                       .bans = 8,
                                       .ring_size = 9,
                                       .ring_used = 10,
                                       .ring_lag = 11,
                                       .journal_lost = 12,
                                       .started = 13};
    static const char *const names[] = {
        "klatch_accepted_total",     "klatch_messages_total",
        "klatch_deliveries_total",   "klatch_bytes_in_total",
        "klatch_bytes_out_total",    "klatch_members",
        "klatch_connections",        "klatch_bans",
        "klatch_ring_bytes",         "klatch_ring_used_bytes",
        "klatch_ring_lag_bytes",     "klatch_journal_lost_lines_total",
        "process_start_time_seconds"};
    metrics_reader_check(write_out(&f));
    for (int i = 0; i < 13; i++)
        cr_expect_eq(metrics_reader_value(text, names[i]), i + 1, "%s", names[i]);
    cr_expect_eq(metrics_reader_value(text, "klatch_build_info{version=\"0.1\"}"), 1);
}

/* Each reason has a word of its own. */
Test(metrics, refusals_are_told_apart)
{
    char sample[80];
    for (int why = REJECT_NONE + 1; why < REJECT_REASONS; why++)
        counters.rejected[why] = (uint64_t)why * 10;
    metrics_reader_check(write_out(&(struct metrics_snapshot){.counters = &counters}));
    for (int why = REJECT_NONE + 1; why < REJECT_REASONS; why++) {
        snprintf(sample, sizeof sample, "klatch_refusals_total{reason=\"%s\"}",
                 reject_reason_name((enum reject_reason)why));
        cr_expect_eq(metrics_reader_value(text, sample), why * 10, "%s", sample);
    }
}

Test(metrics, turns_are_counted_by_how_long_they_took)
{
    static const int64_t us[] = {0, -1, 10, 11, 1000, 1001, 5000, 5001, 1000000, 1000001, 7654321};
    for (size_t i = 0; i < sizeof us / sizeof *us; i++) counters_add_iteration(&counters, us[i]);
    metrics_reader_check(write_out(&(struct metrics_snapshot){.counters = &counters}));
    cr_expect_eq(metrics_reader_value(text, "klatch_turn_seconds_bucket{le=\"1e-05\"}"), 3);
    cr_expect_eq(metrics_reader_value(text, "klatch_turn_seconds_bucket{le=\"0.001\"}"), 5);
    cr_expect_eq(metrics_reader_value(text, "klatch_turn_seconds_bucket{le=\"0.005\"}"), 7);
    cr_expect_eq(metrics_reader_value(text, "klatch_turn_seconds_bucket{le=\"1\"}"), 9);
    cr_expect_eq(metrics_reader_value(text, "klatch_turn_seconds_count"), 11);
    cr_expect(strstr(text, "\nklatch_longest_turn_seconds 7.654321\n"));
    cr_expect(strstr(text, "\nklatch_turn_seconds_sum 9.666345\n"), "%s", text);
}

Test(metrics, the_largest_numbers_fit)
{
    struct metrics_snapshot f = {.counters = &counters};
    memset(&counters, 0xff, sizeof counters);
    f.members = f.connections = f.bans = f.ring_size = f.ring_used = f.ring_lag = f.journal_lost =
        UINT64_MAX;
    f.started = INT64_MAX;
    write_out(&f);
    metrics_format_traffic(line, &f);
    cr_expect(strstr(line, "no_memory 18446744073709551615"), "%s", line);
    metrics_format_health(line, &f);
    cr_expect(strstr(line, "18446744073709551615 bans"), "%s", line);
}

Test(metrics, two_lines_say_it_in_the_log)
{
    counters.messages = 2;
    counters.rejected[REJECT_FULL] = 3;
    counters.rejected[REJECT_BANNED] = 4;
    counters_add_iteration(&counters, 20);
    counters_add_iteration(&counters, 40);
    const struct metrics_snapshot f = {
        .counters = &counters, .members = 5, .ring_lag = 6, .journal_lost = 7};
    metrics_format_traffic(line, &f);
    cr_expect(strstr(line, "5 members"), "%s", line);
    cr_expect(strstr(line, "2 messages in"), "%s", line);
    cr_expect(strstr(line, "7 refusals: full 3, banned 4"), "%s", line);
    metrics_format_health(line, &f);
    cr_expect(strstr(line, METRICS_LAG("6") ";"), "%s", line);
    cr_expect(strstr(line, METRICS_ITERATIONS("2", "30", "40")), "%s", line);
    cr_expect(strstr(line, "7 " METRICS_MISSING), "%s", line);
}
