#include <stdlib.h>

#include "digest.h"
#include "mem.h"
#include "view.h"
#include "words.h"

void
digest_put(json_t *view)
{
	json_int_t left = json_integer_value(json_object_get(view, "capped_count"));
	json_t *changes = json_array(), *lists = json_array(), *alert;
	size_t i;

	json_array_foreach (json_object_get(view, "alerts"), i, alert) {
		const json_t *is = json_object_get(alert, "is");
		if (json_object_get(is, "actionable") != NULL)
			view_part(alert, "first_action",
			    json_incref(json_array_get(json_object_get(alert, "actions"), 0)));
		json_array_append(
		    json_object_get(is, "deal_warnings") != NULL ? lists : changes, alert);
	}
	view_part(view, "changes", changes);
	view_part(view, "deal_lists", lists);
	if (left > 0) {
		char *number = words_number(left);
		view_text(view, "and_more", mem_printf("and %s more", number));
		free(number);
	}
}
