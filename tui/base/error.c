#include "tui/base/error.h"

#include "common/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 1, 0))) static void print_line(const char *format, va_list args)
{
    char *text = NULL, *clean = NULL;
    if (vasprintf(&text, format, args) < 0) text = NULL;
    if (text != NULL) clean = text_clean(text, strlen(text), TEXT_ONE_LINE, NULL);
    fprintf(stderr, "klatch: %s\n", clean != NULL ? clean : "out of memory");
    free(text);
    free(clean);
}

void error_print(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
}

void error_exit(int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
    exit(status);
}
