/* The mouse wheel: as arrows, and as reports of the mouse. */
#include "tests/count.h"
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#define THREE(key) key key key

/* A notch comes in one read; the draft stays. */
Test(client_wheel, the_wheel_scrolls_and_leaves_the_draft)
{
    static const struct {
        const char *bytes, *top;
    } notches[] = {
        {THREE("\033[A"), "line 177."},
        {THREE("\033OA"), "line 174."},
        {THREE("\033OB"), "line 177."},
        {THREE("\033[B"), "line 180."},
        {"\033[<64;40;10M", "line 177."},
        {"\033[<65;40;10M", "line 180."},
        {"\033[<0;40;10M"
         "\033[<0;40;10m",
         "line 180."},
    };
    struct client c = client_start(24, 80);
    client_send(&c, "sent before");
    client_receive_many(&c, "line", 0, 200);
    client_type(&c, "draft", "draft", 5);
    for (size_t i = 0; i < COUNT(notches); i++) {
        terminal_send(c.term, notches[i].bytes, strlen(notches[i].bytes));
        klatch_wait_top(c.term, notches[i].top);
        client_type(&c, "!\b", "draft", 5);
    }
    client_type(&c, KEY_UP, "sent before", 11);
    client_quit(&c);
}

Test(client_wheel, the_mouse_is_left_to_the_terminal_unless_asked_for)
{
    struct client c = client_start(24, 80);
    cr_expect_not(terminal_has_written(c.term, "\033[?1000"));
    cr_expect(terminal_has_written(c.term, "1007h"));
    client_quit(&c);
    c = client_start_with(24, 80, NO_SETTING, "--mouse");
    cr_expect(terminal_has_written(c.term, "\033[?1000;1006h"));
    client_quit(&c);
    cr_expect(terminal_has_written(c.term, "\033[?1006;1000l"));
}
