/* report: what was measured, round by round, and the table it ends up in. */
#ifndef TESTS_CLIENTS_REPORT_H
#define TESTS_CLIENTS_REPORT_H

#include <stddef.h>

enum { REPORT_ROUNDS = 16 };

enum row {
    IDLE_RSS,
    IDLE_PSS,
    IDLE_OWN,
    START_LINE,
    START_WHOLE,
    FLOOD_CPU,
    FLOOD_PEAK,
    FLOOD_END,
    FLOOD_KEPT,
    ECHO_MEDIAN,
    ECHO_WORST,
    REPORT_ROWS,
};

/* Stores one round's value, in bytes or ns. */
void report_add(enum row row, size_t client, double value);

/* Prints the table: medians, and in brackets minimum and maximum. */
void report_print(void);

#endif
