/*
 * http_address - whether an address is one of the open internet.
 *
 * Not this machine, not its network, nor what is kept for tests, tunnels and groups; an IPv4
 * address inside an IPv6 one is looked at as itself.  What is unknown is not open.
 */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

bool http_address_is_open(const struct sockaddr *);

#endif
