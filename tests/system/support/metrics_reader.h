/* metrics: Prometheus' text format, read strictly and from its description alone. */
#ifndef TESTS_SYSTEM_SUPPORT_METRICS_READER_H
#define TESTS_SYSTEM_SUPPORT_METRICS_READER_H

/* Fails the test where the text is not in the format, or not by its conventions: each family once,
 * with help, type and samples together; counters that end in _total; histograms that add up. */
void metrics_reader_check(const char *text);

/* The value of a sample, named with its labels as in name{label="value"}. Fails the test where
 * there is none. */
double metrics_reader_value(const char *text, const char *sample);

#endif
