/* Nicknames and texts that imitate lines of klatchd's log, and the manual's command that reads it.
 */
#include "tests/system/support/files.h"
#include "tests/system/support/imitation.h"
#include "tests/system/support/journal_fixture.h"
#include "tests/system/support/manual.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { SAID = 10000 };

static struct imitation all[SAID];

/* Connects a client under the nickname, says the text and leaves. Returns false if the nickname is
 * refused, as that of a client that has not left yet may be. */
static bool say(const struct klatchd *d, const struct imitation *said)
{
    struct peer *p = peer_connect_greeted(d);
    peer_send(p, "verify", NULL, said->nick);
    bool accepted = strcmp(peer_next(p)->proto, "ready") == 0;
    if (accepted) peer_broadcast(p, said->text);
    while (accepted && strcmp(peer_next(p)->nick, said->nick) != 0) continue;
    peer_close(p);
    return accepted;
}

Test(server_log_imitation, the_manuals_command_finds_exactly_what_was_said_by_whom, .timeout = 600)
{
    char folder[FILES_PATH], address[FILES_PATH], log[FILES_PATH];
    files_create_folder(folder);
    files_address(address, folder, "room");
    files_path(log, folder, "log");
    const char *argv[] = {BUILD "/klatchd", "-d", "0", address, NULL};
    struct klatchd *d = klatchd_start_with_log_file(argv, log, address);
    for (size_t i = 0; i < SAID; i++) do
            all[i] = imitation_new();
        while (!say(d, &all[i]));
    peers_close_and_stop(d);
    char *command = manual_command("server/klatchd.8", "messages of a log into lines of JSON");
    imitation_expect_all(all, SAID, folder, command);
    free(command);
    files_remove_all(folder);
}
