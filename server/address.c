#include "server/address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool address_starts_with_any(const char *name, const char *const *starts) {
  for (; *starts; starts++)
    if (strncmp(name, *starts, strlen(*starts)) == 0)
      return true;
  return false;
}

address_kind address_kind_of(const char *interface) {
  static const char *const containers[] = {"docker", "br-", "veth",  "virbr", "podman",  "cni",
                                           "lxc",    "lxd", "vmnet", "vnet",  "vboxnet", NULL};
  static const char *const vpns[] = {"tun", "tap", "wg", "tailscale", "zt", "ppp", "utun", "nordlynx", NULL};
  if (address_starts_with_any(interface, containers))
    return ADDRESS_CONTAINER;
  return address_starts_with_any(interface, vpns) ? ADDRESS_VPN : ADDRESS_LAN;
}

/* Iface Destination Gateway Flags RefCnt Use Metric Mask ...; numbers in hexadecimal but for the counters. */
static bool address_parse_v4(const char *line, char interface[IF_NAMESIZE], unsigned *metric) {
  unsigned destination, flags, mask;
  return sscanf(line, "%15s %x %*x %x %*u %*u %u %x", interface, &destination, &flags, metric, &mask) == 5 &&
         destination == 0 && mask == 0 && (flags & 1);
}

/* Destination prefix source prefix next-hop metric refcount use flags interface; all in hexadecimal. */
static bool address_parse_v6(const char *line, char interface[IF_NAMESIZE], unsigned *metric) {
  char destination[33];
  unsigned prefix, flags;
  return sscanf(line, "%32s %x %*s %*x %*s %x %*x %*x %x %15s", destination, &prefix, metric, &flags, interface) == 5 &&
         prefix == 0 && strspn(destination, "0") == 32 && (flags & 1) && strcmp(interface, "lo") != 0;
}

bool address_default_route(const char *routes, bool is_v6, char interface[IF_NAMESIZE]) {
  unsigned least = 0;
  bool found = false;
  interface[0] = 0;
  for (const char *line = routes; *line; line += strcspn(line, "\n"), line += *line == '\n') {
    char name[IF_NAMESIZE];
    unsigned metric;
    bool good = is_v6 ? address_parse_v6(line, name, &metric) : address_parse_v4(line, name, &metric);
    if (!good || (found && metric >= least))
      continue;
    found = true;
    least = metric;
    snprintf(interface, IF_NAMESIZE, "%s", name);
  }
  return found;
}

/* The smaller, the earlier. */
static int address_weight(const address *one, const char *route_v4, const char *route_v6) {
  bool on_route = strcmp(one->interface, route_v4) == 0 || (!*route_v4 && strcmp(one->interface, route_v6) == 0);
  return (int)address_kind_of(one->interface) * 4 + !on_route * 2 + one->is_v6;
}

static int address_compare(const address *left, const address *right, const char *route_v4, const char *route_v6) {
  int difference = address_weight(left, route_v4, route_v6) - address_weight(right, route_v4, route_v6);
  if (difference == 0)
    difference = strcmp(left->interface, right->interface);
  return difference != 0 ? difference : strcmp(left->text, right->text);
}

void address_rank(address *list, size_t count, const char *route_v4, const char *route_v6) {
  /* A handful of addresses: insertion. */
  for (size_t i = 1; i < count; i++)
    for (size_t j = i; j > 0 && address_compare(&list[j - 1], &list[j], route_v4, route_v6) > 0; j--) {
      address moved = list[j];
      list[j] = list[j - 1];
      list[j - 1] = moved;
    }
}

void address_url(const char *text, bool is_v6, uint16_t port, char out[ADDRESS_URL_BYTES]) {
  char suffix[8] = "";
  if (port != 80)
    snprintf(suffix, sizeof suffix, ":%u", port);
  snprintf(out, ADDRESS_URL_BYTES, is_v6 ? "http://[%s]%s/" : "http://%s%s/", text, suffix);
}

/* False for addresses that others cannot use. */
static bool address_take(const struct ifaddrs *from, address *out) {
  if (!from->ifa_addr || !(from->ifa_flags & IFF_UP) || (from->ifa_flags & IFF_LOOPBACK))
    return false;
  int family = from->ifa_addr->sa_family;
  if (family != AF_INET && family != AF_INET6)
    return false;
  const struct in6_addr *six = &((const struct sockaddr_in6 *)from->ifa_addr)->sin6_addr;
  const struct in_addr *four = &((const struct sockaddr_in *)from->ifa_addr)->sin_addr;
  if (family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(six))
    return false;
  out->is_v6 = family == AF_INET6;
  snprintf(out->interface, sizeof out->interface, "%s", from->ifa_name);
  return inet_ntop(family, out->is_v6 ? (const void *)six : (const void *)four, out->text, sizeof out->text) != NULL;
}

static void address_read_route(const char *path, bool is_v6, char interface[IF_NAMESIZE]) {
  static char routes[ADDRESS_ROUTES_BYTES];
  interface[0] = 0;
  FILE *file = fopen(path, "r");
  if (!file)
    return;
  routes[fread(routes, 1, sizeof routes - 1, file)] = 0;
  fclose(file);
  address_default_route(routes, is_v6, interface);
}

size_t address_list(address list[ADDRESS_MAX]) {
  struct ifaddrs *all;
  size_t count = 0;
  char route_v4[IF_NAMESIZE], route_v6[IF_NAMESIZE];
  if (getifaddrs(&all) != 0)
    return 0;
  for (const struct ifaddrs *at = all; at && count < ADDRESS_MAX; at = at->ifa_next)
    count += address_take(at, &list[count]);
  freeifaddrs(all);
  address_read_route("/proc/net/route", false, route_v4);
  address_read_route("/proc/net/ipv6_route", true, route_v6);
  address_rank(list, count, route_v4, route_v6);
  return count;
}
