/* bench: measures klatchd, the floor and other servers under the same loads, alternately. */
#include "tests/bench/amplification.h"
#include "tests/bench/measure.h"
#include "tests/bench/results.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SPARE = 64, ENOUGH = 32768 };

static const struct plan full = {
    .rounds = 3, .stages = STAGES, .load_ms = 500, .paced_s = 2, .talk_s = 4};
static const struct plan quick = {.rounds = 1,
                                  .stages = AT_MOST + 1,
                                  .members_min = 100,
                                  .load_ms = 200,
                                  .paced_s = 1,
                                  .talk_s = 2};

struct run {
    struct plan plan;
    const char *only; /* names of servers; NULL: all */
    size_t first;     /* stage to run */
    int members;      /* run only the stage with this many; 0: all */
    bool missing[TARGETS];
    int failures[TARGETS];
    int members_max; /* limited by descriptors */
};

static int raise_descriptor_limit(void)
{
    struct rlimit limit = {ENOUGH, ENOUGH};
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return ENOUGH - SPARE;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return (int)limit.rlim_cur - SPARE;
}

static bool is_wanted(const struct run *r, const struct stage *stage, size_t target)
{
    if (r->only && !strstr(r->only, targets[target].name)) return false;
    if (r->members > 0 && r->members != stage->members) return false;
    if (stage->size >= ALONE && target != TARGET_KLATCHD) return false;
    if (stage->members < r->plan.members_min) return false;
    return !r->missing[target] && stage->members <= targets[target].members_max &&
           stage->members <= r->members_max;
}

static void run_stage(struct run *r, int round, const struct stage *stage)
{
    for (size_t p = 0; p < TARGETS; p++) {
        if (!is_wanted(r, stage, p)) continue;
        fprintf(stderr, "round %d, N=%d: %s\n", round, stage->members, targets[p].name);
        enum start result = measure_stage_once(&r->plan, stage, p);
        r->missing[p] = result == START_MISSING;
        r->failures[p] += result == START_FAILED;
    }
}

static void print_remarks(const struct run *r)
{
    for (size_t p = 0; p < TARGETS; p++) {
        if (r->missing[p])
            printf("- %s is not installed here (`make bench-deps`)\n", targets[p].name);
        if (r->failures[p]) printf("- %s failed in %d rounds\n", targets[p].name, r->failures[p]);
        if (targets[p].members_max < stages[STAGES - 1].members)
            printf("- %s is left out above N=%d: a round takes minutes\n", targets[p].name,
                   targets[p].members_max);
    }
    if (r->plan.stages < STAGES)
        printf("- a quick run skips the stages with idle and flooding members\n");
    if (r->members_max < stages[STAGES - 1].members)
        printf("- only %d descriptors: the largest stages are skipped\n", r->members_max);
}

static int usage(void)
{
    fputs("Usage: bench [-acq] [-o NAMES] [-n MEMBERS] [-r ROUNDS] [-t MILLISECONDS] BUILD DIR\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct run run = {.plan = full};
    bool is_amplification = false;
    int c;
    while ((c = getopt(argc, argv, "acqn:o:r:t:")) != -1) switch (c) {
        case 'a': is_amplification = true; break;
        case 'c': run.first = ALONE; break;
        case 'q': run.plan = quick; break;
        case 'n': run.members = atoi(optarg); break;
        case 'o': run.only = optarg; break;
        case 'r': run.plan.rounds = atoi(optarg); break;
        case 't': run.plan.load_ms = atoi(optarg); break;
        default: return usage();
        }
    if (argc - optind != 2 || run.plan.rounds < 1 || run.plan.rounds > ROUNDS_MAX) return usage();
    run.plan.paths = (struct paths){argv[optind], argv[optind + 1]};
    run.members_max = raise_descriptor_limit();
    signal(SIGPIPE, SIG_IGN);
    pin(LOAD_CORE);
    if (is_amplification) return amplification_run(&run.plan.paths) ? 0 : 1;
    for (int round = 1; round <= run.plan.rounds; round++)
        for (size_t i = run.first; i < (size_t)run.plan.stages; i++)
            run_stage(&run, round, &stages[i]);
    results_print();
    print_remarks(&run);
    return 0;
}
