#include "tests/clients/report.h"

#include "tests/bench/quantile.h"
#include "tests/clients/client.h"

#include <stdio.h>

struct cell {
    double rounds[REPORT_ROUNDS];
    size_t count;
};

static struct cell cells[REPORT_ROWS][CLIENTS];

static const struct {
    const char *text;
    double unit;
    int decimals;
    const char *wanted;
} heads[REPORT_ROWS] = {
    [IDLE_RSS] = {"memory when idle: RSS, MB", 1e6, 1, "< 8"},
    [IDLE_PSS] = {"with shared pages divided among their users: PSS, MB", 1e6, 1, "< 8"},
    [IDLE_OWN] = {"private and dirty, MB", 1e6, 1, ""},
    [START_LINE] = {"from start to the room's first line on the screen, ms", 1e6, 1, "< 60"},
    [START_WHOLE] = {"until its last output before 200 ms without any, ms", 1e6, 1, "< 60"},
    [FLOOD_CPU] = {"CPU for the flood, s", 1e9, 2, "< irssi"},
    [FLOOD_PEAK] = {"peak memory: RSS, MB", 1e6, 1, ""},
    [FLOOD_END] = {"memory afterwards: RSS, MB", 1e6, 1, ""},
    [FLOOD_KEPT] = {"visible rows unchanged after it, of 10", 1, 0, "10"},
    [ECHO_MEDIAN] = {"a key's echo during the flood: median, ms", 1e6, 1, "< 100"},
    [ECHO_WORST] = {"a key's echo during the flood: worst, ms", 1e6, 1, "< 100"},
};

void report_add(enum row row, size_t client, double value)
{
    struct cell *cell = &cells[row][client];
    if (cell->count < REPORT_ROUNDS) cell->rounds[cell->count++] = value;
}

static void print_cell(enum row row, size_t client)
{
    struct cell *cell = &cells[row][client];
    if (cell->count == 0) {
        printf(" - |");
        return;
    }
    int d = heads[row].decimals;
    double unit = heads[row].unit, middle = quantile(cell->rounds, cell->count, 0.5);
    printf(" %.*f (%.*f-%.*f) |", d, middle / unit, d, cell->rounds[0] / unit, d,
           cell->rounds[cell->count - 1] / unit);
}

void report_print(void)
{
    printf("\n| |");
    for (size_t c = 0; c < CLIENTS; c++) printf(" %s |", clients[c].name);
    printf(" wanted of klatch |\n|---|");
    for (size_t c = 0; c < CLIENTS; c++) printf("---:|");
    printf("---:|\n");
    for (enum row row = 0; row < REPORT_ROWS; row++) {
        printf("| %s |", heads[row].text);
        for (size_t c = 0; c < CLIENTS; c++) print_cell(row, c);
        printf(" %s |\n", heads[row].wanted);
    }
    printf("\n");
}
