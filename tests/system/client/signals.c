/* Whatever signal ends klatch, it leaves the terminal as it was. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* Without core dumps; the address sanitizer must not handle what a crash would send. */
static const char script[] =
    "ulimit -c 0; export "
    "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0;"
    "exec " BUILD "/klatch -n ada 127.0.0.1 $0";

static struct client start(void)
{
    return client_start_argv(24, 80, (const char *[]){"sh", "-c", script, NULL, NULL});
}

/* Those that klatch answers with a goodbye. */
static bool is_goodbye(int sig)
{
    return sig == SIGINT || sig == SIGTERM || sig == SIGHUP;
}

/* Those that end nothing: ignored, by the system or by klatch, or to go on. */
static bool is_harmless(int sig)
{
    return sig == SIGCHLD || sig == SIGURG || sig == SIGWINCH || sig == SIGCONT || sig == SIGPIPE ||
           sig == SIGXFSZ;
}

/* Those that stop a process; and SIGKILL, which nobody can catch. */
static bool is_no_end(int sig)
{
    return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU || sig == SIGKILL;
}

static void expect_end_by(int sig)
{
    struct client c = start();
    terminal_signal(c.term, sig);
    int status = terminal_wait_exit(c.term);
    cr_expect_eq(status, -sig, "signal %d ends klatch with %d", sig, status);
    cr_expect(terminal_modes_restored(c.term), "signal %d leaves the line's modes", sig);
    cr_expect_not(terminal_full_screen(c.term), "signal %d leaves the alternate screen", sig);
    cr_expect(terminal_has_written(c.term, "\033[?2004l"), "signal %d leaves pastes bracketed",
              sig);
    cr_expect(terminal_has_written(c.term, "\033[?1004l"), "signal %d leaves focus reports", sig);
    cr_expect(terminal_has_written(c.term, "\033[<u"), "signal %d leaves the keyboard's modes",
              sig);
    cr_expect(terminal_has_written(c.term, "\033[?1036;1039;1007r"),
              "signal %d leaves the Alt keys", sig);
    cr_expect(terminal_has_written(c.term, "\033[23;2t"), "signal %d leaves the title", sig);
    peer_close(c.server);
    fake_server_close(&c.listener);
}

/* The two that the C library keeps for its threads, below SIGRTMIN, are among them. */
Test(client_signals, every_signal_that_ends_klatch_gives_the_terminal_back)
{
    for (int sig = 1; sig < SIGRTMIN; sig++)
        if (!is_goodbye(sig) && !is_harmless(sig) && !is_no_end(sig)) expect_end_by(sig);
}

Test(client_signals, so_does_every_realtime_signal)
{
    for (int sig = SIGRTMIN; sig <= SIGRTMAX; sig++) expect_end_by(sig);
}

Test(client_signals, a_signal_that_is_ignored_ends_nothing)
{
    struct client c = start();
    for (int sig = 1; sig <= SIGRTMAX; sig++)
        if (is_harmless(sig)) terminal_signal(c.term, sig);
    client_send(&c, "still here");
    client_quit(&c);
}

/* As nohup(1) has it. */
Test(client_signals, a_signal_that_the_caller_ignores_ends_nothing)
{
    static const char ignoring[] =
        "trap '' QUIT USR1 ALRM; exec " BUILD "/klatch -n ada 127.0.0.1 $0";
    struct client c = client_start_argv(24, 80, (const char *[]){"sh", "-c", ignoring, NULL, NULL});
    terminal_signal(c.term, SIGQUIT);
    terminal_signal(c.term, SIGUSR1);
    terminal_signal(c.term, SIGALRM);
    client_send(&c, "still here");
    client_quit(&c);
}

/* A terminal whose output is stopped takes the last words too, once it goes on. */
Test(client_signals, a_signal_while_the_terminal_takes_no_output_ends_klatch)
{
    struct client c = start();
    terminal_stop(c.term, true);
    client_receive_many(&c, "line", 0, 500);
    terminal_signal(c.term, SIGQUIT);
    int status = terminal_wait_exit(c.term);
    cr_expect_eq(status, -SIGQUIT);
    cr_expect(terminal_modes_restored(c.term));
    peer_close(c.server);
    fake_server_close(&c.listener);
}
