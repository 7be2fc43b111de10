#include "diag.h"
#include "rec.h"
#include "rec_out.h"
#include "summary.h"

void
summary_write(const char *path, const struct summary *sum)
{
	if (sum->in != sum->out + sum->rejected + sum->dropped)
		die(EX_SOFTWARE, "%s: %ju in, but %ju out, %ju rejected, %ju dropped",
		    sum->stage, (uintmax_t)sum->in, (uintmax_t)sum->out,
		    (uintmax_t)sum->rejected, (uintmax_t)sum->dropped);
	if (path == NULL)
		return;

	json_t *object = json_pack("{s:s, s:I, s:I, s:I, s:I}", "stage", sum->stage, "in",
	    (json_int_t)sum->in, "out", (json_int_t)sum->out, "rejected",
	    (json_int_t)sum->rejected, "dropped", (json_int_t)sum->dropped);
	if (object == NULL
	    || (sum->sums
		&& json_object_set_new(
		       object, "written", json_integer((json_int_t)sum->written))
		    != 0))
		die(EX_OSERR, "summary: out of memory");
	if (sum->left_out != NULL && json_object_set(object, "left_out", sum->left_out) != 0)
		die(EX_OSERR, "summary: out of memory");
	struct rec_out *out = rec_create(path);
	rec_dump(out, object);
	rec_finish(out);
	json_decref(object);
}

void
summary_finish(
    const char *path, const struct summary *sum, struct rec_out *out, struct rec_out *beside)
{
	rec_flush(out);
	if (beside != NULL)
		rec_finish(beside);
	summary_write(path, sum);
	rec_finish(out);
}
