#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#include "diag.h"
#include "http_address.h"
#include "http_wire.h"
#include "mem.h"
#include "when.h"

enum { CONNECT_MS = 10000, HEAD_MOST = 1 << 16, WAIT_MOST = 4 * 3600 };

/* ---- what libcurl asks of us meanwhile */

static curl_socket_t
open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct exchange *exchange = context;

	(void)purpose;
	if (!exchange->request->is_private && !http_address_is_open(&address->addr)) {
		exchange->is_closed = true;
		return CURL_SOCKET_BAD;
	}
	if (exchange->given > 0) /* libcurl would send it again, and it may have been taken */
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t
give_body(char *to, size_t size, size_t count, void *context)
{
	struct exchange *exchange = context;
	struct span body = exchange->request->body;
	size_t len = body.len - exchange->given;

	if (len > size * count)
		len = size * count;
	memcpy(to, body.at + exchange->given, len);
	exchange->given += len;
	return len;
}

/* Nothing that was handed over is handed over again. */
static int
never_again(void *context, curl_off_t offset, int origin)
{
	(void)context, (void)offset, (void)origin;
	return CURL_SEEKFUNC_FAIL;
}

/* After what is there already, which moves. */
static void
append(struct span *text, char **buffer, size_t *room, struct span more)
{
	if (text->len + more.len > *room) {
		*room = 2 * (text->len + more.len);
		*buffer = mem_grow(*buffer, *room, 1);
	}
	if (more.len > 0)
		memcpy(*buffer + text->len, more.at, more.len);
	*text = (struct span){ *buffer, text->len + more.len };
}

static size_t
take_body(char *from, size_t size, size_t count, void *context)
{
	struct exchange *exchange = context;
	struct http *http = exchange->http;
	struct span *body = &exchange->answer->body;
	size_t len = size * count, left = exchange->most - body->len;

	exchange->is_over = len > left;
	append(body, &http->body, &http->room, (struct span){ from, len > left ? left : len });
	return exchange->is_over ? 0 : len;
}

/* Seconds from now, of "120" or of a date; 0 if it is neither. */
static int64_t
wait_of(const char *text)
{
	char *end;
	long long seconds = strtoll(text, &end, 10);

	if (end == text || strspn(end, " \t\r\n") != strlen(end)) {
		time_t then = curl_getdate(text, NULL);
		seconds = then > 0 ? then - when_now() : 0;
	}
	return seconds < 0 ? 0 : seconds > WAIT_MOST ? WAIT_MOST : seconds;
}

static size_t
take_header(char *line, size_t size, size_t count, void *context)
{
	static const char name[] = "Retry-After:";
	struct exchange *exchange = context;
	struct http *http = exchange->http;
	size_t len = size * count;

	append(
	    &exchange->answer->head, &http->head, &http->head_room, (struct span){ line, len });
	exchange->is_over = exchange->answer->head.len > HEAD_MOST;
	if (len >= sizeof name && strncasecmp(line, name, sizeof name - 1) == 0) {
		char *value = mem_copy(line + sizeof name - 1, len - sizeof name + 1);
		exchange->answer->wait = wait_of(value + strspn(value, " \t"));
		free(value);
	}
	return exchange->is_over ? 0 : len;
}

/* ---- one try */

static void
must(CURLcode code)
{
	if (code != CURLE_OK)
		die(code == CURLE_OUT_OF_MEMORY ? EX_OSERR : EX_SOFTWARE, "libcurl: %s",
		    curl_easy_strerror(code));
}

/* What is the same for every request. */
static CURL *
easy_new(bool is_private)
{
	CURL *easy = curl_easy_init();
	const char *roots = getenv("SSL_CERT_FILE");

	if (easy == NULL)
		die(EX_OSERR, "libcurl: out of memory");
	must(
	    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, is_private ? "http,https" : "https"));
	must(curl_easy_setopt(easy, CURLOPT_PROXY, ""));
	must(curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L));
	must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L));
	must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L));
	if (roots != NULL && *roots != '\0')
		must(curl_easy_setopt(easy, CURLOPT_CAINFO, roots));
	must(curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1));
	must(curl_easy_setopt(easy, CURLOPT_USERAGENT, "saleswatch/" VERSION));
	must(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
	must(curl_easy_setopt(
	    easy, CURLOPT_QUICK_EXIT, 1L)); /* a slow name server keeps nobody */
	must(curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket));
	must(curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body));
	must(curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, never_again));
	must(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body));
	must(curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header));
	return easy;
}

static struct curl_slist *
header_add(struct curl_slist *list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(list, line);

	if (longer == NULL)
		die(EX_OSERR, "libcurl: out of memory");
	return longer;
}

struct curl_slist *
wire_headers(const struct http_request *request)
{
	struct curl_slist *list = header_add(NULL, "Expect:");

	if (request->body.at != NULL) {
		char *line = mem_printf("Content-Type: %s",
		    request->type != NULL ? request->type : "application/json");
		list = header_add(list, line);
		free(line);
	}
	for (size_t i = 0; request->headers != NULL && request->headers[i] != NULL; i++)
		list = header_add(list, request->headers[i]);
	if (request->token != NULL) {
		char *line = mem_printf("Authorization: Bearer %s", request->token);
		list = header_add(list, line);
		explicit_bzero(line, strlen(line));
		free(line);
	}
	return list;
}

void
wire_headers_free(struct curl_slist *list)
{
	for (struct curl_slist *one = list; one != NULL; one = one->next)
		explicit_bzero(one->data, strlen(one->data));
	curl_slist_free_all(list);
}

long
wire_left_ms(const struct exchange *exchange)
{
	double left = (exchange->end - when_ticks()) * 1000;

	return left < 1 ? 1 : (long)left;
}

static void
prepare(struct exchange *exchange, CURL *easy, const char *url, struct curl_slist *headers)
{
	const struct http_request *request = exchange->request;
	bool is_post = request->body.at != NULL;
	long left = wire_left_ms(exchange);

	must(curl_easy_setopt(easy, CURLOPT_URL, url));
	must(curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers));
	must(curl_easy_setopt(
	    easy, CURLOPT_ACCEPT_ENCODING, request->is_packed ? "gzip" : NULL));
	must(curl_easy_setopt(easy, is_post ? CURLOPT_POST : CURLOPT_HTTPGET, 1L));
	if (is_post)
		must(curl_easy_setopt(
		    easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len));
	must(curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, left));
	must(curl_easy_setopt(
	    easy, CURLOPT_CONNECTTIMEOUT_MS, left < CONNECT_MS ? left : (long)CONNECT_MS));
	must(curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, exchange));
	must(curl_easy_setopt(easy, CURLOPT_READDATA, exchange));
	must(curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange));
	must(curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange));
}

/* A handle that failed half-way remembers that it wanted to go back, and fails for ever. */
CURLcode
wire_try(struct exchange *exchange, const char *url, struct curl_slist *headers)
{
	CURL **easy = &exchange->http->easy[exchange->request->is_private];
	struct http_answer *answer = exchange->answer;
	long code = 0;

	if (*easy == NULL)
		*easy = easy_new(exchange->request->is_private);
	exchange->given = 0;
	exchange->is_over = exchange->is_closed = false;
	*answer = (struct http_answer){ 0 };
	prepare(exchange, *easy, url, headers);
	CURLcode result = curl_easy_perform(*easy);
	curl_easy_getinfo(*easy, CURLINFO_RESPONSE_CODE, &code);
	answer->code = code >= 200 ? (int)code : 0;
	answer->whole = result == CURLE_OK;
	if (result == CURLE_OUT_OF_MEMORY)
		must(result);
	if (result != CURLE_OK && exchange->given > 0) {
		curl_easy_cleanup(*easy);
		*easy = NULL;
	}
	return result;
}
