/*
 * means - what configuration and command line say of the channels.
 */
#ifndef MEANS_H
#define MEANS_H

#include "http.h"

struct means {
	const char *state; /* the folder that files go under */
	const char *terminal; /* NULL: stderr */
	const char *msmtp, *account, *config, *from; /* NULL: as msmtp has it */
	int mail_seconds, seconds; /* a run of msmtp, or any other call, may take */
	struct http *http;
};

#endif
