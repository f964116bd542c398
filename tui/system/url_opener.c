#include "tui/system/url_opener.h"

#include "tui/base/clock.h"
#include "tui/base/url.h"
#include "tui/system/helper_process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAUSE_MS = 1000, WORDS_MAX = 16, BROWSERS_SIZE = 1024 };

struct request {
    char url[URL_SIZE];
};

enum answer { OPENED, UNSAFE, TOO_SOON, NO_BROWSER };

static int process = -1; /* its socket; -1: none */

/* -- the process -- */

/* Executes the command, whose words are separated by spaces, with the address in place of %s, or
 * behind the words. Returns if that fails. */
static void execute(char *command, char *url)
{
    char *words[WORDS_MAX + 2], *rest = NULL;
    int n = 0;
    bool placed = false;
    for (char *word = strtok_r(command, " ", &rest); word != NULL && n < WORDS_MAX;
         word = strtok_r(NULL, " ", &rest)) {
        bool is_place = strcmp(word, "%s") == 0;
        placed = placed || is_place;
        words[n++] = is_place ? url : word;
    }
    if (n == 0) return;
    if (!placed) words[n++] = url;
    words[n] = NULL;
    execvp(words[0], words);
}

/* Executes the first browser that there is. A byte in the pipe says that there is none. */
_Noreturn static void become_browser(char *url, int failed)
{
    char browsers[BROWSERS_SIZE], fallback[] = "xdg-open", *rest = NULL;
    const char *chosen = getenv("BROWSER");
    helper_process_reset_signals();
    setsid();
    snprintf(browsers, sizeof browsers, "%s", chosen != NULL ? chosen : "");
    for (char *one = strtok_r(browsers, ":", &rest); one != NULL; one = strtok_r(NULL, ":", &rest))
        execute(one, url);
    execute(fallback, url);
    (void)!write(failed, "", 1);
    _exit(1);
}

/* The kernel closes the pipe when a browser is executed. */
static enum answer start_browser(char *url)
{
    int ends[2];
    char byte;
    if (pipe2(ends, O_CLOEXEC) < 0) return NO_BROWSER;
    pid_t pid = fork();
    if (pid == 0) become_browser(url, ends[1]);
    close(ends[1]);
    bool failed = pid < 0 || read(ends[0], &byte, 1) != 0;
    close(ends[0]);
    return failed ? NO_BROWSER : OPENED;
}

/* Opens one address a second, so that nobody can fill the desktop with windows. */
static enum answer open_url(struct request *r, int64_t *next)
{
    int64_t now = clock_now();
    if (memchr(r->url, '\0', sizeof r->url) == NULL || !url_is_safe(r->url)) return UNSAFE;
    if (now < *next) return TOO_SOON;
    *next = now + PAUSE_MS;
    return start_browser(r->url);
}

static void serve(int socket, void *unused)
{
    static struct request request;
    int64_t next = 0;
    (void)unused;
    while (helper_process_receive(socket, &request, sizeof request, NULL, true) == sizeof request) {
        enum answer answer = open_url(&request, &next);
        helper_process_send(socket, &answer, sizeof answer, -1);
    }
}

/* -- klatch -- */

bool url_opener_start(void)
{
    process = helper_process_start("klatch-browser", false, serve, NULL);
    return process >= 0;
}

const char *url_opener_open(const char *url)
{
    static const char *const reasons[] = {[OPENED] = NULL,
                                          [UNSAFE] = URL_OPENER_UNSAFE,
                                          [TOO_SOON] = URL_OPENER_TOO_SOON,
                                          [NO_BROWSER] = URL_OPENER_NO_BROWSER};
    static struct request request;
    enum answer answer = NO_BROWSER;
    memset(&request, 0, sizeof request);
    snprintf(request.url, sizeof request.url, "%s", url);
    bool answered =
        process >= 0 && helper_process_send(process, &request, sizeof request, -1) &&
        helper_process_receive(process, &answer, sizeof answer, NULL, true) == sizeof answer;
    return answered && answer <= NO_BROWSER ? reasons[answer] : URL_OPENER_ENDED;
}

void url_opener_stop(void)
{
    if (process >= 0) close(process);
    process = -1;
}
