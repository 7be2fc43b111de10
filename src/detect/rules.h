/*
 * rules - what a user may tune: the "detect" section of the rules file.
 */
#ifndef RULES_H
#define RULES_H

#include "segments.h"

struct rules {
	const char *rep; /* the dimension that people are */
	struct {
		bool drop, rise, watch, level[LEVELS];
		double threshold[LEVELS]; /* of |z|, in windows of 84 days */
		double min_points;
		int64_t min_pipeline; /* money */
	} win_rate;
	struct {
		bool down, up;
		double days, points, probability;
	} rep_shift;
	struct {
		bool on;
		double days, min_deals, min_points, most;
	} insight;
	struct conf *conf; /* holds the texts */
};

void rules_read(struct rules *, const char *path);
void rules_release(struct rules *);

#endif
