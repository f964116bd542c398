/* scraper: asks a server for its statistics so many times a second, while the load goes on. */
#ifndef TESTS_BENCH_SCRAPER_H
#define TESTS_BENCH_SCRAPER_H

#include <stdint.h>

enum { SCRAPER_RATE = 100 /* a second */ };

struct scraper {
    uint16_t port;
    int fd;         /* of the scrape under way; -1: none is */
    int64_t next;   /* when to begin another, in nanoseconds */
    uint64_t whole; /* scrapes that were answered */
};

/* Scrapes from now on. */
void scraper_start(struct scraper *s, uint16_t port);

/* Goes on with what can be done now, without waiting; nothing without a port. */
void scraper_turn(struct scraper *s);

/* Ends what is under way. */
void scraper_stop(struct scraper *s);

#endif
