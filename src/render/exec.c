#include <stdlib.h>

#include "channel.h"
#include "rec_out.h"

/* What a command gets: the delivery as it is kept, with its subject and text to show. */
char *
exec_body(const struct press *press, const struct message *message)
{
	json_t *body = json_copy((json_t *)message->record);
	char *text = message_text(press, message->view, message->place);
	size_t len;

	json_object_set_new(body, "kind", json_string("message"));
	json_object_set_new(body, "subject", channel_json(json_string(message->subject)));
	json_object_set_new(body, "text", channel_json(json_string(text)));
	json_object_del(body, "content");
	char *bytes = rec_json(body, &len);
	json_decref(body);
	free(text);
	return bytes;
}
