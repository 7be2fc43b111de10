#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart_script.h"
#include "field.h"
#include "mem.h"
#include "movement.h"
#include "words.h"

static double
number_of(const json_t *object, const char *name)
{
	return json_number_value(json_object_get(object, name));
}

/* A label as gnuplot takes it: of what means something to it nothing is left. */
static char *
label(const char *text)
{
	char *made = mem_new(strlen(text) + 1, 1), *to = made;

	for (const char *p = text; *p != '\0'; p++)
		if (isalnum((unsigned char)*p) || (unsigned char)*p >= 0x80
		    || strchr(" $.,%+-<>", *p) != NULL)
			*to++ = *p;
	return made;
}

/* A ground of its own, no startup file, no locale: nothing of the machine but its font. */
static void
put_head(FILE *out, int width, int height)
{
	fprintf(out,
	    "set encoding utf8\nset decimalsign '.'\n"
	    "set terminal png truecolor noenhanced size %d,%d font 'DejaVu Sans,19' background "
	    "'#ffffff'\n"
	    "unset key\nset border 0\nset samples 2\nset tics scale 0 nomirror textcolor "
	    "'#51606e'\n",
	    width, height);
}

/* ---- the trend */

static double
low_of(const json_t *dots, bool highest)
{
	const json_t *dot;
	double found = highest ? 0 : 1;
	size_t i;

	json_array_foreach (dots, i, dot) {
		const json_t *raw = json_object_get(dot, "raw");
		found = highest ? fmax(found, number_of(raw, "high"))
				: fmin(found, number_of(raw, "low"));
	}
	return highest ? ceil(found * 10) * 10 : floor(found * 10) * 10;
}

/* An empty line is a gap: a week in which nothing was decided. */
static void
put_weeks(FILE *out, const json_t *dots)
{
	const json_t *dot;
	double before = 0;
	size_t i;

	fputs("$weeks << END\n", out);
	json_array_foreach (dots, i, dot) {
		const json_t *raw = json_object_get(dot, "raw");
		double back = number_of(raw, "back");
		if (i > 0 && before - back > 1)
			fputc('\n', out);
		fprintf(out, "%.0f %.2f %.2f %.2f\n", -back, 100 * number_of(raw, "rate"),
		    100 * number_of(raw, "low"), 100 * number_of(raw, "high"));
		before = back;
	}
	fputs("END\n", out);
}

/* Of many months every second or third has its name. */
static void
put_months(FILE *out, const json_t *months)
{
	size_t count = json_array_size(months), step = count > 16 ? 3 : count > 8 ? 2 : 1;
	const char *comma = "";

	fputs("set xtics (", out);
	for (size_t i = count % step; i < count; i += step) {
		const json_t *month = json_array_get(months, i);
		char *name = label(text_of(month, "label"));
		fprintf(out, "%s'%s' %.0f", comma, name, -number_of(month, "back"));
		comma = ", ";
		free(name);
	}
	fputs(")\n", out);
}

char *
chart_trend(const json_t *report, int width, int height)
{
	const json_t *trend = json_object_get(report, "trend");
	const json_t *dots = json_object_get(trend, "dots"),
		     *last = json_object_get(trend, "last");
	const json_t *raw = json_object_get(last, "raw");
	char *text, *percent;
	size_t len;

	if (json_array_size(dots) < 2)
		return NULL;
	FILE *out = mem_stream(&text, &len);
	double first = number_of(json_object_get(json_array_get(dots, 0), "raw"), "back");
	percent = label(text_of(last, "percent"));
	put_head(out, width, height);
	put_weeks(out, dots);
	put_months(out, json_object_get(trend, "months"));
	fprintf(out,
	    "set lmargin 7\nset rmargin 8\nset tmargin 1\nset bmargin 2.2\n"
	    "set xrange [%.0f:0]\nset yrange [%.0f:%.0f]\nset ytics 10 format '%%.0f%%%%'\n"
	    "set grid ytics lt 1 lw 1.5 lc rgb '#dfe5ea'\n"
	    "set label 1 '%s' at 0,%.2f left offset 1.2,0 font 'DejaVu Sans,25' textcolor "
	    "'#1d4f87'\n"
	    "plot $weeks using 1:3:4 with filledcurves fc rgb '#cfe0f2', "
	    "%.2f with lines lw 2 lc rgb '#51606e', "
	    "$weeks using 1:2 with lines lw 4 lc rgb '#2563a8', "
	    "'+' using (0):(%.2f) with points pt 7 ps 3 lc rgb '#2563a8'\n",
	    -first, low_of(dots, false), low_of(dots, true), percent,
	    100 * number_of(raw, "rate"),
	    100 * number_of(json_object_get(trend, "usual"), "rate"),
	    100 * number_of(raw, "rate"));
	free(percent);
	mem_stream_end(out, &text);
	return text;
}

/* ---- the movement */

static const struct part {
	const char *field, *name, *colour;
	bool whole; /* stands on the ground */
} parts[] = {
	{ "begin", "At start", "#8d99a5", true },
	{ "new", "New", "#2563a8", false },
	{ "reopened", "Reopened", "#2563a8", false },
	{ "pulled_in", "Pulled in", "#2563a8", false },
	{ "up", "Raised", "#2563a8", false },
	{ "down", "Cut", "#d99a00", false },
	{ "pushed_out", "Pushed out", "#d99a00", false },
	{ "won", "Won", "#23875a", false },
	{ "lost", "Lost", "#c8372d", false },
	{ "end", "At end", "#8d99a5", true },
};

/* A bar from one height to the other, its amount above it. */
static void
put_bar(FILE *out, int at, const struct part *part, double from, double to, const char *amount)
{
	char *shown = label(amount);

	fprintf(out,
	    "set object %d rect from %.2f,%.17g to %.2f,%.17g fc rgb '%s' fs solid noborder\n",
	    at, at - 0.36, fmin(from, to), at + 0.36, fmax(from, to), part->colour);
	fprintf(out, "set label %d '%s' at %d,%.17g center offset 0,0.8 textcolor '#17212b'\n",
	    at, shown, at, fmax(from, to));
	free(shown);
}

static char *
signed_amount(const struct part *part, double amount, const char *currency)
{
	char *size = words_amount(fabs(amount), currency);
	char *text = mem_printf("%s%s", part->whole ? "" : amount < 0 ? "−" : "+", size);

	free(size);
	return text;
}

/* The bars of all parts that are not nothing; the highest point of them. */
static double
put_bars(FILE *out, const json_t *measure, int *count)
{
	double level = 0, top = 0;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		double amount = number_of(measure, parts[i].field);
		if (amount == 0 && !parts[i].whole)
			continue;
		double from = parts[i].whole ? 0 : level, to = from + amount;
		char *said = signed_amount(&parts[i], amount, text_of(measure, "currency"));
		++*count;
		put_bar(out, *count, &parts[i], from, to, said);
		fprintf(out, "%s'%s' %d)\n", "set xtics add (", parts[i].name, *count);
		level = to;
		top = fmax(top, fmax(from, to));
		free(said);
	}
	return top;
}

char *
chart_movement(const json_t *report, int width, int height)
{
	const json_t *movements =
	    json_object_get(json_object_get(report, "pipeline"), "movements");
	const json_t *measure = json_object_get(json_array_get(movements, 0), "raw");
	char *text;
	size_t len;
	int count = 0;

	if (!json_is_object(measure))
		return NULL;
	FILE *out = mem_stream(&text, &len);
	put_head(out, width, height);
	fputs("unset ytics\nset xtics ()\nset lmargin 2\nset rmargin 2\nset tmargin 0.6\nset "
	      "bmargin 2.2\n",
	    out);
	double top = put_bars(out, measure, &count);
	fprintf(out,
	    "set xrange [0.4:%d.6]\nset yrange [0:%.17g]\n"
	    "set arrow 1 from graph 0,0 to graph 1,0 nohead lw 2 lc rgb '#8d99a5'\n"
	    "plot NaN\n",
	    count, top * 1.16);
	mem_stream_end(out, &text);
	if (top > 0)
		return text;
	free(text);
	return NULL;
}
