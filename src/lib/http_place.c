#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "diag.h"
#include "http_place.h"
#include "mem.h"

static bool
is_same_part(CURLU *one, CURLU *other, CURLUPart part)
{
	char *a = NULL, *b = NULL;
	bool same = curl_url_get(one, part, &a, CURLU_DEFAULT_PORT) == CURLUE_OK
	    && curl_url_get(other, part, &b, CURLU_DEFAULT_PORT) == CURLUE_OK
	    && strcasecmp(a, b) == 0;

	curl_free(a);
	curl_free(b);
	return same;
}

static bool
is_same_origin(CURLU *one, CURLU *other)
{
	return is_same_part(one, other, CURLUPART_SCHEME)
	    && is_same_part(one, other, CURLUPART_HOST)
	    && is_same_part(one, other, CURLUPART_PORT);
}

bool
http_place_is_same(const char *one, const char *other)
{
	CURLU *a = curl_url(), *b = curl_url();
	bool same = a != NULL && b != NULL
	    && curl_url_set(a, CURLUPART_URL, one, 0) == CURLUE_OK
	    && curl_url_set(b, CURLUPART_URL, other, 0) == CURLUE_OK && is_same_origin(a, b);

	curl_url_cleanup(a);
	curl_url_cleanup(b);
	return same;
}

/* libcurl takes a relative URL for one beside the URL that is there already. */
char *
http_place_beside(const char *base, const char *place)
{
	CURLU *here = curl_url(), *there = curl_url();
	char *text = NULL, *copy = NULL;

	if (here != NULL && there != NULL
	    && curl_url_set(here, CURLUPART_URL, base, 0) == CURLUE_OK
	    && curl_url_set(there, CURLUPART_URL, base, 0) == CURLUE_OK
	    && curl_url_set(there, CURLUPART_URL, place, CURLU_URLENCODE) == CURLUE_OK
	    && is_same_origin(here, there)
	    && curl_url_get(there, CURLUPART_URL, &text, 0) == CURLUE_OK)
		copy = mem_copy(text, strlen(text));
	curl_free(text);
	curl_url_cleanup(here);
	curl_url_cleanup(there);
	return copy;
}

char *
http_place_escape(const char *text)
{
	char *escaped = curl_easy_escape(NULL, text, 0);

	if (escaped == NULL)
		die(EX_OSERR, "libcurl: out of memory");
	char *copy = mem_copy(escaped, strlen(escaped));
	curl_free(escaped);
	return copy;
}
