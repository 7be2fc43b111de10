/*
 * pipeline - the company's pipeline, from its measures (saleswatch-metrics(7)).
 *
 * For the page: {movements, coverage, slippage, velocity, stages, has_stages, lacks}, each
 * only where the measures have it:
 *
 *	movements    {title, periods, rows: {name, cells: {amount, deals}}}: of the last two
 *	             periods, of all deals and of those expected to close in each
 *	coverage     {value, text, more}; slippage and velocity the same
 *	stages       {name, entered, conversion, range, median, p90}: of the last year
 *	lacks        what the data would need to have, and for which measures
 */
#ifndef PIPELINE_H
#define PIPELINE_H

#include <jansson.h>

json_t *pipeline(const char *path, const char *currency); /* a new reference */

#endif
