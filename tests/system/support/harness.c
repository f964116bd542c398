/* The harness against itself and against programs that everybody knows. */
#include "tests/system/support/child.h"
#include "tests/system/support/fake_server.h"
#include "tests/system/support/terminal.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#define run(...) terminal_start(10, 40, (const char *[]){__VA_ARGS__, NULL})

Test(harness, peers_understand_each_other)
{
    struct fake_server f = fake_server_listen();
    struct peer *client = peer_connect_to("127.0.0.1", f.port), *server = fake_server_accept(&f);
    peer_send(client, "broadcast", NULL, "\"\\\n\x01 caf\xC3\xA9");
    peer_expect(server, "broadcast", NULL, "\"\\\n\x01 caf\xC3\xA9");
    peer_send_bytewise(server, "\0\x27{\"nick\":\"\",\"msg\":\"\\u00e9\",\"proto\":\"x\" }", 41);
    peer_expect(client, "x", "", "\xC3\xA9");
    peer_half_close(client);
    peer_expect_eof(server);
    fake_server_close(&f);
    cr_assert_not(peer_can_connect("127.0.0.1", f.port));
}

Test(harness, a_scanner_that_is_not_lenient)
{
    static const char *const wrong[] = {
        "",
        "{}",
        "{\"msg\":\"\",\"nick\":null,\"proto\":\"\"}",
        "{\"nick\":null,\"msg\":null,\"proto\":\"\"}",
        "{\"nick\":null,\"msg\":\"\",\"proto\":\"\",\"x\":\"\"}",
        "{\"nick\":null,\"msg\":\"\\u0000\",\"proto\":\"\"}",
        "{\"nick\":null,\"msg\":\"\",\"proto\":\"\"} x",
        "{\"nick\":null,\"msg\":\"\n\",\"proto\":\"\"}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char payload[80];
        struct packet_seen seen;
        strcpy(payload, wrong[i]);
        cr_expect_not(wire_read(payload, strlen(payload), &seen), "%s", wrong[i]);
    }
}

Test(harness, a_screen_is_read_as_cells)
{
    struct terminal *t = run("sh", "-c", "printf 'a\\344\\270\\255b  \\033[3;5Hx\\033[1D'; cat");
    cr_assert_eq(terminal_wait_for(t, "a\xE4\xB8\xAD"
                                      "b"),
                 0);
    terminal_wait_cursor(t, 2, 4);
    cr_assert_str_eq(terminal_row(t, 2), "    x");
    terminal_type(t, "typed\r");
    terminal_wait_for(t, "typed");
    terminal_type(t, "\004");
    cr_assert_eq(terminal_wait_exit(t), 0);
    cr_assert(terminal_modes_restored(t));
    cr_assert_not(terminal_full_screen(t));
}

Test(harness, half_a_picture_is_not_judged)
{
    struct terminal *t =
        run("sh", "-c", "printf '\\033[?2026hone '; sleep 0.2; printf 'two\\033[?2026l'; cat");
    terminal_wait_for(t, "one");
    cr_assert_str_eq(terminal_row(t, 0), "one two");
    terminal_type(t, "\004");
    cr_assert_eq(terminal_wait_exit(t), 0);
}

Test(harness, a_terminal_can_be_resized)
{
    struct terminal *t =
        run("sh", "-c", "trap 'stty size' WINCH; echo ready; while :; do read x; done");
    terminal_wait_for(t, "ready");
    terminal_resize(t, 7, 30);
    terminal_wait_for(t, "7 30");
    cr_assert_eq(terminal_rows(t), 7);
    terminal_signal(t, SIGKILL);
    cr_assert_eq(terminal_wait_exit(t), -SIGKILL);
}

Test(harness, changed_modes_are_noticed)
{
    struct terminal *t = run("sh", "-c", "stty -echo; printf '\\033[?1049h'; exit 3");
    cr_assert_eq(terminal_wait_exit(t), 3);
    cr_assert_not(terminal_modes_restored(t));
    cr_assert(terminal_full_screen(t));
}

Test(harness, a_program_runs_to_its_end)
{
    char out[64], err[64];
    const char *const argv[] = {"sh", "-c", "echo o; echo e >&2; exit 7", NULL};
    cr_assert_eq(child_run(argv, out, err, sizeof out), 7);
    cr_assert_str_eq(out, "o\n");
    cr_assert_str_eq(err, "e\n");
}
