/* scraper: requests a server's statistics at a fixed rate while the load runs. */
#ifndef TESTS_BENCH_SCRAPER_H
#define TESTS_BENCH_SCRAPER_H

#include <stdint.h>

enum { SCRAPER_RATE = 100 /* per second */ };

struct scraper {
    uint16_t port;
    int fd;            /* of the running scrape; -1: none */
    int64_t next;      /* start of the next scrape, ns */
    uint64_t answered; /* scrapes with a complete answer */
};

/* Starts scraping. */
void scraper_start(struct scraper *s, uint16_t port);

/* Continues without blocking; does nothing when not started. */
void scraper_poll(struct scraper *s);

/* Stops scraping. */
void scraper_stop(struct scraper *s);

#endif
