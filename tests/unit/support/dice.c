#include "tests/unit/support/dice.h"

unsigned dice(unsigned sides)
{
    static unsigned seed = 5;
    seed = seed * 1103515245U + 12345U;
    return (seed >> 8) % sides;
}
