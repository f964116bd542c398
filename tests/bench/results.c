#include "tests/bench/results.h"

#include "tests/bench/peer.h"
#include "tests/bench/quantile.h"

#include <stdbool.h>
#include <stdio.h>

struct cell {
    double rounds[ROUNDS_MAX];
    size_t count;
};

static struct cell cells[COLUMNS][PEERS];

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
    {"One message at a time, N=100: the next when all have it", RATE_ONE, BY_LOAD},
    {"Milliseconds until it is heard: N=1000, 20 messages a second",
     FIRST,
     {{"first", 1e6, 2, LESS},
      {"median", 1e6, 2, LESS},
      {"p99", 1e6, 2, LESS},
      {"last", 1e6, 2, LESS}}},
    {"Milliseconds until it is heard among 100 who talk, 10 messages a second, while 9,800 listen",
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

void results_add(enum column column, size_t peer, double value)
{
    struct cell *cell = &cells[column][peer];
    if (value >= 0 && cell->count < ROUNDS_MAX) cell->rounds[cell->count++] = value;
}

static double median(enum column column, size_t peer)
{
    struct cell *cell = &cells[column][peer];
    return cell->count ? quantile(cell->rounds, cell->count, 0.5) : -1;
}

/* How far the rounds of one cell lie apart, as a share of their median. */
static double spread(enum column column, size_t peer)
{
    struct cell *cell = &cells[column][peer];
    double middle = median(column, peer);
    if (cell->count < 2 || middle <= 0) return -1;
    return (cell->rounds[cell->count - 1] - cell->rounds[0]) / middle;
}

static double best_peer(enum column column, enum better better)
{
    double best = -1;
    for (size_t p = PEER_OTHERS; p < PEERS; p++) {
        double value = median(column, p);
        if (value >= 0 && (best < 0 || (better == MORE ? value > best : value < best)))
            best = value;
    }
    return best;
}

/* The median of the peers' spreads. */
static double usual_spread(enum column column)
{
    double spreads[PEERS] = {0};
    size_t n = 0;
    for (size_t p = 0; p < PEERS; p++) {
        double s = spread(column, p);
        if (s >= 0) spreads[n++] = s;
    }
    return n ? quantile(spreads, n, 0.5) : -1;
}

/* -- Markdown -- */

static bool is_measured(enum column column)
{
    for (size_t p = 0; p < PEERS; p++)
        if (median(column, p) >= 0) return true;
    return false;
}

/* A table's columns, without those that nothing was measured for. */
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

static void print_peer(const struct table *t, const enum column *found, size_t n, size_t peer)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) any = any || median(found[i], peer) >= 0;
    if (!any) return;
    printf("| %s |", peers[peer].name);
    for (size_t i = 0; i < n; i++) {
        const struct head *h = head(t, found[i]);
        print_cell(median(found[i], peer) / h->unit, h->decimals, "");
    }
    printf("\n");
}

static void print_comparison(const struct table *t, const enum column *found, size_t n)
{
    printf("| *with journal / klatchd* |");
    for (size_t i = 0; i < n; i++)
        print_cell(ratio(median(found[i], PEER_JOURNAL), median(found[i], PEER_KLATCHD)), 2, "");
    printf("\n| *klatchd / floor* |");
    for (size_t i = 0; i < n; i++)
        print_cell(ratio(median(found[i], PEER_KLATCHD), median(found[i], PEER_FLOOR)), 2, "");
    printf("\n| *klatchd / best peer* |");
    for (size_t i = 0; i < n; i++) {
        double best = best_peer(found[i], head(t, found[i])->better);
        print_cell(ratio(median(found[i], PEER_KLATCHD), best), 2, "");
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
    for (size_t p = 0; p < PEERS; p++) print_peer(t, found, n, p);
    print_comparison(t, found, n);
}

/* What is promised of a conversation, whoever else is there; -1: nothing. */
static const struct company {
    const char *name;
    double ratio, memory; /* at most: p99 to that of those alone; MiB over the empty server */
} companies[COMPANIES] = {
    {"alone", -1, -1},
    {"beside one who sends as fast as it can", 1.5, -1},
    {"beside 10,000 who listen and 1,000 who never read", 4, 8},
};

static double least(enum column column, size_t peer)
{
    return median(column, peer) < 0 ? -1 : cells[column][peer].rounds[0];
}

static double most(enum column column, size_t peer)
{
    const struct cell *cell = &cells[column][peer];
    return median(column, peer) < 0 ? -1 : cell->rounds[cell->count - 1];
}

static void print_company(unsigned i)
{
    const struct company *c = &companies[i];
    double p99 = median(COMPANY_P99 + i, PEER_KLATCHD);
    printf("| %s |", c->name);
    print_cell(median(COMPANY_MEDIAN + i, PEER_KLATCHD) / 1e6, 2, "");
    print_cell(p99 / 1e6, 2, "");
    print_cell(least(COMPANY_P99 + i, PEER_KLATCHD) / 1e6, 2, "");
    print_cell(ratio(p99, median(COMPANY_P99, PEER_KLATCHD)), 2, "");
    print_cell(c->ratio, 1, "");
    print_cell(most(COMPANY_HARMED + i, PEER_KLATCHD), 0, "");
    print_cell(most(COMPANY_MEMORY + i, PEER_KLATCHD) / (1 << 20), 2, "");
    print_cell(c->memory, 0, "");
    printf("\n");
}

static void print_crowds(void)
{
    printf(
        "\n### Crowds: milliseconds until it is heard among 100 who talk, 10 messages a second, in "
        "klatchd\n\n");
    bool any = false;
    for (unsigned i = 0; i < COMPANIES; i++) any = any || is_measured(COMPANY_P99 + i);
    if (!any) {
        printf("Not measured: see below.\n");
        return;
    }
    printf("| | median | p99 | of the quietest round | p99 / alone | at most | dropped or missed "
           "something, of "
           "those who read | MiB over the empty server, the ring apart | at most |\n"
           "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (unsigned i = 0; i < COMPANIES; i++) print_company(i);
}

/* Each is what the rounds' medians have in the middle; a round is turns with and without. */
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
    printf(
        "\n### klatchd while its statistics are asked for 100 times a second, and left alone, in "
        "turns: N=1000, one publisher\n\n");
    if (!is_measured(SCRAPED_RATE)) {
        printf("Not measured: see below.\n");
        return;
    }
    printf("| | asked | asked / left alone | spread of rounds | at most |\n"
           "|---|---:|---:|---:|---:|\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        printf("| %s |", rows[i].what);
        print_cell(median(rows[i].column, PEER_KLATCHD) / rows[i].unit, rows[i].decimals, "");
        print_cell(median(rows[i].to, PEER_KLATCHD), 3, "");
        print_cell(100 * spread(rows[i].to, PEER_KLATCHD), 1, " %");
        printf(i == 0 ? " 2 %% less |\n" : " |\n");
    }
    printf("\n%.1f scrapes a second were answered.\n", median(SCRAPED_ANSWERED, PEER_KLATCHD));
}

void results_print(void)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) print_table(&tables[i]);
    print_scraped();
    print_crowds();
    printf("\n");
    if (!is_measured(WORK))
        printf("- instructions: this machine does not let us count them "
               "(no counter, or kernel.perf_event_paranoid above 1)\n");
}
