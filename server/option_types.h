/* option_types: how the values of klatchd's options are parsed and formatted. */
#ifndef SERVER_OPTION_TYPES_H
#define SERVER_OPTION_TYPES_H

#include "common/option.h"

enum {
    OPTION_TYPES_MANY = 1000000, /* maximum of a limit */
    OPTION_TYPES_RATE_BURST = 3, /* seconds of a rate in its burst, if no burst is given */
};

struct rate_option {
    int per_second, burst; /* -1: not given */
};

/* struct rate_option: N or N/BURST. */
extern const struct option_type option_types_pair;

enum {
    OPTION_TYPES_BYTE_BURST = 8,              /* seconds of a byte rate in its burst */
    OPTION_TYPES_BYTE_BURST_MIN = 128 * 1024, /* bytes; a packet has up to 64K */
};

/* struct rate_option: the same in bytes, with a suffix K or M. The least burst is
 * OPTION_TYPES_BYTE_BURST_MIN. */
extern const struct option_type option_types_byte_rate;

/* Returns the bytes of its burst, also if it is not given. */
int option_types_byte_burst(const struct rate_option *rate);

/* int: a name of enum journal_sync_mode. */
extern const struct option_type option_types_sync;

/* size_t: a power of two within the limits of a ring, with a suffix K, M or G. */
extern const struct option_type option_types_size;

/* size_t: 0, or bytes of a file, with a suffix K, M, G or T. */
extern const struct option_type option_types_file_size;

/* const char *: a port number. */
extern const struct option_type option_types_port;

/* const char *: a place to listen at, in the form of ADDRESS_FORMS. */
extern const struct option_type option_types_where;

/* const char *: the same, a host maybe with tls: or tcp: in front. */
extern const struct option_type option_types_listen;

#define OPTION_TYPES_PLAIN_PATH "a unix socket is never encrypted; write unix:PATH"

/* Returns the place behind tls: or tcp:, and sets *is_tls to which of them it is, if there is one.
 */
const char *option_types_listen_place(const char *text, bool *is_tls);

/* const char *: a place, but the port may be left out. */
extern const struct option_type option_types_address;

#endif
