/* sandbox: restricts system calls and file access once klatchd has started. The kernel kills
 * klatchd if it makes any other system call. */
#ifndef SERVER_SYSTEM_SANDBOX_H
#define SERVER_SYSTEM_SANDBOX_H

#include <stdbool.h>
#include <sys/stat.h>

/* False in an instrumented build: a sanitizer or gcov(1) makes system calls of its own. */
#ifdef KLATCH_INSTRUMENTED
enum { SANDBOX_IS_POSSIBLE = false };
#else
enum { SANDBOX_IS_POSSIBLE = true };
#endif

/* The log line without a sandbox. */
#define SANDBOX_DISABLED(why) "sandbox disabled: " why

enum { SANDBOX_SOCKETS = 20, SANDBOX_READS = 4 };

/* The processes of klatchd, each with system calls and files of its own. */
enum sandbox_process {
    SANDBOX_SERVER,  /* accesses no file by a path */
    SANDBOX_OPENER,  /* opens a file (opener.h), in the folders that its path and its links lead to
                      */
    SANDBOX_CLEANER, /* removes files of sockets */
};

struct sandbox {
    enum sandbox_process process;
    bool is_off; /* restricts nothing */

    /* Of the server: */
    bool asks_for_user; /* the user who connected a unix socket: SO_PEERCRED */
    bool has_journal;   /* writes, syncs and repairs a file that it receives */
    bool syncs_file;    /* writes and syncs other files, which are open */
    bool asks_opener;   /* receives files from an opener */

    /* Of the opener; NULL: none: */
    const char *writes;               /* file to write and create */
    const char *reads[SANDBOX_READS]; /* files to read */
    const char *replaces;             /* file to replace by a new one in the same folder */

    /* Of the cleaner: */
    const char *sockets[SANDBOX_SOCKETS]; /* paths to remove, or NULL */
};

/* Gives up, for this thread and the threads that it starts: new privileges, core dumps (prctl(2),
 * setrlimit(2)), and all files except those in the folders of the paths above (landlock(7)). An
 * open file stays open. Returns false after logging what the kernel cannot restrict. */
bool sandbox_apply_landlock(const struct sandbox *needs);

/* Gives up all system calls except those listed in sandbox.c, for all threads (seccomp(2)). Call it
 * after the first log line, which reads the time zone's file. Returns false after logging that the
 * kernel cannot restrict them. */
bool sandbox_apply_seccomp(const struct sandbox *needs);

/* Calls fstat(2), which the sandbox allows. The C library may call newfstatat(2) for it, which also
 * takes a path; the sandbox allows that one only where the kernel's struct stat is another. */
int sandbox_fstat(int fd, struct stat *st);

/* Whether open(2) has just failed because only the sandbox forbids to read the file, or to write or
 * create it. Keeps errno. */
bool sandbox_forbids(const char *path, bool writes);

#endif
