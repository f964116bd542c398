/* results: what was measured, round by round, and the tables it ends up in. */
#ifndef TESTS_BENCH_RESULTS_H
#define TESTS_BENCH_RESULTS_H

#include <stddef.h>

enum { SIZES = 4, COMPANIES = 3, ROUNDS_MAX = 5 };

/* Of the columns by size, the one for the i-th size is the first plus i; likewise by company. */
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
    COMPANY_MEDIAN,
    COMPANY_P99 = COMPANY_MEDIAN + COMPANIES,
    COMPANY_HARMED = COMPANY_P99 + COMPANIES,
    COMPANY_MEMORY = COMPANY_HARMED + COMPANIES,
    MEMORY = COMPANY_MEMORY + COMPANIES,
    JOIN_RATE_1000,
    JOIN_CPU_1000,
    JOIN_RATE_5000,
    JOIN_CPU_5000,
    SCRAPED_RATE, /* while its statistics are asked for, */
    SCRAPED_CPU,
    SCRAPED_WORK,
    SCRAPED_TO_RATE, /* and in proportion to the same server left alone */
    SCRAPED_TO_CPU,
    SCRAPED_TO_WORK,
    SCRAPED_ANSWERED, /* a second */
    COLUMNS,
};

/* Keeps one round's value; a negative one means that it could not be measured. */
void results_add(enum column column, size_t peer, double value);

/* Writes all tables with medians, ratios and spreads to standard output. */
void results_print(void);

#endif
