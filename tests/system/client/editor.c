/* The message, in the user's editor. */
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/files.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>

#define KEY_EDITOR "\x18\x05"

static char folder[FILES_PATH], path[FILES_PATH];

static void init(void)
{
    files_create_folder(folder);
    files_path(path, folder, "editor");
}

static void fini(void)
{
    files_remove_all(folder);
}

TestSuite(client_editor, .init = init, .fini = fini);

/* Starts klatch with an editor that runs these commands of the shell; $1 is the file. */
static struct client start_with_editor(const char *commands)
{
    char setting[2 * FILES_PATH + 32];
    files_print(path, "#!/bin/sh\n%s\n", commands);
    cr_assert_eq(chmod(path, 0700), 0);
    snprintf(setting, sizeof setting, "-SVISUAL=%s TMPDIR=%s", path, folder);
    return client_start_with(24, 80, setting, "--bell");
}

Test(client_editor, ctrl_x_ctrl_e_edits_the_message)
{
    struct client c = start_with_editor("sed s/draft/text/ \"$1\" > \"$0.out\"; "
                                        "printf 'and more\\n' >> \"$0.out\"; cp \"$0.out\" \"$1\"");
    client_type(&c, "draft\nof two lines, ", "of two lines,", 14);
    terminal_type(c.term, KEY_EDITOR);
    client_wait_input(&c, "of two lines, and more", 22);
    terminal_type(c.term, "!\r");
    peer_expect(c.server, "broadcast", "ada", "text\nof two lines, and more!");
    client_quit(&c);
}

Test(client_editor, the_editor_has_the_terminal_and_the_room_goes_on)
{
    struct client c = start_with_editor("echo edit here; read x; printf %s \"$x\" > \"$1\"");
    client_type(&c, "draft", "draft", 5);
    terminal_type(c.term, KEY_EDITOR);
    terminal_wait_for(c.term, "edit here");
    cr_expect_not(terminal_full_screen(c.term));
    client_receive(&c, "bob", "said meanwhile");
    peer_send(c.server, "who", "SERVER", "ada\nbob");
    terminal_type(c.term, "from the editor\n");
    klatch_wait_message(c.term, "bob", "said meanwhile");
    client_wait_input(&c, "from the editor", 15);
    cr_expect(terminal_full_screen(c.term));
    client_quit(&c);
}

static void expect_unchanged_by(const char *commands)
{
    struct client c = start_with_editor(commands);
    client_type(&c, "draft", "draft", 5);
    terminal_type(c.term, KEY_EDITOR);
    klatch_wait_notice(c.term, MESSAGE_EDITOR_FAILED);
    client_wait_input(&c, "draft", 5);
    client_quit(&c);
}

Test(client_editor, an_editor_that_fails_changes_nothing)
{
    expect_unchanged_by("echo nothing > \"$1\"; exit 1");
}

Test(client_editor, a_file_that_cannot_be_read_changes_nothing)
{
    expect_unchanged_by("rm \"$1\"; mkdir \"$1\"");
}

Test(client_editor, a_command_in_the_editor_is_one_and_nothing_private_is_sent)
{
    struct client c = start_with_editor("printf '/msg bob secret\\033\\n' > \"$1\"");
    terminal_type(c.term, KEY_EDITOR);
    client_wait_input(&c, "/msg bob secret", 15);
    terminal_type(c.term, "\r");
    klatch_wait_notice(c.term, MESSAGE_NO_PRIVATE);
    client_quit(&c);
}

/* The editor signals the parent of its parent: the process that started it ignores signals. */
Test(client_editor, klatch_ends_when_the_editor_has_ended)
{
    struct client c = start_with_editor("read -r pid name state klatch rest < /proc/$PPID/stat; "
                                        "kill -TERM \"$klatch\"; echo edit here; read x");
    client_type(&c, "draft", "draft", 5);
    terminal_type(c.term, KEY_EDITOR);
    terminal_wait_for(c.term, "edit here");
    client_expect_goodbye(&c, "ada");
    terminal_type(c.term, "\n");
    client_expect_exit(&c, 0);
}

Test(client_editor, after_ctrl_x_another_key_acts_as_usual)
{
    struct client c = start_with_editor("exit 0");
    client_type(&c, "one two\x18\x01#", "#one two", 1);
    client_type(&c, "\x18x\x05#", "#xone two#", 10);
    client_quit(&c);
}

/* The second pair of keys would edit the message twice, and Enter would send it. */
Test(client_editor, keys_typed_before_the_editor_has_the_terminal_do_nothing)
{
    struct client c =
        start_with_editor("printf '%s and' \"$(cat \"$1\")\" > \"$0.out\"; cp \"$0.out\" \"$1\"");
    client_type(&c, "draft", "draft", 5);
    static const char keys[] = KEY_EDITOR KEY_EDITOR "\r";
    terminal_send(c.term, keys, sizeof keys - 1);
    client_wait_input(&c, "draft and", 9);
    terminal_type(c.term, KEY_EDITOR);
    client_wait_input(&c, "draft and and", 13);
    terminal_type(c.term, "\r");
    peer_expect(c.server, "broadcast", "ada", "draft and and");
    client_quit(&c);
}

Test(client_editor, the_editor_gets_no_descriptor_but_the_terminal)
{
    struct client c = start_with_editor("ls -l /proc/$$/fd | grep -c socket: > \"$1\"; exit 0");
    client_type(&c, "draft", "draft", 5);
    terminal_type(c.term, KEY_EDITOR);
    client_wait_input(&c, "0", 1);
    client_quit(&c);
}
