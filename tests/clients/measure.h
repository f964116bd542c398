/* measure: what a client costs to have open, to open, and to leave open in a busy room. */
#ifndef TESTS_CLIENTS_MEASURE_H
#define TESTS_CLIENTS_MEASURE_H

#include "tests/clients/client.h"
#include "tests/clients/report.h"

struct flood {
    int lines, seconds;
};

/* Starts it and lets it hear one line: times and memory. False when it never showed the line. */
bool measure_start(struct room *room, size_t client);

/* Starts it, scrolls up, and types while it hears a flood. False when it never showed the room. */
bool measure_flood(struct room *room, size_t client, const struct flood *flood);

#endif
