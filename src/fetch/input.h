/*
 * input - the bytes of a file, as far as there are whole lines of them.
 *
 * [at, whole) is whole lines, [whole, end) the beginning of one more; the user moves `at`.
 * A line ends with LF, CR LF or CR; the last one with the file.  After `end` stands a
 * newline that is nobody's, and room for those who look TEXT_SLACK bytes too far.
 *
 * input_more() brings more whole lines; what stood from `at` on stays, but moves.  False
 * means that none will come: the file has `ended`, or the line is longer than REC_MAX.
 * What cannot be read ends the program (74).
 */
#ifndef INPUT_H
#define INPUT_H

#include "progress.h"
#include "rec_out.h"
#include "span.h"

struct input {
	int fd;
	const char *name;
	struct rec_out *tied; /* is flushed before anybody waits */
	char *buffer, *at, *whole, *end;
	bool ended;
	size_t rows, bytes; /* the user counts the rows; both are for people to see */
	struct progress progress;
};

struct input input_open(const char *path, struct rec_out *tied); /* no such file: 66 */
struct input input_from(int fd, const char *name, struct rec_out *tied); /* closes it, too */
bool input_more(struct input *);
struct span input_first_line(struct input *); /* from `at` on, that is not empty; it stays */
void input_close(struct input *);

#endif
