#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "template.h"
#include "words_part.h"

enum { ADDRESS_MAX = 400, LINKS_MOST = 5 };

/* A list of deals that carry reasons, as warnings do; NULL where they are only named. */
static const json_t *
rows_of(const struct subject *s)
{
	const json_t *deals = json_object_get(s->alert, "deals");

	return json_object_get(json_array_get(deals, 0), "reasons") != NULL ? deals : NULL;
}

static void
put(json_t *row, const char *name, json_t *word)
{
	if (word != NULL)
		json_object_set_new(row, name, word);
}

static json_t *
text_word(const json_t *deal, const char *field)
{
	const char *text = text_of(deal, field);

	return text != NULL ? json_string(text) : NULL;
}

static json_t *
reasons(const json_t *deal)
{
	size_t len, i;
	const json_t *reason;
	char *text;
	FILE *out = mem_stream(&text, &len);

	json_array_foreach (json_object_get(deal, "reasons"), i, reason)
		if (json_is_string(reason))
			fprintf(out, "%s%s", ftello(out) > 0 ? "; " : "",
			    json_string_value(reason));
	mem_stream_end(out, &text);
	return owned(text);
}

/* An address of the web that can stand in a link of any kind of text: what might end the link
   or begin another is encoded; what is no address is none. */
static json_t *
address(const json_t *deal)
{
	const char *url = text_of(deal, "url");
	char *text;
	size_t len;

	if (url == NULL || strlen(url) > ADDRESS_MAX
	    || (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0))
		return NULL;
	FILE *out = mem_stream(&text, &len);
	for (const char *p = url; *p != '\0'; p++)
		if (*p > ' ' && *p <= '~' && strchr("\"'()<>[]\\^`{|}*", *p) == NULL)
			fputc(*p, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*p);
	mem_stream_end(out, &text);
	return owned(text);
}

static json_t *
row_of(const struct subject *s, const json_t *deal)
{
	const char *rep = text_of(deal, "sales_rep_id");
	json_t *row = json_object();
	double number;

	put(row, "deal", text_word(deal, "deal_id"));
	if (number_of(deal, "amount", &number))
		put(row, "amount", owned(words_amount(number, words_currency(s))));
	if (rep != NULL)
		put(row, "rep", json_string(words_shown(s, "display", "sales_rep_id", rep)));
	put(row, "stage", text_word(deal, "stage"));
	if (number_of(deal, "chance", &number))
		put(row, "chance", owned(words_percent(number, 0)));
	put(row, "why", reasons(deal));
	put(row, "url", address(deal));
	return row;
}

json_t *
words_deal_rows(const struct subject *s)
{
	const json_t *deals = rows_of(s), *deal;
	json_t *rows = deals != NULL ? json_array() : NULL;
	size_t i;

	json_array_foreach (deals, i, deal)
		json_array_append_new(rows, row_of(s, deal));
	return rows;
}

/* Deals that are only named, where there is a place to look at them; `more` but for the last. */
json_t *
words_deal_links(const struct subject *s)
{
	const json_t *deals = json_object_get(s->alert, "deals"), *deal;
	size_t last = json_array_size(deals) < LINKS_MOST ? json_array_size(deals) : LINKS_MOST,
	       i;
	json_t *links;

	if (rows_of(s) != NULL || address(json_array_get(deals, 0)) == NULL)
		return NULL;
	links = json_array();
	json_array_foreach (deals, i, deal) {
		if (i == last)
			break;
		json_t *link = json_object();
		put(link, "deal", text_word(deal, "deal_id"));
		put(link, "url", address(deal));
		put(link, "more", json_boolean(i + 1 < last));
		json_array_append_new(links, link);
	}
	return links;
}

json_t *
words_deals_more(const struct subject *s)
{
	double all;
	long long left = 0;

	/* Of other types n counts deals that are decided, and these are open. */
	if (rows_of(s) != NULL && json_object_get(s->alert, "warnings") != NULL
	    && number_of(s->alert, "n", &all))
		left = llround(all) - (long long)json_array_size(rows_of(s));
	return left > 0 ? owned(words_number(left)) : NULL;
}

static size_t
characters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += (*text & 0xc0) != 0x80;
	return count;
}

enum { COLUMNS = 5 };
static const struct {
	const char *heading, *field;
} columns[COLUMNS] = { { "Deal", "deal" }, { "Amount", "amount" }, { "Rep", "rep" },
	{ "Chance", "chance" }, { "Why", "why" } };

static char *
cell(const json_t *row, size_t column)
{
	const char *text =
	    row == NULL ? columns[column].heading : text_of(row, columns[column].field);

	return template_escape(TEMPLATE_PLAIN, span(text != NULL ? text : "-"));
}

static void
widen(size_t widths[COLUMNS], const json_t *row)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		char *text = cell(row, i);
		if (characters(text) > widths[i])
			widths[i] = characters(text);
		free(text);
	}
}

/* The last column is not filled up. */
static json_t *
line_of(const size_t widths[COLUMNS], const json_t *row)
{
	char *line;
	size_t len;
	FILE *out = mem_stream(&line, &len);

	for (size_t i = 0; i < COLUMNS; i++) {
		char *text = cell(row, i);
		int pad = i + 1 < COLUMNS ? (int)(widths[i] - characters(text)) + 2 : 0;
		fprintf(out, "%s%*s", text, pad, "");
		free(text);
	}
	mem_stream_end(out, &line);
	return owned(line);
}

/* The rows as lines of text under each other. */
json_t *
words_deal_lines(const struct subject *s)
{
	json_t *rows = words_deal_rows(s), *lines = rows != NULL ? json_array() : NULL, *row;
	size_t widths[COLUMNS] = { 0 }, i;

	if (rows == NULL)
		return NULL;
	widen(widths, NULL);
	json_array_foreach (rows, i, row)
		widen(widths, row);
	json_array_append_new(lines, line_of(widths, NULL));
	json_array_foreach (rows, i, row)
		json_array_append_new(lines, line_of(widths, row));
	json_decref(rows);
	return lines;
}

static const char *
kind_said(const char *kind)
{
	static const struct {
		const char *kind, *said;
	} kinds[] = { { "pushed", "pushed again and again" },
		{ "amount_cut", "with the amount cut" }, { "no_activity", "without activity" },
		{ "no_owner", "without an owner" } };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].said;
	return kind;
}

/* "12 stalled, 3 overdue" */
json_t *
words_warnings(const struct subject *s)
{
	json_t *warnings = json_object_get(s->alert, "warnings"), *count;
	const char *kind;
	char *text;
	size_t len;

	if (!json_is_object(warnings) || json_object_size(warnings) == 0)
		return NULL;
	FILE *out = mem_stream(&text, &len);
	json_object_foreach (warnings, kind, count)
		if (json_is_integer(count)) {
			char *number = words_number(json_integer_value(count));
			fprintf(out, "%s%s %s", ftello(out) > 0 ? ", " : "", number,
			    kind_said(kind));
			free(number);
		}
	mem_stream_end(out, &text);
	return owned(text);
}

json_t *
words_open_deals(const struct subject *s)
{
	double count;

	return number_of(s->alert, "open_deals", &count) ? owned(words_number(llround(count)))
							 : NULL;
}
