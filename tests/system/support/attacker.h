/* attacker: clients of one address that use the server as much as it lets them, in a process of
 * their own. Also for tests/bench: uses no test framework. */
#ifndef TESTS_SYSTEM_SUPPORT_ATTACKER_H
#define TESTS_SYSTEM_SUPPORT_ATTACKER_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/types.h>

enum { ATTACKER_CONNECTIONS = 250 };

/* What each connection does, again and again. */
enum attack {
    ATTACK_TEXTS,      /* sends texts of 65 KB */
    ATTACK_CONTROLS,   /* the same, of U+0085, which the log and the journal escape */
    ATTACK_SHORT,      /* sends empty texts */
    ATTACK_RENAMES,    /* takes another nickname */
    ATTACK_JOINS,      /* connects, joins, leaves */
    ATTACK_WHO,        /* asks for the member list */
    ATTACK_RETRIES,    /* asks for a nickname that is taken */
    ATTACK_UNFINISHED, /* sends a packet of 64 KB but for its last byte */
    ATTACK_HALF_OPEN,  /* connects, sends a byte or nothing, and reads nothing */
    ATTACKS,           /* number of attacks */
};

extern const char *const attack_names[ATTACKS];

struct attacker {
    pid_t pid;
    volatile uint64_t *shared; /* numbers of what it has done, as below */
};

enum { ATTACKER_SENT, ATTACKER_CONNECTED, ATTACKER_NUMBERS };

/* Starts the process: it connects from one address to the server until it is killed. `taken` is the
 * nickname for ATTACK_RETRIES. */
struct attacker attacker_start(enum attack attack, struct in_addr from,
                               const struct sockaddr_in *server, const char *taken);

/* Kills the process, so that its connections are reset. */
void attacker_stop(struct attacker *a);

/* Returns the bytes that it has sent, and the connections that it has made. */
uint64_t attacker_sent(const struct attacker *a);
uint64_t attacker_connected(const struct attacker *a);

#endif
