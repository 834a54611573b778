/* Under which addresses friends find this machine: which one to show first is a pure judgement, which ones
   there are comes from the system. */
#ifndef TICKBOX_ADDRESS_H
#define TICKBOX_ADDRESS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  ADDRESS_MAX = 32,        /* of one machine that are shown */
  ADDRESS_TEXT_BYTES = 46, /* INET6_ADDRSTRLEN */
  ADDRESS_URL_BYTES = 80,
  ADDRESS_ROUTES_BYTES = 16384
};

/* In the order in which they are shown. */
typedef enum { ADDRESS_LAN, ADDRESS_VPN, ADDRESS_CONTAINER } address_kind;

typedef struct {
  char interface[IF_NAMESIZE];
  char text[ADDRESS_TEXT_BYTES];
  bool is_v6;
} address;

/* What an interface leads to, by its name: docker0, br-1f2e, veth.., virbr0 to containers and virtual
   machines; tun0, wg0, tailscale0 to a VPN; all else to the local network. */
address_kind address_kind_of(const char *interface);

/* The interface of the default route in the text of /proc/net/route or /proc/net/ipv6_route; false if there is
   none. The smallest metric wins. */
bool address_default_route(const char *routes, bool is_v6, char interface[IF_NAMESIZE]);

/* Sorts: local network before VPN before containers; within these the default route's interface first, then
   IPv4 before IPv6, then by name and text. `route` may be empty. */
void address_rank(address *list, size_t count, const char *route_v4, const char *route_v6);

/* "http://192.168.1.7:8765/", "http://[2001:db8::1]:8765/"; port 80 is left out. */
void address_url(const char *text, bool is_v6, uint16_t port, char out[ADDRESS_URL_BYTES]);

/* This machine's addresses that others can use, ranked. Loopback and IPv6's link-local ones are left out: no
   browser takes the latter. */
size_t address_list(address list[ADDRESS_MAX]);

#endif
