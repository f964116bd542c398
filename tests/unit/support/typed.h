/* typed: bytes that a terminal sends to the key parser, and the actions it makes of them. */
#ifndef TESTS_UNIT_SUPPORT_TYPED_H
#define TESTS_UNIT_SUPPORT_TYPED_H

#include "tui/terminal/key_parser.h"

extern struct typed {
    struct key_parser parser;
    char actions[512]; /* [text] paste[text] edit6 enter newline escape quit up down other */
} typed;

/* Starts anew. */
void typed_forget(void);
void typed_bytes(const char *bytes, size_t n);
#define typed_text(text) typed_bytes(text, sizeof(text) - 1)

/* Lets the timeout that the parser asks for pass, or all of them. */
void typed_expire(void);
void typed_settle(void);

/* Expects these actions since typed_forget. */
void typed_expect(const char *actions);
/* Starts anew, types the text and expects the actions. */
void typed_expect_text(const char *text, const char *actions);
/* Types it, and lets all timeouts pass. */
void typed_expect_settled(const char *text, const char *actions);
/* As typed_expect_text, and again with each byte in a read of its own. */
#define typed_expect_keys(text, actions) typed_expect_bytes(text, sizeof(text) - 1, actions)
void typed_expect_bytes(const char *bytes, size_t n, const char *actions);

#endif
