/*
 * series_rules - the sections "metric_anomaly" and "stage_conversion" of "detect".
 */
#ifndef SERIES_RULES_H
#define SERIES_RULES_H

#include "series.h"

void series_rules_read(struct series_rules rules[SERIES_KINDS], const struct conf *);

#endif
