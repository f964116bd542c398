# klatch: a chat server and its terminal client. `make help` lists the targets.
# Variables you may set: CC CPPFLAGS CFLAGS LDFLAGS; DESTDIR PREFIX bindir datarootdir mandir sysconfdir unitdir; ARGS,
# the arguments of the tests, bench and soak; V=1 shows whole commands; SAN=1 builds with sanitizers, in build/san; COV=1
# counts branches, in build/cov; WERROR=-Werror makes warnings errors, as in .ci/run.

CFLAGS ?= -O2 -g
WERROR ?=
RUNS   ?= 1000000
DELIVERIES ?= 10000000

B       := build$(if $(SAN),/san)$(if $(COV),/cov)
tree     = $(sort $(shell find $1 -name '*.[$2]'))
COMMON  := $(wildcard common/*.c)
SERVER  := $(call tree,server,c)
TUI     := $(call tree,tui,c)
TESTS   := $(call tree,tests/unit tests/system,c)
BENCH   := $(wildcard tests/bench/*.c)
CLIENTS := $(wildcard tests/clients/*.c) $(addprefix tests/bench/,quantile.c server.c)
FAULTS  := $(filter-out %/shim.c,$(wildcard tests/faults/*.c)) tests/system/support/wire.c
INTRUDER := $(filter-out %/main.c,$(wildcard tests/intruder/*.c))
SOAK    := $(wildcard tests/soak/*.c) tests/bench/target.c tests/bench/server.c common/frame.c
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*.c))
TESTED  := $(filter-out %/main.c,$(COMMON) $(SERVER) $(TUI))
FUZZED  := $(TESTED) $(addprefix tests/unit/support/,curses_screen.c reference_json.c simulation.c unsafe_chars.c)
SOURCES := $(call tree,common server tui tests,ch)

# Evaluated at their first use, so that `make deps run` can install the packages before that.
once     = $(eval $1 := $2)$($1)
PKG_CF   = $(call once,PKG_CF,$(shell pkg-config --cflags libcjson libutf8proc libseccomp icu-i18n ncursesw panelw))
COMMON_L = $(call once,COMMON_L,$(shell pkg-config --libs libcjson libutf8proc))
SERVER_L = $(call once,SERVER_L,$(shell pkg-config --libs libseccomp) $(ICU_L))
ICU_L    = $(call once,ICU_L,$(shell pkg-config --libs icu-i18n icu-uc))
TUI_L    = $(call once,TUI_L,$(shell pkg-config --libs ncursesw panelw libseccomp))
VTERM_L  = $(call once,VTERM_L,$(shell pkg-config --libs vterm))
TESTS_L  = $(call once,TESTS_L,$(shell pkg-config --libs criterion vterm))
GCC      = $(call once,GCC,$(if $(shell echo __clang__ | $(CC) -E -P - | grep -v __clang__),,yes))
# Returns those of the compiler options that this architecture supports.
accepted = $(foreach f,$1,$(if $(shell $(CC) -Werror $f -S -x c -o /dev/null /dev/null 2>&1),,$f))
PROTECT  = $(call once,PROTECT,$(call accepted,-fstack-clash-protection -fcf-protection=full))
# Level 3 also checks blocks whose size is known only at run time: gcc 12, clang 9, glibc 2.34.
FORTIFY  = $(call once,FORTIFY,$(if $(shell $(CC) -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -dM -E \
	-include features.h -xc /dev/null 2>/dev/null | grep 'USE_FORTIFY_LEVEL 3'),3,2))
# For large files, and times after 2038, if a long has 32 bits.
WIDE     = $(call once,WIDE,$(if $(shell echo __LP64__ | $(CC) -E -P - | grep __LP64__),-D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64))
GCC_W    = $(if $(GCC),-Warith-conversion -Wduplicated-cond -Wduplicated-branches -Wlogical-op \
	-Wformat-overflow=2 -Wformat-truncation=2 -Wcast-align=strict -Wtrampolines -Wbidi-chars=any)
WARN     = -Wall -Wextra -Wformat=2 -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Walloca -Wnull-dereference -Wcast-qual -Wwrite-strings -Wundef \
	-Wswitch-enum -Wimplicit-fallthrough $(GCC_W) $(WERROR)
SANITIZE = -fsanitize=address -fsanitize=undefined
COVERAGE = -O0 --coverage -DNDEBUG -w -DKLATCH_INSTRUMENTED
HARDEN   = $(if $(SAN),$(SANITIZE) -fno-sanitize-recover=all -DKLATCH_INSTRUMENTED, \
	$(if $(COV),$(COVERAGE),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(FORTIFY)) $(PROTECT) \
	$(if $(GCC),-ftrivial-auto-var-init=zero)) -fstack-protector-strong -fno-strict-aliasing -fno-common -fPIE
ALL_CF   = -std=c17 -D_GNU_SOURCE $(WIDE) -I. -MMD -MP $(PKG_CF) $(WARN) $(HARDEN) -ffile-prefix-map=$(CURDIR)=.
ALL_LD   = -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed \
	$(if $(SAN),$(SANITIZE)) $(if $(COV),--coverage) $(LDFLAGS)
FUZZ_CC  = clang -g -O1 $(SANITIZE) -fno-sanitize-recover=all -std=c17 -D_GNU_SOURCE -I. $(PKG_CF)
objects  = $(patsubst %.c,$B/obj/%.o,$1)
say      = $(if $(V),,@echo '  $1  $2';)
link     = $(call say,LINK,$@)$(CC) $(CFLAGS) $(ALL_LD) -o $@ $(filter %.o,$^)

.DEFAULT_GOAL := all
.PHONY: all run test faults soak coverage analyze memcheck lint format fuzz screenshots terminals bench bench-attack bench-client install uninstall dist \
	deb deb-test i386-test clean deps dev-deps deb-deps bench-deps help
$(if $(filter deps dev-deps deb-deps bench-deps,$(MAKECMDGOALS)),$(eval .NOTPARALLEL:))

all: $B/klatchd $B/klatch ## build build/klatchd and build/klatch

run: all ## start a server on a free loopback port, and open the client
	@tui/run-local.sh $B

# A leak whose caller is the test library is its own.
test: all $B/tests ## run every test (SAN=1: again, under ASan and UBSan)
	@rm -f $B/asan.*
	LSAN_OPTIONS=exitcode=0 ASAN_OPTIONS=log_path=$B/asan:detect_leaks=1 UBSAN_OPTIONS=log_path=$B/asan:print_stacktrace=1 \
		$B/tests -j2 --timeout 120 $(ARGS)
	@! grep -Ls '#1 .*/libcriterion' $B/asan.* | xargs -r cat | grep .

faults: $B/klatchd $B/faults $B/faults.so ## make each system call of klatchd fail, in each way and place (CALL=NAME)
	@$B/faults $B/klatchd $(abspath $B/faults.so) $(CALL)

soak: $B/klatchd $B/soak ## load klatchd with all kinds of clients, for DELIVERIES=N or SECONDS=N
	@$B/soak $(if $(SECONDS),-t $(SECONDS),-d $(DELIVERIES)) $(if $(SAN),-m) $(ARGS) $B

coverage: ## measure how much of common and server the tests run (BARE=1: list the branches they do not)
	@mkdir -p build/cov && find build/cov -name '*.gcda' -delete
	@$(MAKE) COV=1 test faults soak DELIVERIES=2000000 >build/coverage.log 2>&1 || { tail -n 40 build/coverage.log; exit 1; }
	@BARE=$(BARE) tests/coverage.sh build/cov $(COMMON) $(SERVER)

analyze: ## run gcc's static analyser over common, server and tui
	@printf '%s\n' $(COMMON) $(SERVER) $(TUI) | xargs -P2 -I{} \
		gcc -std=c17 -D_GNU_SOURCE -I. $(PKG_CF) -O2 -Werror -fanalyzer -c -o /dev/null {}

memcheck: $B/klatchd $B/tests $B/soak ## run unit tests, and klatchd under the soak, in valgrind
	@tests/memcheck.sh $B

lint: all ## check formatting, clang-tidy, cppcheck, include rules, circles, manuals and completions
	tests/options.sh $B
	clang-format --dry-run -Werror $(SOURCES)
	tests/structure.sh $B
	tests/structure-test.sh $B
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability,performance \
		--inline-suppr -I. -j2 common server tui
	printf '%s\n' $(filter %.c,$(SOURCES)) | \
		xargs -P2 -I{} clang-tidy --quiet {} -- -std=c17 -D_GNU_SOURCE -I. $(PKG_CF) -DBUILD='"build"'

format: ## format the sources with clang-format
	clang-format -i $(SOURCES)

fuzz: $(FUZZERS) ## run every fuzz target, RUNS=N executions each; a tenth of that for session, client and frontend
	@printf '%s\n' $(FUZZERS) | xargs -P2 -I{} tests/fuzz/run.sh {} $(RUNS)

screenshots: all ## make the pictures in screenshots/ from real sessions
	@.ci/deps tmux xvfb xfce4-terminal imagemagick xdotool dbus-x11 fonts-jetbrains-mono \
		fonts-noto-color-emoji fonts-noto-cjk
	tests/screenshots/make.sh $B screenshots

terminals: all ## press the Alt keys in klatch in xterm and xfce4-terminal, on virtual displays
	@.ci/deps xvfb xterm xfce4-terminal xdotool dbus-x11
	tests/terminals.sh $B

bench: $B/klatchd $B/bench $B/floor ## measure klatchd beside a floor and other servers (QUICK=1; RESULTS=1 keeps it)
	@tests/bench/run.sh $B $(if $(QUICK),-q) $(ARGS) | tee $B/bench.md
	@$(if $(RESULTS),cp $B/bench.md tests/bench/RESULTS.md)

bench-attack: $B/klatchd $B/attack ## measure how late messages are during attacks (ARGS='MILLISECONDS ATTACK')
	@tests/bench/attack.sh $B $(ARGS)

bench-client: $B/klatch $B/clients ## measure klatch beside other clients, in under 3 minutes (QUICK=1; RESULTS=1 keeps it)
	@tests/clients/run.sh $B $(if $(QUICK),-q) $(ARGS) | tee $B/clients.md
	@$(if $(RESULTS),cp $B/clients.md tests/bench/CLIENT.md)

install: all ## install under $(DESTDIR)$(PREFIX), by default /usr/local
	@.packaging/install $B

uninstall: ## remove the installed files
	@.packaging/install -u

dist: ## make build/klatch-VERSION.tar.gz, with the same bytes each time
	@.packaging/dist build

deb: ## build the Debian packages in build/deb, and check them with lintian
	@.packaging/deb build/deb

deb-test: deb ## build the packages in a clean system; install, use and purge them in another (as root)
	@tests/deb.sh build/deb

i386-test: $B/klatch $B/tests ## build klatchd for i386, and run the server's tests with it (as root, on amd64)
	@.ci/deps debootstrap
	@tests/i386.sh $B

clean: ## remove the built files
	rm -rf build

deps: ## install the packages to build and test (Debian, Ubuntu); elsewhere, list them
	@.ci/deps gcc pkg-config libncurses-dev libcjson-dev libutf8proc-dev libseccomp-dev libicu-dev libcriterion-dev libvterm-dev strace tmux screen

dev-deps: deps ## install the packages for lint, fuzz, memcheck and tests/service.sh
	@.ci/deps valgrind clang clang-format clang-tidy cppcheck libclang-rt-dev systemd mandoc bash zsh fish

deb-deps: deps ## install the packages for deb and deb-test
	@.ci/deps build-essential debhelper lintian debootstrap

bench-deps: ## install the other servers and clients of bench and bench-client
	@.ci/deps redis-server nats-server inspircd ngircd mosquitto util-linux iproute2 \
		catgirl irssi weechat-curses openssl socat

help: ## print this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 14

$B/klatchd: $(call objects,$(COMMON) $(SERVER))
	$(link) $(COMMON_L) $(SERVER_L) -pthread

$B/klatch: $(call objects,$(COMMON) $(TUI))
	$(link) $(COMMON_L) $(TUI_L) -pthread

$B/bench: $(call objects,$(filter-out %/floor.c %/attack.c,$(BENCH)))
	$(link)

$B/clients: $(call objects,$(CLIENTS))
	$(link) $(VTERM_L)

$B/floor: $(call objects,tests/bench/floor.c)
	$(link)

$B/attack: $(call objects,$(addprefix tests/bench/,attack.c quantile.c server.c target.c) \
	$(addprefix tests/system/support/,attacker.c wire.c))
	$(link)

$B/faults: $(call objects,$(FAULTS))
	$(link)

$B/soak: $(call objects,$(SOAK))
	$(link)

$B/faults.so: tests/faults/shim.c tests/faults/fault.h Makefile
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(ALL_CF) -U_FORTIFY_SOURCE -fPIC -shared -o $@ $<

$B/intruder: $(call objects,tests/intruder/main.c)
	$(link) $(SERVER_L)

$B/intruder.so: $(INTRUDER) $(wildcard tests/intruder/*.h) Makefile
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(ALL_CF) -fPIC -shared -o $@ $(INTRUDER)

$B/tests: $(call objects,$(TESTED) $(TESTS)) | $B/intruder $B/intruder.so
	$(link) $(COMMON_L) $(SERVER_L) $(TUI_L) $(TESTS_L) -pthread -lm

$B/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  ,$<)$(CC) $(CPPFLAGS) $(CFLAGS) $(ALL_CF) $(if $(filter tests/%,$<),-DBUILD='"$B"') -c -o $@ $<

build/fuzz/%: tests/fuzz/%.c build/fuzz/klatch.a
	$(call say,FUZZ,$@)$(FUZZ_CC) -fsanitize=fuzzer -o $@ $^ $(COMMON_L) $(SERVER_L) $(TUI_L)

build/fuzz/klatch.a: $(patsubst %.c,build/fuzz/obj/%.o,$(FUZZED))
	$(call say,AR  ,$@)ar rcs $@ $^

build/fuzz/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  ,$<)$(FUZZ_CC) $(if $(filter tests/%,$<),,-fsanitize=fuzzer-no-link) -MMD -MP -c -o $@ $<

-include $(patsubst %.c,$B/obj/%.d,$(COMMON) $(SERVER) $(TUI) $(TESTS) $(BENCH) $(CLIENTS) $(FAULTS) $(SOAK))
-include $(patsubst %.c,build/fuzz/obj/%.d,$(FUZZED))
