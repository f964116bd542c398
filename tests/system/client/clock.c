/* The times that klatch shows. */
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/state_folder.h"
#include "tests/system/support/timeout.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOUR = 60, DAY = 24 * HOUR /* minutes */ };

TestSuite(client_clock, .init = state_folder_init, .fini = state_folder_fini);

/* Returns the minutes since midnight that a row shows. */
static int minutes_of(struct terminal *t, int row)
{
    int hours, minutes;
    cr_assert_eq(sscanf(terminal_row(t, row), "%d:%d", &hours, &minutes), 2, "%s",
                 terminal_row(t, row));
    return hours * HOUR + minutes;
}

/* A time zone as tzfile(5) has it, so many hours ahead of UTC, with one type and without changes.
 */
static void write_zone(const char *path, int hours)
{
    int seconds = hours * 60 * HOUR;
    char zone[54] = "TZif";
    const char type[] = {0, (char)(seconds >> 16), (char)(seconds >> 8), (char)seconds, 0, 0};
    zone[39] = 1; /* types */
    zone[43] = 4; /* characters of names */
    memcpy(zone + 44, type, sizeof type);
    memcpy(zone + 50, "XYZ", 4);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    cr_assert_eq(write(fd, zone, sizeof zone), (ssize_t)sizeof zone);
    const struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1000000 + hours}};
    cr_assert_eq(futimens(fd, times), 0); /* the C library compares whole seconds */
    close(fd);
}

static int show_time(struct client *c)
{
    static int count;
    char text[32];
    snprintf(text, sizeof text, "message %d.", ++count);
    client_receive_arrival(c);
    client_receive(c, "bob", text);
    return minutes_of(c->term, terminal_wait_for(c->term, text));
}

/* As on a journey. */
Test(client_clock, the_time_zone_may_change_while_klatch_runs)
{
    char zone[FILES_PATH], script[512], out[256], err[256];
    files_path(zone, state_folder_setting + strlen("XDG_STATE_HOME="), "zone");
    write_zone(zone, 1);
    const char *const probe[] = {"unshare", "-rm", "mount", "--bind", zone, "/etc/localtime", NULL};
    if (child_run(probe, out, err, sizeof err) != 0) cr_skip_test("no mounts of our own");
    snprintf(script, sizeof script,
             "mount --bind %s /etc/localtime && exec env -u TZ " BUILD
             "/klatch --no-group -n ada 127.0.0.1 $0",
             zone);
    struct client c = client_start_argv(
        24, 80, (const char *[]){"unshare", "-rm", "sh", "-c", script, NULL, NULL});
    int before = show_time(&c), after = before;
    write_zone(zone, 10);
    int64_t end = timeout_deadline();
    while ((after - before + DAY) % DAY < 9 * HOUR) {
        cr_assert(timeout_retry(end), "the time zone stays");
        after = show_time(&c);
    }
    cr_expect_leq((after - before + DAY) % DAY, 9 * HOUR + 1);
    client_quit(&c);
}

/* The lines that klatch shows before the first key and packet. */
Test(client_clock, the_first_line_has_the_time)
{
    files_write(state_folder, "not a folder");
    struct client c = client_start_with(24, 80, state_folder_setting, "--history");
    char said[32];
    snprintf(said, sizeof said, "%.20s", MESSAGE_HISTORY_NOT_SAVED);
    int hint = minutes_of(c.term, terminal_wait_for(c.term, said)), now = show_time(&c);
    cr_expect_leq((now - hint + DAY) % DAY, 1);
    client_quit(&c);
}
