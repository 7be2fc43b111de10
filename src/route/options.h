/*
 * options - the command line.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

struct options {
	const char *routes, *conf, *told, *receipts, *feedback, *silences, *waiting, *held,
	    *only, *test, *expect, *summary, *aliases, *roster;
};

#endif
