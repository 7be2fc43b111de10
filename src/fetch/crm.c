#include <curl/curl.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "crm.h"
#include "diag.h"
#include "http_place.h"
#include "mem.h"
#include "rec_out.h"

enum {
	PATIENCE = 120, /* seconds */
	PATIENCE_MOST = 3600,
	PAUSE = 2, /* then twice as long each time */
	SECONDS = 120, /* a page may be long in the making */
	MOST = 32 << 20,
};

void
crm_forget(char *secret)
{
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

struct crm
crm_new(const struct source *source)
{
	signal(SIGPIPE, SIG_IGN);
	return (struct crm){ .source = source,
		.http = http_new(),
		.is_private = source_truth(source, "private", false),
		.patience = source_number(source, "patience", 0, PATIENCE_MOST, PATIENCE) };
}

void
crm_release(struct crm *crm)
{
	http_free(crm->http);
	crm_forget(crm->token);
	free(crm->base);
}

void
crm_die(const struct crm *crm, int status, const char *format, ...)
{
	char why[512];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	die(status, "%s: %s", crm->source->name, why);
}

int64_t
crm_date(const struct crm *crm)
{
	struct span date = http_header(&crm->answer, "Date");
	char *text = mem_copy(date.at != NULL ? date.at : "", date.len);
	time_t at = curl_getdate(text, NULL);

	free(text);
	return at > 0 ? at : 0;
}

void
crm_pause(double seconds)
{
	double whole = floor(seconds);

	nanosleep(&(struct timespec){ (time_t)whole, (long)((seconds - whole) * 1e9) }, NULL);
}

static enum crm_next
ask_refused(struct crm *crm)
{
	struct span body = crm->answer.body;
	json_t *said = json_loadb(body.at != NULL ? body.at : "", body.len, 0, NULL);
	enum crm_next next =
	    crm->refused != NULL ? crm->refused(crm, &crm->answer, said) : CRM_AS_USUAL;

	json_decref(said);
	return next;
}

/* One that was not answered 2xx: whether it is to be asked again. */
static enum crm_next
look_at(struct crm *crm, enum http_outcome outcome, double pause)
{
	const struct http_answer *answer = &crm->answer;
	enum crm_next next = answer->code > 0 ? ask_refused(crm) : CRM_AS_USUAL;
	bool is_busy = answer->code == 429 || answer->wait > 0;
	double seconds = answer->wait > 0 ? (double)answer->wait : pause;

	if (next != CRM_AS_USUAL)
		return next;
	if (outcome != HTTP_LATER || !is_busy)
		crm_die(crm, answer->status, "%s", answer->reason);
	if (seconds > crm->patience)
		crm_die(crm, EX_TEMPFAIL, "%s; it asks for %.0f s more than we wait",
		    answer->reason, seconds - crm->patience);
	crm->patience -= seconds;
	crm_pause(seconds);
	return CRM_AGAIN;
}

static char *
url_of(const struct crm *crm, const struct crm_question *question)
{
	char *url = http_place_beside(crm->base, question->place);

	if (url == NULL)
		crm_die(crm, EX_UNAVAILABLE,
		    "it sends us on to somewhere else, where its token must not go");
	return url;
}

bool
crm_asked(struct crm *crm, const struct crm_question *question)
{
	enum crm_next next = CRM_AGAIN;
	enum http_outcome outcome;

	for (double pause = PAUSE; next == CRM_AGAIN; pause *= 2) {
		char *url = url_of(crm, question); /* base may be another after a new token */
		struct http_request request = { .url = url,
			.token = question->is_open ? NULL : crm->token,
			.body = question->body,
			.type = question->type,
			.is_read = true,
			.is_packed = true,
			.is_private = crm->is_private,
			.seconds = SECONDS,
			.most = MOST };
		outcome = http_send(crm->http, &request, &crm->answer);
		crm_forget(url);
		if (crm->heard != NULL && crm->answer.code > 0)
			crm->heard(crm, &crm->answer);
		if (outcome == HTTP_DONE)
			return true;
		next = look_at(crm, outcome, pause);
	}
	return false;
}

json_t *
crm_ask(struct crm *crm, const struct crm_question *question)
{
	json_error_t wrong;

	if (!crm_asked(crm, question))
		return NULL;
	json_t *said = json_loadb(crm->answer.body.at, crm->answer.body.len,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &wrong);
	if (said == NULL)
		crm_die(crm, EX_UNAVAILABLE, "its answer is no JSON (byte %d)", wrong.position);
	return said;
}

json_t *
crm_get(struct crm *crm, const char *place)
{
	return crm_ask(crm, &(struct crm_question){ .place = place });
}

json_t *
crm_post(struct crm *crm, const char *place, const json_t *body)
{
	size_t len;
	char *text = rec_json(body, &len);
	json_t *said =
	    crm_ask(crm, &(struct crm_question){ .place = place, .body = { text, len } });

	crm_forget(text);
	return said;
}
