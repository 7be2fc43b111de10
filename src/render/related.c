#include "related.h"
#include "mime.h"

static const char boundary[] = "=_related";

static void
put_picture(FILE *out, const struct picture *picture)
{
	fprintf(out,
	    "--%s\r\nContent-Type: image/png; name=\"%s\"\r\nContent-ID: <%s>\r\n"
	    "Content-Disposition: inline; filename=\"%s\"\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n",
	    boundary, picture->name, picture->cid, picture->name);
	mime_base64(out, picture->bytes);
}

void
related_put(FILE *out, const char *html, const struct picture *pictures, size_t count)
{
	fprintf(out,
	    "Content-Type: multipart/related; type=\"text/html\"; boundary=\"%s\"\r\n\r\n",
	    boundary);
	fprintf(out, "--%s\r\nContent-Type: text/html; charset=utf-8\r\n", boundary);
	mime_body(out, span(html));
	for (size_t i = 0; i < count; i++)
		put_picture(out, &pictures[i]);
	fprintf(out, "--%s--\r\n\r\n", boundary);
}
