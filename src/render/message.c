#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "message.h"
#include "mime.h"
#include "when.h"
#include "wrap.h"

struct shelf {
	char *name;
	struct template *template;
	struct shelf *next;
};

static struct template *
load(const char *dir, const char *name)
{
	char *path = mem_printf("%s/%s.mustache", dir, name);
	struct template *template = template_load(path);

	free(path);
	return template;
}

const struct template *
press_template(const struct press *press, const char *name)
{
	struct shelf *known = press->shelf->next;

	while (known != NULL && strcmp(known->name, name) != 0)
		known = known->next;
	if (known != NULL)
		return known->template;
	known = mem_new(1, sizeof *known);
	*known = (struct shelf){ mem_copy(name, strlen(name)), load(press->dir, name),
		press->shelf->next };
	press->shelf->next = known;
	return known->template;
}

static const char *
mail_setting(const struct conf *conf, const char *pointer, const char *otherwise)
{
	const char *text = conf != NULL ? conf_text(conf, pointer, otherwise) : otherwise;

	if (text != NULL && strpbrk(text, "\r\n") != NULL)
		conf_die(conf, pointer, "must be one line");
	return text;
}

static void
read_mail_settings(struct press *press, const struct conf *conf)
{
	static const char *const keys[] = { "from", "list", "unsubscribe", NULL };

	if (conf != NULL && conf_at(conf, "/mail") != NULL)
		conf_only(conf, "/mail", keys);
	press->from = mail_setting(conf, "/mail/from", "saleswatch@localhost");
	press->list = mail_setting(conf, "/mail/list", NULL);
	press->unsubscribe = mail_setting(conf, "/mail/unsubscribe", NULL);
	if (!mail_address_ok(press->from))
		conf_die(conf, "/mail/from", "must be an address, or Name <address>");
	if (press->list != NULL && strpbrk(press->list, "<> ") != NULL)
		conf_die(conf, "/mail/list", "must be a name like alerts.example.com");
	if (press->unsubscribe != NULL
	    && (strncmp(press->unsubscribe, "https://", 8) != 0
		|| strpbrk(press->unsubscribe, "<> ") != NULL))
		conf_die(conf, "/mail/unsubscribe", "must be an https address");
}

struct press
press_open(const char *templates, const struct conf *conf)
{
	struct press press = { .dir = templates,
		.company = conf != NULL ? conf_root(conf) : NULL,
		.shelf = mem_new(1, sizeof *press.shelf),
		.now = when_now() };

	read_mail_settings(&press, conf);
	press.forms = forms_open(templates);
	press.subject = load(templates, "mail/subject");
	return press;
}

void
press_close(struct press *press)
{
	forms_close(&press->forms);
	template_free(press->subject);
	for (struct shelf *each = press->shelf, *next; each != NULL; each = next) {
		next = each->next;
		template_free(each->template);
		free(each->name);
		free(each);
	}
}

char *
press_print(const struct template *template, enum template_context context, const json_t *view,
    const char *place)
{
	char *text = template_render(template, context, view);

	if (text == NULL)
		die(EX_DATAERR, "%s: more than 1 MiB to show", place);
	return text;
}

static char *
in_one_line(char *text)
{
	char *to = text;

	for (char *p = text; *p != '\0'; p++) {
		char c = *p != '\n' ? *p : ' ';
		if (c != ' ' || (to > text && to[-1] != ' '))
			*to++ = c;
	}
	while (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
	return text;
}

static char *
fold(char *text)
{
	char *folded = wrap(text);

	free(text);
	return folded;
}

char *
message_subject(const struct press *press, const json_t *view, const char *place)
{
	return in_one_line(press_print(press->subject, TEMPLATE_HEADER, view, place));
}

char *
press_line(const struct press *press, const char *name, enum template_context context,
    const json_t *view, const char *place)
{
	return in_one_line(press_print(press_template(press, name), context, view, place));
}

/* Templates leave empty lines at their end. */
static size_t
trim(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
		len--;
	text[len] = '\0';
	return len;
}

char *
press_lines(const struct press *press, const char *name, enum template_context context,
    const json_t *view, const char *place)
{
	char *text = press_print(press_template(press, name), context, view, place);
	size_t len = strlen(text);

	/* A value of nothing but spaces is a line all the same. */
	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	return text;
}

/* A text ends in one newline. */
char *
message_text(const struct press *press, const json_t *view, const char *place)
{
	char *text = press_print(forms_text(&press->forms, view), TEMPLATE_PLAIN, view, place);
	size_t len = trim(text);

	if (len > 0)
		memcpy(text + len, "\n", 2);
	return forms_folded(view) ? fold(text) : text;
}

static const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* A message about one alert belongs to its thread; a digest and a weekly one begin none. */
static char *
thread_of(const json_t *view)
{
	const char *form = text_of(view, "form");
	const char *alert_id = text_of(json_object_get(view, "first"), "alert_id");
	const char *thread = text_of(view, "thread");

	if (thread != NULL)
		return mem_printf("thread-%s", thread);
	if (json_object_get(view, "single") == NULL || alert_id == NULL || form == NULL
	    || strcmp(form, "alert") != 0)
		return NULL;
	return mem_printf("alert-%s", alert_id);
}

static const char *
receiver_of(const json_t *view, const char *place)
{
	const char *to = text_of(view, "to"), *channel = text_of(view, "channel");

	if (to != NULL && mail_address_ok(to))
		return to;
	if (channel != NULL && strcmp(channel, "mail") == 0)
		die(EX_DATAERR, "%s: to: %s: no mail address", place, to != NULL ? to : "none");
	return NULL;
}

char *
message_mail(
    const struct press *press, const json_t *view, const char *subject, const char *place)
{
	const char *id = text_of(view, "delivery_id");
	char *thread = thread_of(view), *text = message_text(press, view, place);
	char *html = press_print(forms_html(&press->forms, view), TEMPLATE_HTML, view, place);
	struct mail mail = { .from = press->from,
		.to = receiver_of(view, place),
		.subject = subject,
		.id = id != NULL ? id : "none",
		.thread = thread,
		.list = press->list,
		.unsubscribe = press->unsubscribe,
		.date = press->now,
		.text = text,
		.html = html };
	if (json_object_get(view, "charts") != NULL) {
		mail.pictures = press->album->list;
		mail.picture_count = press->album->count;
	}
	char *bytes = mail_bytes(&mail);

	free(thread);
	free(text);
	free(html);
	return bytes;
}
