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

/* Keeps one round's value, in bytes or nanoseconds. */
void report_add(enum row row, size_t client, double value);

/* Writes the table to standard output: medians, and in brackets the least and the most. */
void report_print(void);

#endif
