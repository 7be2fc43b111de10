/*
 * http - what a suite asks of servers: a line for each answer.
 *
 *	http [--private] [--seconds N] [--most N] [--token T] [--header H] [--post TEXT [--type T]
 *	    [--read]] [--show HEADER] URL...
 *	http address ADDRESS...
 *
 * OUTCOME STATUS CODE WAIT LENGTH REASON; then, of the header to show, a line of its own
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "http.h"
#include "http_address.h"

static void
show_header(const struct http_answer *answer, const char *name)
{
	struct span value = http_header(answer, name);

	if (value.at == NULL)
		value = span("-");
	printf("%s: %.*s\n", name, (int)value.len, value.at);
}

static void
send_one(struct http *http, const struct http_request *request, const char *shown)
{
	static const char *const outcomes[] = { "done", "later", "refused" };
	struct http_answer answer;
	enum http_outcome outcome = http_send(http, request, &answer);

	printf("%s %d %d %jd %zu %s\n", outcomes[outcome], answer.status, answer.code,
	    (intmax_t)answer.wait, answer.body.len, answer.reason);
	if (shown != NULL)
		show_header(&answer, shown);
}

static int
look_at(char *const addresses[])
{
	for (; *addresses != NULL; addresses++) {
		struct sockaddr_in v4 = { .sin_family = AF_INET };
		struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
		bool is_4 = inet_pton(AF_INET, *addresses, &v4.sin_addr) == 1;

		if (!is_4 && inet_pton(AF_INET6, *addresses, &v6.sin6_addr) != 1)
			die(EX_USAGE, "%s: no address", *addresses);
		printf("%s %s\n", *addresses,
		    http_address_is_open(is_4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6)
			? "open"
			: "closed");
	}
	return EX_OK;
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = { { "private", no_argument, NULL, 'p' },
		{ "seconds", required_argument, NULL, 's' },
		{ "most", required_argument, NULL, 'm' },
		{ "token", required_argument, NULL, 't' },
		{ "header", required_argument, NULL, 'h' },
		{ "post", required_argument, NULL, 'b' },
		{ "type", required_argument, NULL, 'T' }, { "read", no_argument, NULL, 'r' },
		{ "show", required_argument, NULL, 'S' }, { 0 } };
	const char *headers[] = { NULL, NULL }, *shown = NULL;
	struct http_request request = { .headers = headers };
	int opt;

	diag_name(argv[0]);
	if (argc > 1 && strcmp(argv[1], "address") == 0)
		return look_at(argv + 2);
	while ((opt = getopt_long(argc, argv, "", longopts, NULL)) != -1)
		switch (opt) {
		case 'p': request.is_private = true; break;
		case 's': request.seconds = atoi(optarg); break;
		case 'm': request.most = (size_t)atol(optarg); break;
		case 't': request.token = optarg; break;
		case 'h': headers[0] = optarg; break;
		case 'b': request.body = span(optarg); break;
		case 'T': request.type = optarg; break;
		case 'r': request.is_read = true; break;
		case 'S': shown = optarg; break;
		default: return EX_USAGE;
		}
	signal(SIGPIPE, SIG_IGN);
	struct http *http = http_new();
	for (; optind < argc; optind++) {
		request.url = argv[optind];
		send_one(http, &request, shown);
	}
	http_free(http);
	return EX_OK;
}
