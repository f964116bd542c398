#include "tests/bench/results.h"

#include "tests/bench/peer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

const int sizes[SIZES] = {10, 100, 1000, 5000};

struct cell {
    double rounds[ROUNDS_MAX];
    size_t count;
};

static struct cell cells[COLUMNS][PEERS];

struct table {
    const char *title;
    const char *heads[SIZES + 2];
    enum column first;
    double unit;
    int decimals;
    unsigned more_is_better; /* a bit for each column */
};

#define BY_SIZE                                                                                    \
    {                                                                                              \
        "N=10", "N=100", "N=1000", "N=5000"                                                        \
    }

static const struct table tables[] = {
    {"Millions of deliveries a second: one publisher, window 256", BY_SIZE, RATE, 1e6, 2, ~0u},
    {"Server CPU per delivery, ns: the same load", BY_SIZE, CPU, 1, 0, 0},
    {"Instructions per delivery in the server: the same load", BY_SIZE, USER_WORK, 1, 0, 0},
    {"Instructions per delivery in the kernel: the same load", BY_SIZE, KERNEL_WORK, 1, 0, 0},
    {"Sixteen publishers, N=100, window 256",
     {"deliveries/s", "CPU ns per delivery", "instructions per delivery"},
     RATE_MANY,
     1,
     0,
     1},
    {"One message at a time (the next when all 100 have it)",
     {"deliveries/s", "CPU ns per delivery", "instructions per delivery"},
     RATE_ONE,
     1,
     0,
     1},
    {"Milliseconds until it is heard, N=1000, 20 messages a second",
     {"first", "median", "p99", "last"},
     FIRST,
     1e6,
     2,
     0},
    {"Milliseconds until it is heard among 100 who talk, 10 messages a second, with 9,800 idle",
     {"median", "p99"},
     TALK_MEDIAN,
     1e6,
     2,
     0},
    {"Memory per idle member, N=5000", {"bytes"}, MEMORY, 1, 0, 0},
    {"Joins, all at once",
     {"N=1000: joins/s", "CPU us per join", "N=5000: joins/s", "CPU us per join"},
     JOIN_RATE_1000,
     1,
     0,
     5},
};

void results_add(enum column column, size_t peer, double value)
{
    struct cell *cell = &cells[column][peer];
    if (value >= 0 && cell->count < ROUNDS_MAX) cell->rounds[cell->count++] = value;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double quantile(double *values, size_t n, double share)
{
    qsort(values, n, sizeof *values, ascending);
    size_t rank = (size_t)(share * (double)n);
    return values[rank < n ? rank : n - 1];
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

static double best_peer(enum column column, bool more)
{
    double best = -1;
    for (size_t p = PEER_OTHERS; p < PEERS; p++) {
        double value = median(column, p);
        if (value >= 0 && (best < 0 || (more ? value > best : value < best))) best = value;
    }
    return best;
}

/* -- Markdown -- */

static int width(const struct table *t)
{
    int n = 0;
    while (t->heads[n]) n++;
    return n;
}

static bool is_measured(const struct table *t)
{
    for (int i = 0; i < width(t); i++)
        for (size_t p = 0; p < PEERS; p++)
            if (median(t->first + (enum column)i, p) >= 0) return true;
    return false;
}

static void print_value(double value, int decimals)
{
    if (value < 0)
        printf(" - |");
    else
        printf(" %.*f |", decimals, value);
}

static void print_ratio(double value, double to)
{
    if (value < 0 || to <= 0)
        printf(" - |");
    else
        printf(" %.2f |", value / to);
}

static void print_peers(const struct table *t)
{
    for (size_t p = 0; p < PEERS; p++) {
        printf("| %s |", peers[p].name);
        for (int i = 0; i < width(t); i++) {
            double value = median(t->first + (enum column)i, p);
            int decimals = t->unit <= 1 && value < 10 ? 2 : t->decimals;
            print_value(value < 0 ? value : value / t->unit, decimals);
        }
        printf("\n");
    }
}

static void print_ratios(const struct table *t)
{
    printf("| *klatchd / floor* |");
    for (int i = 0; i < width(t); i++) {
        enum column c = t->first + (enum column)i;
        print_ratio(median(c, PEER_KLATCHD), median(c, PEER_FLOOR));
    }
    printf("\n| *klatchd / best peer* |");
    for (int i = 0; i < width(t); i++) {
        enum column c = t->first + (enum column)i;
        print_ratio(median(c, PEER_KLATCHD), best_peer(c, t->more_is_better >> i & 1));
    }
    printf("\n");
}

/* One figure for a column's noise: its peers' spreads, and of those the median. */
static void print_spreads(const struct table *t)
{
    printf("| *spread of rounds* |");
    for (int i = 0; i < width(t); i++) {
        double spreads[PEERS];
        size_t n = 0;
        for (size_t p = 0; p < PEERS; p++) {
            double s = spread(t->first + (enum column)i, p);
            if (s >= 0) spreads[n++] = s;
        }
        if (n == 0)
            printf(" - |");
        else
            printf(" %.0f %% |", quantile(spreads, n, 0.5) * 100);
    }
    printf("\n");
}

static void print_table(const struct table *t)
{
    printf("\n### %s\n\n", t->title);
    if (!is_measured(t)) {
        printf("Not measured: this machine does not let us.\n");
        return;
    }
    printf("| |");
    for (int i = 0; i < width(t); i++) printf(" %s |", t->heads[i]);
    printf("\n|---|");
    for (int i = 0; i < width(t); i++) printf("---:|");
    printf("\n");
    print_peers(t);
    print_ratios(t);
    print_spreads(t);
}

void results_print(void)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) print_table(&tables[i]);
}
