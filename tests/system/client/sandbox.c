/* The sandbox of klatch, and the processes beside it that do what it forbids. */
#include "tui/system/sandbox.h"

#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/state_folder.h"
#include "tests/system/support/timeout.h"
#include "tui/base/messages.h"
#include "tui/net/dialer.h"
#include "tui/storage/file_opener.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(client_sandbox, .init = state_folder_init, .fini = state_folder_fini);

static void need_sandbox(void)
{
    if (!SANDBOX_IS_POSSIBLE) cr_skip_test("an instrumented build has no sandbox");
}

/* Returns a process with this name whose parent is `parent`; 0: any parent. Returns 0 if there is
 * none. */
static pid_t find_process(const char *name, pid_t parent)
{
    char path[300], line[256], its_name[64];
    const struct dirent *entry;
    pid_t found = 0;
    DIR *proc = opendir("/proc");
    cr_assert_not_null(proc);
    while (found == 0 && (entry = readdir(proc)) != NULL) {
        int pid, its_parent;
        snprintf(path, sizeof path, "/proc/%.20s/stat", entry->d_name);
        FILE *file = fopen(path, "re");
        if (file == NULL) continue;
        if (fgets(line, sizeof line, file) != NULL &&
            sscanf(line, "%d (%63[^)]) %*c %d", &pid, its_name, &its_parent) == 3 &&
            strcmp(its_name, name) == 0 && (parent == 0 || its_parent == parent))
            found = pid;
        fclose(file);
    }
    closedir(proc);
    return found;
}

/* Returns the process of klatch that this test has started. */
static pid_t wait_klatch(void)
{
    pid_t found;
    int64_t end = timeout_deadline();
    while ((found = find_process("klatch", getpid())) == 0)
        cr_assert(timeout_retry(end), "klatch does not run");
    return found;
}

/* Returns the value of a field in /proc/PID/status. */
static int status_of(pid_t pid, const char *field)
{
    char path[64], line[256];
    int value = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    cr_assert_not_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, field, strlen(field)) == 0) value = atoi(line + strlen(field));
    fclose(file);
    return value;
}

static void expect_confined(pid_t klatch)
{
    int64_t end = timeout_deadline();
    while (status_of(klatch, "Seccomp:") != 2)
        cr_assert(timeout_retry(end), "klatch does not confine itself");
    cr_expect_eq(status_of(klatch, "NoNewPrivs:"), 1);
}

Test(client_sandbox, klatch_confines_itself_on_a_screen)
{
    need_sandbox();
    struct client c = client_start(24, 80);
    expect_confined(wait_klatch());
    client_quit(&c);
}

Test(client_sandbox, klatch_confines_itself_without_a_screen)
{
    static const char *const modes[] = {"--plain", "--pipe"};
    need_sandbox();
    for (size_t i = 0; i < COUNT(modes); i++) {
        struct fake_server f = fake_server_listen();
        int in[2];
        cr_assert_eq(pipe(in), 0);
        const char *const argv[] = {BUILD "/klatch", modes[i], "-n", "ada",
                                    "127.0.0.1",     f.port,   NULL};
        pid_t pid = child_start(argv, in[0], -1, -1);
        struct peer *server = fake_server_admit(&f, "ada");
        expect_confined(pid);
        child_kill(pid);
        peer_close(server);
        fake_server_close(&f);
    }
}

Test(client_sandbox, no_sandbox_restricts_nothing_and_starts_no_process)
{
    struct client c = client_start_with(24, 80, NO_SETTING, "--no-sandbox");
    pid_t klatch = wait_klatch();
    cr_expect_eq(status_of(klatch, "Seccomp:"), 0);
    cr_expect_eq(status_of(klatch, "NoNewPrivs:"), 0);
    cr_expect_eq(find_process("klatch-dialer", klatch), 0);
    client_quit(&c);
}

static void wait_ended(pid_t pid)
{
    int64_t end = timeout_deadline();
    while (kill(pid, 0) == 0) cr_assert(timeout_retry(end), "process %d stays", (int)pid);
}

Test(client_sandbox, the_processes_end_with_klatch_however_it_ends)
{
    need_sandbox();
    struct client c = client_start(24, 80);
    pid_t klatch = wait_klatch(), dialer = find_process("klatch-dialer", klatch),
          files = find_process("klatch-files", klatch),
          browser = find_process("klatch-browser", klatch);
    cr_assert(dialer > 0 && files > 0 && browser > 0);
    cr_assert_eq(kill(klatch, SIGKILL), 0);
    cr_expect_eq(terminal_wait_exit(c.term), -SIGKILL);
    wait_ended(dialer);
    wait_ended(files);
    wait_ended(browser);
}

Test(client_sandbox, klatch_goes_on_without_the_process_that_connects)
{
    need_sandbox();
    struct client c = client_start(24, 100);
    cr_assert_eq(kill(find_process("klatch-dialer", wait_klatch()), SIGKILL), 0);
    client_receive(&c, "bob", "still here");
    klatch_wait_message(c.term, "bob", "still here");
    peer_close(c.server);
    klatch_wait_notice(c.term, MESSAGE_NO_DIALER, DIALER_ENDED);
    client_quit_disconnected(&c);
}

static void log_to(struct client *c, const char *path)
{
    char command[FILES_PATH + 8];
    snprintf(command, sizeof command, "\x15/log %s", path);
    terminal_enter(c->term, command);
}

Test(client_sandbox, klatch_goes_on_without_the_process_that_opens_files)
{
    char path[FILES_PATH];
    need_sandbox();
    files_path(path, state_folder_setting + strlen("XDG_STATE_HOME="), "log");
    struct client c = client_start(24, 100);
    cr_assert_eq(kill(find_process("klatch-files", wait_klatch()), SIGKILL), 0);
    log_to(&c, path);
    klatch_wait_notice(c.term, MESSAGE_LOG_NOT_OPENED, FILE_OPENER_ENDED);
    client_quit(&c);
}

Test(client_sandbox, a_log_named_later_is_new_or_a_log_already)
{
    const char *folder = state_folder_setting + strlen("XDG_STATE_HOME=");
    char log[FILES_PATH], other[FILES_PATH], hidden[FILES_PATH];
    need_sandbox();
    files_path(log, folder, "log");
    files_path(other, folder, "notes");
    files_path(hidden, folder, ".profile");
    files_write(other, "buy milk\n");
    struct client c = client_start(24, 120);
    log_to(&c, other);
    klatch_wait_notice(c.term, MESSAGE_LOG_NOT_OPENED, FILE_OPENER_NOT_A_LOG);
    log_to(&c, hidden);
    klatch_wait_notice(c.term, MESSAGE_LOG_NOT_OPENED, FILE_OPENER_HIDDEN);
    files_write(hidden, "");
    log_to(&c, hidden);
    klatch_wait_notice(c.term, MESSAGE_LOG_NOT_OPENED, FILE_OPENER_HIDDEN);
    log_to(&c, log);
    klatch_wait_notice(c.term, MESSAGE_LOGGING, log);
    client_receive(&c, "bob", "one");
    client_sync(&c);
    log_to(&c, "off");
    klatch_wait_notice(c.term, MESSAGE_NOT_LOGGING);
    log_to(&c, log);
    klatch_wait_notice(c.term, MESSAGE_LOGGING, log);
    client_quit(&c);
    char *text = files_read(other);
    cr_expect_str_eq(text, "buy milk\n");
    free(text);
    struct client again = client_start_with(24, 120, NO_SETTING, "--log", log);
    klatch_wait_message(again.term, "bob", "one");
    client_quit(&again);
}

Test(client_sandbox, a_log_named_at_the_start_may_be_any_file)
{
    char hidden[FILES_PATH];
    files_path(hidden, state_folder_setting + strlen("XDG_STATE_HOME="), ".notes");
    files_write(hidden, "buy milk\n");
    struct client c = client_start_with(24, 120, NO_SETTING, "--log", hidden);
    log_to(&c, "off");
    klatch_wait_notice(c.term, MESSAGE_NOT_LOGGING);
    log_to(&c, hidden);
    klatch_wait_notice(c.term, MESSAGE_LOGGING, hidden);
    client_quit(&c);
}
