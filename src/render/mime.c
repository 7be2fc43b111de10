#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "mime.h"
#include "related.h"
#include "template.h"
#include "when.h"

/* The address inside "Name <address>", or all of it. */
static struct span
bare_address(const char *address)
{
	const char *open = strrchr(address, '<'), *close = strrchr(address, '>');

	if (open != NULL && close != NULL && close > open && close[1] == '\0')
		return (struct span){ open + 1, (size_t)(close - open - 1) };
	return span(address);
}

static bool
is_address(struct span bare)
{
	const char *at = memchr(bare.at, '@', bare.len);

	if (at == NULL || at == bare.at || at + 1 == bare.at + bare.len || bare.len > 254
	    || memchr(at + 1, '@', (size_t)(bare.at + bare.len - at - 1)) != NULL)
		return false;
	for (size_t i = 0; i < bare.len; i++) {
		unsigned char c = (unsigned char)bare.at[i];
		if (c <= ' ' || c > '~' || strchr("()<>[]:;,\\\"", c) != NULL)
			return false;
	}
	return true;
}

bool
mail_address_ok(const char *address)
{
	return is_address(bare_address(address));
}

/* "Name <address>", the name encoded where it must be. */
static void
put_address(FILE *out, const char *name, const char *address)
{
	struct span bare = bare_address(address);
	size_t shown = (size_t)(bare.at - address);

	fprintf(out, "%s: ", name);
	if (shown > 1) {
		char *display =
		    template_escape(TEMPLATE_HEADER, (struct span){ address, shown - 1 });
		char *end = display + strlen(display);
		while (end > display && end[-1] == ' ')
			*--end = '\0';
		mime_words(out, display, true);
		fputc(' ', out);
		free(display);
	}
	fprintf(out, "<%.*s>\r\n", (int)bare.len, bare.at);
}

/* The part of an id before the "@": what came from a record keeps only what an id may have. */
static void
put_id(FILE *out, const char *name, const char *id, const char *from)
{
	struct span address = bare_address(from);
	const char *at = memchr(address.at, '@', address.len);

	fprintf(out, "%s: <", name);
	for (size_t i = 0; id[i] != '\0' && i < HEADER_MAX; i++)
		fputc(isalnum((unsigned char)id[i]) || id[i] == '-' ? id[i] : '_', out);
	fprintf(out, "%.*s>\r\n", (int)(address.at + address.len - at), at);
}

/* Mon, 01 Apr 2024 04:00:00 +0000 */
static void
put_date(FILE *out, int64_t instant)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	char text[WHEN_INSTANT_MAX];
	int32_t day;

	when_instant_text(instant, text);
	when_day((struct span){ text, WHEN_DAY_LEN }, &day);
	fprintf(out, "Date: %s, %.2s %s %.4s %.8s +0000\r\n", days[day - when_week(day)],
	    text + 8, months[(text[5] - '0') * 10 + text[6] - '0' - 1], text, text + 11);
}

static void
put_headers(FILE *out, const struct mail *mail)
{
	put_date(out, mail->date);
	put_address(out, "From", mail->from);
	if (mail->to != NULL)
		put_address(out, "To", mail->to);
	else
		fputs("To: undisclosed-recipients:;\r\n", out);
	fputs("Subject: ", out);
	mime_words(out, mail->subject, false);
	fputs("\r\n", out);
	put_id(out, "Message-ID", mail->id, mail->from);
	if (mail->thread != NULL) {
		put_id(out, "In-Reply-To", mail->thread, mail->from);
		put_id(out, "References", mail->thread, mail->from);
	}
	fputs("Auto-Submitted: auto-generated\r\n", out);
	if (mail->list != NULL)
		fprintf(out, "List-Id: <%s>\r\n", mail->list);
	if (mail->unsubscribe != NULL)
		fprintf(out,
		    "List-Unsubscribe: <%s>\r\n"
		    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
		    mail->unsubscribe);
	fputs("MIME-Version: 1.0\r\n", out);
}

static void
put_part(FILE *out, const char *boundary, const char *type, const char *text)
{
	fprintf(out, "--%s\r\nContent-Type: text/%s; charset=utf-8\r\n", boundary, type);
	mime_body(out, span(text));
}

char *
mail_bytes(const struct mail *mail)
{
	static const char boundary[] = "=_saleswatch";
	char *bytes = NULL;
	size_t len;
	FILE *out = mem_stream(&bytes, &len);

	put_headers(out, mail);
	fprintf(out, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n", boundary);
	put_part(out, boundary, "plain", mail->text);
	if (mail->picture_count == 0) {
		put_part(out, boundary, "html", mail->html);
	} else {
		fprintf(out, "--%s\r\n", boundary);
		related_put(out, mail->html, mail->pictures, mail->picture_count);
	}
	fprintf(out, "--%s--\r\n", boundary);
	mem_stream_end(out, &bytes);
	return bytes;
}
