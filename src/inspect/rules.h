/*
 * rules - what a user may tune: "deal_risk" and "deal_warnings" of the "detect" section.
 */
#ifndef RULES_H
#define RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf;

struct risk_rules {
	double days; /* of decided deals that are learned from */
	double per_push; /* what a push does to the odds, as far as no deals say so */
	double medium, high; /* below so much of the company's rate */
};

struct warnings_rules {
	bool on;
	const char *by; /* the field lists are made by; NULL: manager_id, else manager */
	bool no_owner; /* on */
	size_t most; /* deals shown of a list */
	int64_t min_pipeline; /* money */
	struct {
		bool on;
		int32_t days;
	} overdue, no_activity;
	struct {
		bool on;
		size_t times;
	} pushed;
	struct {
		bool on;
		double percentile;
		size_t min_deals;
	} stalled;
	struct {
		bool on;
		double percent;
		int32_t days;
	} amount_cut;
};

void risk_rules(struct risk_rules *, const struct conf *);
void warnings_rules(struct warnings_rules *, const struct conf *); /* texts are the conf's */

#endif
