/* server/address: which address is shown first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/address.h"

static void the_name_of_an_interface_says_where_it_leads(void **state) {
  (void)state;
  static const struct {
    const char *name;
    address_kind kind;
  } rows[] = {
      {"eth0", ADDRESS_LAN},           {"wlan0", ADDRESS_LAN},
      {"enp3s0", ADDRESS_LAN},         {"bridge0", ADDRESS_LAN},
      {"docker0", ADDRESS_CONTAINER},  {"br-1f2e3d", ADDRESS_CONTAINER},
      {"veth12ab", ADDRESS_CONTAINER}, {"virbr0", ADDRESS_CONTAINER},
      {"tun0", ADDRESS_VPN},           {"wg0", ADDRESS_VPN},
      {"tailscale0", ADDRESS_VPN},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (address_kind_of(rows[i].name) != rows[i].kind)
      fail_msg("%s is taken for kind %d", rows[i].name, (int)address_kind_of(rows[i].name));
}

static void the_default_route_comes_first_and_containers_last(void **state) {
  (void)state;
  address list[] = {
      {"docker0", "172.17.0.1", false}, {"tailscale0", "100.64.0.1", false}, {"eth1", "10.0.0.2", false},
      {"wlan0", "2001:db8::2", true},   {"wlan0", "192.168.1.7", false},     {"br-12", "172.18.0.1", false},
      {"eth0", "10.9.0.1", false},
  };
  static const char *const wanted[] = {"192.168.1.7", "2001:db8::2", "10.9.0.1",  "10.0.0.2",
                                       "100.64.0.1",  "172.18.0.1",  "172.17.0.1"};
  enum { COUNT = sizeof list / sizeof *list };
  for (int turn = 0; turn < COUNT; turn++) {
    address first = list[0];
    memmove(list, list + 1, sizeof list - sizeof *list);
    list[COUNT - 1] = first;
    address_rank(list, COUNT, "wlan0", "eth1");
    for (int i = 0; i < COUNT; i++)
      assert_string_equal(list[i].text, wanted[i]);
  }
}

static void a_default_route_over_a_vpn_does_not_hide_the_local_network(void **state) {
  (void)state;
  address list[] = {{"tun0", "10.8.0.2", false}, {"eth0", "192.168.1.7", false}};
  address_rank(list, 2, "tun0", "");
  assert_string_equal(list[0].text, "192.168.1.7");
}

static void ipv6_alone_has_a_default_route_too(void **state) {
  (void)state;
  address list[] = {{"eth0", "2001:db8::1", true}, {"eth1", "2001:db8:1::1", true}};
  address_rank(list, 2, "", "eth1");
  assert_string_equal(list[0].interface, "eth1");
}

static void the_routes_of_the_kernel_are_read_as_it_writes_them(void **state) {
  (void)state;
  char interface[IF_NAMESIZE];
  static const char four[] = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
                             "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
                             "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
                             "eth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
                             "eth0\t0000000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n";
  assert_true(address_default_route(four, false, interface));
  assert_string_equal(interface, "eth0");
  static const char six[] = "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
                            "00000000000000000000000000000000 00000100 "
                            "00000001 00000000 00000001     eth0\n"
                            "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                            "fe800000000000000000000000000001 00000064 "
                            "00000001 00000000 00000003    wlan0\n"
                            "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                            "00000000000000000000000000000000 ffffffff "
                            "00000001 00000000 00200200       lo\n";
  assert_true(address_default_route(six, true, interface));
  assert_string_equal(interface, "wlan0");
  assert_false(address_default_route("", false, interface));
  assert_string_equal(interface, "");
}

static void an_address_becomes_a_link(void **state) {
  (void)state;
  char url[ADDRESS_URL_BYTES];
  address_url("192.168.1.7", false, 8765, url);
  assert_string_equal(url, "http://192.168.1.7:8765/");
  address_url("2001:db8::1", true, 8765, url);
  assert_string_equal(url, "http://[2001:db8::1]:8765/");
  address_url("192.168.1.7", false, 80, url);
  assert_string_equal(url, "http://192.168.1.7/");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_name_of_an_interface_says_where_it_leads),
      cmocka_unit_test(the_default_route_comes_first_and_containers_last),
      cmocka_unit_test(a_default_route_over_a_vpn_does_not_hide_the_local_network),
      cmocka_unit_test(ipv6_alone_has_a_default_route_too),
      cmocka_unit_test(the_routes_of_the_kernel_are_read_as_it_writes_them),
      cmocka_unit_test(an_address_becomes_a_link),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
