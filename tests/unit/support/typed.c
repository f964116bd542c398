#include "tests/unit/support/typed.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct typed typed;

void typed_forget(void)
{
    memset(&typed, 0, sizeof typed);
}

__attribute__((format(printf, 1, 2))) static void add(const char *format, ...)
{
    va_list args;
    size_t n = strlen(typed.actions);
    va_start(args, format);
    vsnprintf(typed.actions + n, sizeof typed.actions - n, format, args);
    va_end(args);
}

static bool is_up(enum action_kind kind)
{
    return kind == ACTION_LINE_UP || kind == ACTION_WHEEL_UP;
}

static bool is_down(enum action_kind kind)
{
    return kind == ACTION_LINE_DOWN || kind == ACTION_WHEEL_DOWN;
}

static void add_action(const struct action *in)
{
    if (in->kind == ACTION_PASTE) add("paste");
    if (in->kind <= ACTION_PASTE)
        add("[%.*s]", (int)in->n, in->text);
    else if (in->kind == ACTION_EDIT)
        add("edit%d ", (int)in->edit);
    else
        add(in->kind == ACTION_ENTER     ? "enter "
            : in->kind == ACTION_NEWLINE ? "newline "
            : in->kind == ACTION_ESCAPE  ? "escape "
            : in->kind == ACTION_QUIT    ? "quit "
            : is_up(in->kind)            ? "up "
            : is_down(in->kind)          ? "down "
                                         : "other ");
}

void typed_bytes(const char *bytes, size_t n)
{
    struct span in = {bytes, n};
    struct action action;
    while (key_parser_next(&typed.parser, &in, &action)) add_action(&action);
}

void typed_expire(void)
{
    struct action action;
    if (key_parser_expire(&typed.parser, &action)) add_action(&action);
}

void typed_settle(void)
{
    while (key_parser_timeout_ms(&typed.parser) >= 0) typed_expire();
}

void typed_expect(const char *actions)
{
    cr_expect_str_eq(typed.actions, actions, "%s, not %s", typed.actions, actions);
}

void typed_expect_text(const char *text, const char *actions)
{
    typed_forget();
    typed_bytes(text, strlen(text));
    typed_expect(actions);
}

void typed_expect_settled(const char *text, const char *actions)
{
    typed_forget();
    typed_bytes(text, strlen(text));
    typed_settle();
    typed_expect(actions);
}

void typed_expect_bytes(const char *bytes, size_t n, const char *actions)
{
    typed_forget();
    typed_bytes(bytes, n);
    typed_expect(actions);
    typed_forget();
    for (size_t i = 0; i < n; i++) typed_bytes(bytes + i, 1);
    typed_expect(actions);
}
