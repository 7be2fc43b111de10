/*
 * kitagawa - a change of a rate taken apart, by the values of one dimension, with nothing left
 * over.
 *
 * w is a value's share of the deals of a period, p its rate:
 *
 *	mix = (w1 - w0)(p0 + p1)/2	rate = (p1 - p0)(w0 + w1)/2
 *
 * Over all values they add up to the change of the whole.  A value of one period only has one
 * rate, which stands for both: all of it is mix.  `pull` is mix with the rate taken from the
 * mean of the two whole rates; it adds up to the same, since shares add up to 1 in either
 * period, and is what a value that grew or shrank did to the whole.
 */
#ifndef KITAGAWA_H
#define KITAGAWA_H

#include "frame.h"

struct part {
	double w[PERIODS], p[PERIODS];
	double mix, pull, rate;
};

struct part kitagawa_part(const struct counts *value, const struct counts *total);

/* -1, 0, 1: the way the rate of these deals moved. */
int kitagawa_way(const struct counts *);

/* Simpson: the whole moved one way, and each value that has `enough` deals in either period
 * moved the other; there must be two of those at least. */
bool kitagawa_reversed(
    const struct counts *values, size_t count, const struct counts *total, double enough);

#endif
