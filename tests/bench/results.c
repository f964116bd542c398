#include "tests/bench/results.h"

#include "tests/bench/quantile.h"
#include "tests/bench/target.h"

#include <stdbool.h>
#include <stdio.h>

struct cell {
    double rounds[ROUNDS_MAX];
    size_t count;
};

static struct cell cells[COLUMNS][TARGETS];

enum better { LESS, MORE };

struct head {
    const char *text;
    double unit;
    int decimals;
    enum better better;
};

struct table {
    const char *title;
    enum column first;
    struct head heads[SIZES + 1];
};

#define BY_SIZE(unit, decimals, better)                                                            \
    {                                                                                              \
        {"N=10", unit, decimals, better}, {"N=100", unit, decimals, better},                       \
            {"N=1000", unit, decimals, better}, {"N=5000", unit, decimals, better},                \
    }
#define BY_LOAD                                                                                    \
    {                                                                                              \
        {"thousand deliveries/s", 1e3, 0, MORE}, {"CPU ns per delivery", 1, 0, LESS},              \
            {"instructions per delivery", 1, 0, LESS},                                             \
    }

static const struct table tables[] = {
    {"Million deliveries a second: one publisher, window 256", RATE, BY_SIZE(1e6, 2, MORE)},
    {"Server CPU per delivery, ns: the same load", CPU, BY_SIZE(1, 0, LESS)},
    {"Instructions per delivery: the same load", WORK, BY_SIZE(1, 0, LESS)},
    {"Of these in the server itself, not the kernel", USER_WORK, BY_SIZE(1, 0, LESS)},
    {"Sixteen publishers, N=100, window 256", RATE_MANY, BY_LOAD},
    {"One message at a time, N=100: the next once all members have it", RATE_ONE, BY_LOAD},
    {"Delivery latency in ms: N=1000, 20 messages a second",
     FIRST,
     {{"first", 1e6, 2, LESS},
      {"median", 1e6, 2, LESS},
      {"p99", 1e6, 2, LESS},
      {"last", 1e6, 2, LESS}}},
    {"Delivery latency in ms among 100 publishers, 10 messages a second, beside 9,800 idle members",
     TALK_MEDIAN,
     {{"median", 1e6, 2, LESS}, {"p99", 1e6, 2, LESS}}},
    {"Server memory per idle member", MEMORY, {{"bytes, N=5000", 1, 0, LESS}}},
    {"Joins, up to 1,024 at a time",
     JOIN_RATE_1000,
     {{"N=1000: joins/s", 1, 0, MORE},
      {"CPU us per join", 1, 1, LESS},
      {"N=5000: joins/s", 1, 0, MORE},
      {"CPU us per join", 1, 1, LESS}}},
};

void results_add(enum column column, size_t target, double value)
{
    struct cell *cell = &cells[column][target];
    if (value >= 0 && cell->count < ROUNDS_MAX) cell->rounds[cell->count++] = value;
}

static double median(enum column column, size_t target)
{
    struct cell *cell = &cells[column][target];
    return cell->count ? quantile(cell->rounds, cell->count, 0.5) : -1;
}

/* How far the rounds of one cell lie apart, as a share of their median. */
static double spread(enum column column, size_t target)
{
    struct cell *cell = &cells[column][target];
    double middle = median(column, target);
    if (cell->count < 2 || middle <= 0) return -1;
    return (cell->rounds[cell->count - 1] - cell->rounds[0]) / middle;
}

static double best_peer(enum column column, enum better better)
{
    double best = -1;
    for (size_t p = TARGET_OTHERS; p < TARGETS; p++) {
        double value = median(column, p);
        if (value >= 0 && (best < 0 || (better == MORE ? value > best : value < best)))
            best = value;
    }
    return best;
}

/* The median of the targets' spreads. */
static double usual_spread(enum column column)
{
    double spreads[TARGETS] = {0};
    size_t n = 0;
    for (size_t p = 0; p < TARGETS; p++) {
        double s = spread(column, p);
        if (s >= 0) spreads[n++] = s;
    }
    return n ? quantile(spreads, n, 0.5) : -1;
}

/* -- Markdown -- */

static bool is_measured(enum column column)
{
    for (size_t p = 0; p < TARGETS; p++)
        if (median(column, p) >= 0) return true;
    return false;
}

/* The columns of a table that have a measurement. */
static size_t columns(const struct table *t, enum column found[SIZES])
{
    size_t n = 0;
    for (unsigned i = 0; i < SIZES && t->heads[i].text; i++)
        if (is_measured(t->first + i)) found[n++] = t->first + i;
    return n;
}

static const struct head *head(const struct table *t, enum column column)
{
    return &t->heads[column - t->first];
}

static void print_cell(double value, int decimals, const char *unit)
{
    if (value < 0)
        printf(" - |");
    else
        printf(" %.*f%s |", decimals, value, unit);
}

static double ratio(double value, double to)
{
    return value < 0 || to <= 0 ? -1 : value / to;
}

static void print_peer(const struct table *t, const enum column *found, size_t n, size_t target)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) any = any || median(found[i], target) >= 0;
    if (!any) return;
    printf("| %s |", targets[target].name);
    for (size_t i = 0; i < n; i++) {
        const struct head *h = head(t, found[i]);
        print_cell(median(found[i], target) / h->unit, h->decimals, "");
    }
    printf("\n");
}

static void print_comparison(const struct table *t, const enum column *found, size_t n)
{
    printf("| *with journal / klatchd* |");
    for (size_t i = 0; i < n; i++)
        print_cell(ratio(median(found[i], TARGET_JOURNAL), median(found[i], TARGET_KLATCHD)), 2,
                   "");
    printf("\n| *klatchd / floor* |");
    for (size_t i = 0; i < n; i++)
        print_cell(ratio(median(found[i], TARGET_KLATCHD), median(found[i], TARGET_FLOOR)), 2, "");
    printf("\n| *klatchd / best target* |");
    for (size_t i = 0; i < n; i++) {
        double best = best_peer(found[i], head(t, found[i])->better);
        print_cell(ratio(median(found[i], TARGET_KLATCHD), best), 2, "");
    }
    printf("\n| *spread of rounds* |");
    for (size_t i = 0; i < n; i++) print_cell(100 * usual_spread(found[i]), 0, " %");
    printf("\n");
}

static void print_table(const struct table *t)
{
    enum column found[SIZES];
    size_t n = columns(t, found);
    printf("\n### %s\n\n", t->title);
    if (n == 0) {
        printf("Not measured: see below.\n");
        return;
    }
    printf("| |");
    for (size_t i = 0; i < n; i++) printf(" %s |", head(t, found[i])->text);
    printf("\n|---|");
    for (size_t i = 0; i < n; i++) printf("---:|");
    printf("\n");
    for (size_t p = 0; p < TARGETS; p++) print_peer(t, found, n, p);
    print_comparison(t, found, n);
}

/* The limits that hold for a conversation beside other members; -1: no limit. */
static const struct loaded {
    const char *name;
    double ratio, memory; /* p99 relative to `alone`; MiB more than the empty server */
} loaded[SETTINGS] = {
    {"alone", -1, -1},
    {"beside a member that floods", 1.5, -1},
    {"beside 10,000 idle members and 1,000 that never read", 4, 8},
    {"while 6,000 members ask for the member list once, and never read", -1, 64},
};

static double least(enum column column, size_t target)
{
    return median(column, target) < 0 ? -1 : cells[column][target].rounds[0];
}

static double most(enum column column, size_t target)
{
    const struct cell *cell = &cells[column][target];
    return median(column, target) < 0 ? -1 : cell->rounds[cell->count - 1];
}

static void print_loaded(unsigned i)
{
    const struct loaded *c = &loaded[i];
    double p99 = median(LOADED_P99 + i, TARGET_KLATCHD);
    printf("| %s |", c->name);
    print_cell(median(LOADED_MEDIAN + i, TARGET_KLATCHD) / 1e6, 2, "");
    print_cell(p99 / 1e6, 2, "");
    print_cell(least(LOADED_P99 + i, TARGET_KLATCHD) / 1e6, 2, "");
    print_cell(ratio(p99, median(LOADED_P99, TARGET_KLATCHD)), 2, "");
    print_cell(c->ratio, 1, "");
    print_cell(most(LOADED_HARMED + i, TARGET_KLATCHD), 0, "");
    print_cell(most(LOADED_MEMORY + i, TARGET_KLATCHD) / (1 << 20), 2, "");
    print_cell(c->memory, 0, "");
    printf("\n");
}

static void print_all_loaded(void)
{
    printf(
        "\n### klatchd: delivery latency in ms among 100 publishers, 10 messages a second, beside "
        "others\n\n");
    bool any = false;
    for (unsigned i = 0; i < SETTINGS; i++) any = any || is_measured(LOADED_P99 + i);
    if (!any) {
        printf("Not measured: see below.\n");
        return;
    }
    printf("| | median | p99 | p99 of the best round | p99 / alone | limit | reading members that "
           "were dropped or missed a message | MiB more than the empty server, without the ring | "
           "limit |\n"
           "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (unsigned i = 0; i < SETTINGS; i++) print_loaded(i);
}

/* Each value is the median of the rounds' medians; a round alternates with and without scrapes. */
static void print_scraped(void)
{
    static const struct {
        const char *what;
        enum column column, to;
        double unit;
        int decimals;
    } rows[] = {
        {"million deliveries/s", SCRAPED_RATE, SCRAPED_TO_RATE, 1e6, 2},
        {"CPU ns per delivery", SCRAPED_CPU, SCRAPED_TO_CPU, 1, 0},
        {"instructions per delivery", SCRAPED_WORK, SCRAPED_TO_WORK, 1, 0},
    };
    printf("\n### klatchd with and without 100 scrapes of its statistics a second: N=1000, one "
           "publisher\n\n");
    if (!is_measured(SCRAPED_RATE)) {
        printf("Not measured: see below.\n");
        return;
    }
    printf("| | with scrapes | with / without | spread of rounds | limit |\n"
           "|---|---:|---:|---:|---:|\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        printf("| %s |", rows[i].what);
        print_cell(median(rows[i].column, TARGET_KLATCHD) / rows[i].unit, rows[i].decimals, "");
        print_cell(median(rows[i].to, TARGET_KLATCHD), 3, "");
        print_cell(100 * spread(rows[i].to, TARGET_KLATCHD), 1, " %");
        printf(i == 0 ? " 2 %% less |\n" : " |\n");
    }
    printf("\n%.1f scrapes a second were answered.\n", median(SCRAPED_ANSWERED, TARGET_KLATCHD));
}

void results_print(void)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) print_table(&tables[i]);
    print_scraped();
    print_all_loaded();
    printf("\n");
    if (!is_measured(WORK))
        printf("- instructions: this machine does not count them "
               "(no counter, or kernel.perf_event_paranoid above 1)\n");
}
