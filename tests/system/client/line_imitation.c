/* Nicknames and texts that imitate lines: klatch --plain, with the manual's command that reads it,
 * and the client's log. */
#include "tests/system/support/child.h"
#include "tests/system/support/fake_server.h"
#include "tests/system/support/files.h"
#include "tests/system/support/imitation.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/manual.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAID = 10000 };

static struct imitation all[SAID + 1];

/* Replaces each piece by another text that is not longer. */
static void replace_all(char *text, const char *piece, const char *instead)
{
    for (char *at = text; (at = strstr(at, piece));) {
        char *rest = at + strlen(piece);
        at = stpcpy(at, instead);
        memmove(at, rest, strlen(rest) + 1);
    }
}

/* Changes the texts as the manual says: no styles, and plain spaces. */
static void simplify_texts(void)
{
    for (size_t i = 0; i <= SAID; i++) {
        replace_all(all[i].text, "\xE2\x80\x8D", "");
        replace_all(all[i].text, "\xEF\xB8\x8F", "");
        replace_all(all[i].text, "\xC2\xA0", " ");
    }
}

Test(client_line_imitation, every_line_is_read_back_exactly, .timeout = 600)
{
    char folder[FILES_PATH], lines[FILES_PATH], log[FILES_PATH];
    int in[2];
    files_create_folder(folder);
    files_path(lines, folder, "lines");
    files_path(log, folder, "log");
    struct fake_server listener = fake_server_listen();
    cr_assert_eq(pipe2(in, O_CLOEXEC), 0);
    int out = open(lines, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const char *argv[] = {BUILD "/klatch", "--plain",     "-n", "ada", "--log", log,
                          "127.0.0.1",     listener.port, NULL};
    pid_t klatch = child_start(argv, in[0], out, -1);
    struct peer *server = fake_server_admit(&listener, "ada");
    for (size_t i = 0; i < SAID; i++) {
        all[i] = imitation_new();
        peer_send(server, "broadcast", all[i].nick, all[i].text);
    }
    all[SAID] = (struct imitation){.nick = "last", .text = "that is all"};
    peer_send(server, "broadcast", all[SAID].nick, all[SAID].text);
    journal_fixture_wait(lines, all[SAID].text);
    close(in[0]);
    close(in[1]);
    peer_expect(server, "goodbye", "ada", "BYE");
    peer_close(server);
    cr_expect_eq(child_wait(klatch), 0);
    imitation_expect_all(all, SAID + 1, folder, "cat log");
    simplify_texts();
    char *command = manual_command("tui/klatch.1", "turns the messages into lines of JSON");
    imitation_expect_all(all, SAID + 1, folder, command);
    free(command);
    close(out);
    fake_server_close(&listener);
    files_remove_all(folder);
}
