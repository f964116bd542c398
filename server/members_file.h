/* members_file: the file of --members: read at the start, read again while the server runs, and
 * edited for the administrator. The worker reads and writes it, because the disk may be slow. */
#ifndef SERVER_MEMBERS_FILE_H
#define SERVER_MEMBERS_FILE_H

#include "common/nick.h"
#include "server/options.h"
#include "server/room/allowlist.h"
#include "server/system/opener.h"
#include "server/system/worker.h"

#include <stdbool.h>

enum { MEMBERS_FILE_MAX = 8 << 20 }; /* bytes; 10,000 lines need at most 1.2 MB */

/* Log lines. */
#define MEMBERS_FILE_READ(path, n) path ": " n " lines of people who may come in"
#define MEMBERS_FILE_KEPT          "the list stays as it was"

struct members_file {
    /* The caller's, set before members_file_open: */
    struct lookalike *lookalike;
    const struct options *options; /* no --members: closed */
    struct opener *opener;
    struct worker *worker;

    struct allowlist list; /* in use */

    /* The worker's, while the job is pending: */
    struct job job;
    struct members_edit {
        bool adds, removes;
        char key[FINGERPRINT_TEXT];
        char nick[NICK_BYTES + 1];
    } edit;
    struct allowlist next;
    const char *error;
    int line; /* that is wrong; 0: the whole file is */

    bool repeats;   /* the file must be read once more */
    bool is_loaded; /* the next list is ready */
};

/* Reads the file, if the options have one. Returns false after a line on standard error. */
bool members_file_open(struct members_file *f);

/* Lets the worker read the file again. */
void members_file_reload(struct members_file *f);

/* Lets the worker add a line of a key, with a nickname unless that is "", or remove all lines of
 * the key, and write the file anew. Returns NULL, or a clause that says why not. */
const char *members_file_allow(struct members_file *f, const char *key, const char *nick);
const char *members_file_deny(struct members_file *f, const char *key);

/* Whether the file is not read yet, or not used. */
bool members_file_is_pending(const struct members_file *f);

/* Once the file is read, uses its list, or logs what is wrong. Returns whether the list changed. */
bool members_file_finish(struct members_file *f);

void members_file_close(struct members_file *f);

/* Why an edit is refused. */
#define MEMBERS_FILE_NONE    "there is no list of members: start klatchd with --members FILE"
#define MEMBERS_FILE_NO_KEY  "the key must be a fingerprint, as klatch --key prints it"
#define MEMBERS_FILE_BUSY    "the file is being read or written; try again"
#define MEMBERS_FILE_UNKNOWN "this key is not on the list"

#endif
