/* dice: numbers that look random, the same in every run. */
#ifndef TESTS_UNIT_SUPPORT_DICE_H
#define TESTS_UNIT_SUPPORT_DICE_H

/* Returns a number below `sides`. */
unsigned dice(unsigned sides);

#endif
