/* results: the measured values of all rounds, and the tables made of them. */
#ifndef TESTS_BENCH_RESULTS_H
#define TESTS_BENCH_RESULTS_H

#include <stddef.h>

enum { SIZES = 4, SETTINGS = 4, ROUNDS_MAX = 5 };

/* RATE + i is the column for the i-th size, LOADED_P99 + i for the i-th setting, and so on. */
enum column {
    RATE,
    CPU = RATE + SIZES,
    WORK = CPU + SIZES, /* instructions of server and kernel */
    USER_WORK = WORK + SIZES,
    RATE_MANY = USER_WORK + SIZES,
    CPU_MANY,
    WORK_MANY,
    RATE_ONE,
    CPU_ONE,
    WORK_ONE,
    FIRST,
    MEDIAN,
    P99,
    LAST,
    TALK_MEDIAN,
    TALK_P99,
    LOADED_MEDIAN,
    LOADED_P99 = LOADED_MEDIAN + SETTINGS,
    LOADED_HARMED = LOADED_P99 + SETTINGS,
    LOADED_MEMORY = LOADED_HARMED + SETTINGS,
    MEMORY = LOADED_MEMORY + SETTINGS,
    JOIN_RATE_1000,
    JOIN_CPU_1000,
    JOIN_RATE_5000,
    JOIN_CPU_5000,
    SCRAPED_RATE, /* with scrapes of the statistics */
    SCRAPED_CPU,
    SCRAPED_WORK,
    SCRAPED_TO_RATE, /* relative to the same server without scrapes */
    SCRAPED_TO_CPU,
    SCRAPED_TO_WORK,
    SCRAPED_ANSWERED, /* per second */
    COLUMNS,
};

/* Stores one round's value; a negative one means that it could not be measured. */
void results_add(enum column column, size_t target, double value);

/* Prints all tables with medians, ratios and spreads. */
void results_print(void);

#endif
