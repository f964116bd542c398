/* count: the number of elements of an array, and lists of strings. */
#ifndef TESTS_COUNT_H
#define TESTS_COUNT_H

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A list of strings that ends with NULL: for (const char *const *s = STRINGS("a", "b"); *s; s++).
 */
#define STRINGS(...) ((const char *const[]){__VA_ARGS__, NULL})

#endif
