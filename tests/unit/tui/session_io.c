#include "tui/session_io.h"

#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/klatch-session-io-XXXXXX", last_status[256];
static size_t statuses, shown;

static const char *on_event(void *context, const struct event *e)
{
    (void)context;
    shown += e->kind == EVENT_MESSAGE;
    if (e->kind != EVENT_STATUS) return NULL;
    snprintf(last_status, sizeof last_status, "%s", e->text);
    statuses++;
    return NULL;
}

static struct session session;
static struct session_io io = {.session = &session,
                               .log.file.fd = -1,
                               .encryption.file.file.fd = -1,
                               .ignore_file.file.fd = -1,
                               .frontend = {on_event, NULL}};

static void open_log(void)
{
    const struct session_config config = {.where = "somewhere", .sink = {session_io_on_event, &io}};
    session_open(&session, &config);
    close(mkstemp(path));
    cr_assert_null(
        session_io_on_event(&io, &(struct event){.kind = EVENT_LOG_REQUEST, .text = path}));
    signal(SIGXFSZ, SIG_IGN);
}

static void close_log(void)
{
    session_io_close(&io);
    session_close(&session);
    unlink(path);
}

TestSuite(session_io, .init = open_log, .fini = close_log);

static void say(const char *text, bool recalled)
{
    session_io_on_event(
        &io,
        &(struct event){.kind = EVENT_MESSAGE, .nick = "bob", .text = text, .recalled = recalled});
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static long log_size(void)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    return (long)st.st_size;
}

Test(session_io, a_log_that_cannot_be_written_is_told_once_and_when_it_can)
{
    char expected[256];
    limit_files(0);
    for (int i = 0; i < 3; i++) say("x", false);
    cr_expect_eq(statuses, 1);
    snprintf(expected, sizeof expected, MESSAGE_LOG_FAILS, strerror(EFBIG));
    cr_expect_str_eq(last_status, expected);
    cr_expect_eq(log_size(), 0);
    limit_files(RLIM_INFINITY);
    say("y", false);
    snprintf(expected, sizeof expected, MESSAGE_LOG_WORKS, (size_t)3);
    cr_expect_str_eq(last_status, expected);
    cr_expect_gt(log_size(), 0);
    cr_expect_eq(shown, 4);
}

Test(session_io, a_line_of_the_history_is_logged_with_its_time)
{
    static const char want[] = "{\"time\":\"2026-09-23T06:32:55.123Z\",\"nick\":\"bob\"";
    char text[sizeof want] = "";
    session_io_on_event(&io, &(struct event){.kind = EVENT_MESSAGE,
                                             .nick = "bob",
                                             .text = "old",
                                             .earlier = true,
                                             .unix_ms = 1790145175123});
    session_io_on_event(&io, &(struct event){.kind = EVENT_RULE, .nick = "", .text = "now"});
    FILE *file = fopen(path, "re");
    cr_assert(file && fread(text, 1, sizeof want - 1, file) == sizeof want - 1);
    fclose(file);
    cr_expect_str_eq(text, want);
    cr_expect_lt(log_size(), 2 * (long)sizeof want, "the rule is logged");
}

Test(session_io, what_comes_from_the_log_is_not_logged_again)
{
    say("old", true);
    cr_expect_eq(shown, 1);
    cr_expect_eq(log_size(), 0);
    say("new", false);
    cr_expect_gt(log_size(), 0);
}
