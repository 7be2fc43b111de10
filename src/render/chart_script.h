/*
 * chart_script - what gnuplot is told to draw: free() it; NULL: there is nothing to draw.
 *
 * The win rate by week with its 95 % interval; how the open pipeline of a period became that
 * of the next.  See chart.h for what may stand in it.
 */
#ifndef CHART_SCRIPT_H
#define CHART_SCRIPT_H

#include <jansson.h>

char *chart_trend(const json_t *report, int width, int height);
char *chart_movement(const json_t *report, int width, int height);

#endif
