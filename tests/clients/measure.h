/* measure: start time, idle memory, and behaviour during a flood of a client. */
#ifndef TESTS_CLIENTS_MEASURE_H
#define TESTS_CLIENTS_MEASURE_H

#include "tests/clients/client.h"
#include "tests/clients/report.h"

struct flood {
    int lines, seconds;
};

/* Starts a client that receives one line; records times and memory. False when it does not show the
 * line. */
bool measure_start(struct room *room, size_t client);

/* Starts a client, scrolls up, and types while it receives a flood. False when it does not join. */
bool measure_flood(struct room *room, size_t client, const struct flood *flood);

#endif
