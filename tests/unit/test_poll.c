/* Long polling with a fake clock and a fake host: what is asked, sent, lost, repeated and refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/gen/protocol.h"
#include "server/poll.h"
#include "server/token.h"

enum { SECOND = 1000000, HEARD_MAX = 65536, PEERS_MAX = POLL_SESSIONS_MAX + 1 };

typedef struct {
  link_t *link;
  char heard[HEARD_MAX]; /* messages, a line each */
  uint32_t messages;
  uint32_t fault; /* a code, if `faulty` */
  bool faulty, connected;
} fake_peer; /* who stands behind the door */

/* A question that waits. */
typedef struct {
  uint32_t woken, replaced;
} question;

static struct {
  poll_desk *desk;
  fake_peer *peers;
  uint32_t count, places, ended;
  int64_t now;
  question question;     /* that is asked, */
  poll_session *session; /* and what it waits on */
  uint32_t end_at;       /* the peer closes its link at this message; 0: never */
} world;

static void *fake_connect(void *user, link_t *link, int64_t now) {
  (void)user;
  assert_int_equal(now, world.now);
  if (world.count == world.places)
    return NULL;
  fake_peer *peer = &world.peers[world.count++];
  *peer = (fake_peer){.link = link, .connected = true};
  return peer;
}

static void fake_receive(void *user, void *to, const uint8_t *bytes, size_t size, int64_t now) {
  (void)user, (void)now;
  fake_peer *peer = to;
  size_t used = strlen(peer->heard);
  assert_true(peer->connected);
  snprintf(peer->heard + used, sizeof peer->heard - used, "%.*s\n", (int)size, (const char *)bytes);
  if (++peer->messages == world.end_at)
    peer->link->ops->close(peer->link, CODE_KICKED);
}

static void fake_fault(void *user, void *to, uint32_t code, int64_t now) {
  (void)user, (void)now;
  fake_peer *peer = to;
  peer->faulty = true;
  peer->fault = code;
  peer->link->ops->close(peer->link, code);
}

static void fake_disconnect(void *user, void *to) {
  (void)user;
  fake_peer *peer = to;
  assert_true(peer->connected);
  peer->connected = false;
}

static void fake_ended(void *user) {
  (void)user;
  world.ended++;
}

static void fake_wake(void *waiter) {
  ((question *)waiter)->woken++;
}

static void fake_replace(void *waiter) {
  ((question *)waiter)->replaced++;
}

static const poll_doors doors = {fake_connect, fake_receive, fake_fault,  fake_disconnect,
                                 fake_ended,   fake_wake,    fake_replace};

static int open_world(void **state) {
  (void)state;
  assert_true(token_init());
  memset(&world, 0, sizeof world);
  world.peers = calloc(PEERS_MAX, sizeof *world.peers);
  world.places = PEERS_MAX;
  world.now = 7 * SECOND;
  world.desk = poll_create(&doors, NULL);
  assert_non_null(world.desk);
  return 0;
}

static int close_world(void **state) {
  (void)state;
  poll_destroy(world.desk);
  for (uint32_t i = 0; i < world.count; i++)
    assert_false(world.peers[i].connected);
  assert_int_equal(world.ended, world.count);
  free(world.peers);
  return 0;
}

static void assert_answer(poll_answer said, unsigned status, const char *text) {
  assert_int_equal(said.status, status);
  assert_non_null(said.text);
  if (said.size != strlen(text) || memcmp(said.text, text, said.size) != 0)
    fail_msg("\"%s\", not \"%s\"", said.text, text);
  poll_release(said.text);
}

/* A session's Authorization. */
typedef struct {
  char words[64];
} key;

static key join(void) {
  static const char hello[] = "{\"message\":\"hello\"}";
  key key;
  poll_answer said = poll_join(world.desk, "127.0.0.1:50000", hello, sizeof hello - 1, world.now);
  assert_int_equal(said.status, 200);
  assert_int_equal(said.size, strlen("{\"session\":\"\"}") + WIRE_TOKEN_BYTES);
  snprintf(key.words, sizeof key.words, "Bearer %.32s", said.text + strlen("{\"session\":\""));
  poll_release(said.text);
  return key;
}

static fake_peer *newest(void) {
  return &world.peers[world.count - 1];
}

static bool tell(fake_peer *peer, const char *message) {
  return peer->link->ops->send(peer->link, (const uint8_t *)message, strlen(message));
}

static poll_answer ask(const key *key, const char *after) {
  return poll_ask(world.desk, key->words, after, &world.question, world.now, &world.session);
}

static poll_answer post(const key *key, const char *body) {
  return poll_send(world.desk, key->words, body, strlen(body), world.now);
}

static void pass(int64_t microseconds) {
  for (int64_t end = world.now + microseconds; world.now < end;) {
    world.now += SECOND / 4;
    poll_run(world.desk, world.now);
  }
}

static void a_hello_reaches_the_host_and_is_answered_by_a_session(void **state) {
  (void)state;
  key one = join(), other = join();
  assert_string_equal(world.peers[0].heard, "{\"message\":\"hello\"}\n");
  assert_int_equal(world.peers[0].link->format, LINK_JSON);
  assert_string_not_equal(one.words, other.words);
  assert_string_equal(newest()->link->ops->address(newest()->link), "127.0.0.1:50000 (polling)");
}

static void what_waits_is_told_at_once_in_one_batch(void **state) {
  (void)state;
  key key = join();
  assert_true(tell(newest(), "{\"a\":1}"));
  assert_true(tell(newest(), "{\"b\":2}"));
  assert_answer(ask(&key, "0"), 200, "{\"batch\":1,\"messages\":[{\"a\":1},{\"b\":2}]}");
  assert_int_equal(world.question.woken, 0);
}

static void a_question_waits_for_news_and_is_woken_by_them(void **state) {
  (void)state;
  key key = join();
  assert_int_equal(ask(&key, "0").status, 0);
  assert_int_equal(poll_take(world.session, world.now).status, 0);
  assert_true(tell(newest(), "{\"a\":1}"));
  assert_int_equal(world.question.woken, 1);
  assert_answer(poll_take(world.session, world.now), 200, "{\"batch\":1,\"messages\":[{\"a\":1}]}");
}

static void a_question_without_news_is_answered_after_the_wait(void **state) {
  (void)state;
  key key = join();
  assert_int_equal(ask(&key, "0").status, 0);
  pass((int64_t)POLL_WAIT_MS * 1000 - SECOND);
  assert_int_equal(world.question.woken, 0);
  pass(SECOND);
  assert_true(world.question.woken > 0);
  assert_answer(poll_take(world.session, world.now), 200, "{\"batch\":0,\"messages\":[]}");
  assert_int_equal(poll_count(world.desk), 1);
}

static void a_lost_answer_is_told_again_until_it_arrived(void **state) {
  (void)state;
  key key = join();
  tell(newest(), "{\"a\":1}");
  poll_answer first = ask(&key, "0"), again = ask(&key, "0");
  assert_ptr_equal(again.text, first.text); /* so asking without reading costs no memory */
  poll_release(first.text);
  tell(newest(), "{\"b\":2}");
  assert_answer(ask(&key, "0"), 200, "{\"batch\":1,\"messages\":[{\"a\":1}]}");
  assert_answer(ask(&key, "1"), 200, "{\"batch\":2,\"messages\":[{\"b\":2}]}");
  assert_answer(again, 200, "{\"batch\":1,\"messages\":[{\"a\":1}]}"); /* still under way */
  assert_int_equal(ask(&key, "2").status, 0);
}

static void an_acknowledgement_of_what_was_never_given_is_refused(void **state) {
  (void)state;
  static const char *const rows[] = {"1", "2", "4294967295", "4294967296", "", "-1", "x", "0 ", "00000000000"};
  key key = join();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    poll_answer said = ask(&key, rows[i]);
    assert_true(said.status == 400 || said.status == 409);
    poll_release(said.text);
  }
  tell(newest(), "{}");
  poll_release(ask(&key, "0").text);
  assert_int_equal(ask(&key, "1").status, 0);
  assert_answer(ask(&key, "0"), 409, "{\"error\":\"Tickbox-After is not the last batch, nor the one before\"}");
}

static void a_second_question_takes_the_place_of_the_first(void **state) {
  (void)state;
  key key = join();
  question second = {0};
  assert_int_equal(ask(&key, "0").status, 0);
  assert_int_equal(poll_ask(world.desk, key.words, "0", &second, world.now, &world.session).status, 0);
  assert_int_equal(world.question.replaced, 1);
  tell(newest(), "{\"a\":1}");
  assert_int_equal(world.question.woken, 0);
  assert_int_equal(second.woken, 1);
}

static void a_frame_is_welcome_only_while_a_question_waits_or_behind_a_few_news(void **state) {
  (void)state;
  key key = join();
  link_t *link = newest()->link;
  assert_true(ask(&key, "0").status == 0 && link->ops->drained(link));
  assert_true(tell(newest(), "{}") && link->ops->drained(link)); /* in the same tick: it is being answered */
  poll_release(poll_take(world.session, world.now).text);
  assert_false(link->ops->drained(link));
  for (uint32_t few = 1; few <= POLL_NEWS_BYTES_MAX / (sizeof few + strlen("{}")); few++)
    assert_true(tell(newest(), "{}") && link->ops->drained(link)); /* in every tick, before it asks again */
  assert_false(tell(newest(), "{}") && link->ops->drained(link));
}

static void messages_of_a_batch_are_passed_on_in_order_and_once(void **state) {
  (void)state;
  static const char body[] = " { \"batch\" : 1 , \"messages\" : [ {\"a\": [1,2]} ,{\"b\":\"],\\\"\"},3 ] } ";
  static const char heard[] = "{\"message\":\"hello\"}\n{\"a\": [1,2]}\n{\"b\":\"],\\\"\"}\n3\n";
  key key = join();
  for (int times = 0; times < 3; times++)
    assert_answer(post(&key, body), 200, "{\"batch\":1}");
  assert_string_equal(newest()->heard, heard);
  assert_answer(post(&key, "{\"messages\":[{\"c\":3}],\"batch\":2}"), 200, "{\"batch\":2}");
  assert_answer(post(&key, body), 200, "{\"batch\":2}");
  assert_int_equal(newest()->messages, 5);
  assert_answer(post(&key, "{\"batch\":4,\"messages\":[{}]}"), 409,
                "{\"error\":\"a batch is missing before this one\"}");
  assert_int_equal(newest()->messages, 5);
  assert_true(newest()->link->ops->received(newest()->link) > 3 * (sizeof body - 1));
}

static void a_body_that_is_no_batch_ends_the_client_and_says_why(void **state) {
  (void)state;
  static const struct {
    const char *body, *answer;
  } rows[] = {
      {"", "{\"error\":\"byte 0: a value is missing\"}"},
      {"{\"batch\":1,\"messages\":[{\"a\":01}]}", "{\"error\":\"byte 29: a number starts with 0\"}"},
      {"{\"batch\":1,\"messages\":[{\"a\":1,\"a\":2}]}", "{\"error\":\"byte 30: a key stands twice\"}"},
      {"{\"batch\":1,\"messages\":[\"\\u0000\"]}", "{\"error\":\"byte 26: \\\\u0000 is not allowed\"}"},
      {"[]", "{\"error\":\"the body is not a batch with its messages\"}"},
      {"{\"batch\":1}", "{\"error\":\"the body is not a batch with its messages\"}"},
      {"{\"messages\":[]}", "{\"error\":\"the body is not a batch with its messages\"}"},
      {"{\"batch\":0,\"messages\":[]}", "{\"error\":\"the body is not a batch with its messages\"}"},
      {"{\"batch\":1.5,\"messages\":[]}", "{\"error\":\"the body is not a batch with its messages\"}"},
      {"{\"batch\":1,\"messages\":{}}", "{\"error\":\"the body is not a batch with its messages\"}"},
      {"{\"batch\":1,\"messages\":[],\"more\":1}", "{\"error\":\"the body is not a batch with its messages\"}"},
      {"{\"batch\":1,\"messages\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
       "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}",
       "{\"error\":\"the body is not a batch with its messages\"}"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    key key = join();
    assert_answer(post(&key, rows[i].body), 400, rows[i].answer);
    assert_true(newest()->faulty);
    assert_int_equal(newest()->fault, CODE_BAD_JSON);
    assert_int_equal(newest()->messages, 1);
    assert_answer(post(&key, "{\"batch\":1,\"messages\":[]}"), 410, "{\"closed\":\"bad_json\"}");
  }
}

static void nobody_gets_in_without_the_session(void **state) {
  (void)state;
  key key = join(), wrong = key;
  char *last = &wrong.words[strlen(wrong.words) - 1];
  *last = *last == '0' ? '1' : '0';
  const char *const rows[] = {"",
                              "Bearer",
                              "Bearer ",
                              "Bearer 0",
                              wrong.words,
                              key.words + 7,
                              "Bearer 00000000000000000000000000000000",
                              "bearer 0123456789abcdef0123456789abcdef"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_answer(poll_send(world.desk, rows[i], "{}", 2, world.now), 401, "{\"error\":\"there is no such session\"}");
    assert_answer(poll_ask(world.desk, rows[i], "0", &world.question, world.now, &world.session), 401,
                  "{\"error\":\"there is no such session\"}");
  }
  assert_int_equal(newest()->messages, 1);
}

static void who_asks_no_more_is_gone_and_who_waits_is_not(void **state) {
  (void)state;
  key silent = join(), waiting = join();
  assert_int_equal(ask(&waiting, "0").status, 0);
  pass((int64_t)POLL_ABSENT_MS * 1000 - SECOND);
  assert_true(world.peers[0].connected);
  pass(SECOND);
  assert_false(world.peers[0].connected);
  assert_true(world.peers[1].connected);
  assert_answer(post(&silent, "{}"), 401, "{\"error\":\"there is no such session\"}");
  poll_forget(world.session, world.now);
  pass((int64_t)POLL_ABSENT_MS * 1000 - SECOND);
  assert_true(world.peers[1].connected);
  pass(SECOND);
  assert_false(world.peers[1].connected);
  assert_int_equal(poll_count(world.desk), 0);
}

static void after_a_close_what_was_sent_is_told_then_the_reason(void **state) {
  (void)state;
  key key = join();
  link_t *link = newest()->link;
  assert_int_equal(ask(&key, "0").status, 0);
  tell(newest(), "{\"message\":\"goodbye\"}");
  link->ops->close(link, CODE_KICKED);
  link->ops->close(link, CODE_SILENT);
  assert_true(newest()->connected);
  tell(newest(), "{\"too\":\"late\"}");
  assert_answer(poll_take(world.session, world.now), 200, "{\"batch\":1,\"messages\":[{\"message\":\"goodbye\"}]}");
  poll_run(world.desk, world.now);
  assert_false(newest()->connected);
  assert_answer(ask(&key, "0"), 200, "{\"batch\":1,\"messages\":[{\"message\":\"goodbye\"}]}");
  assert_answer(post(&key, "{\"batch\":1,\"messages\":[]}"), 410, "{\"closed\":\"kicked\"}");
  assert_int_equal(poll_count(world.desk), 1);
  assert_answer(ask(&key, "1"), 410, "{\"closed\":\"kicked\"}");
  poll_run(world.desk, world.now);
  assert_int_equal(poll_count(world.desk), 0);
  assert_answer(ask(&key, "1"), 401, "{\"error\":\"there is no such session\"}");
}

static void a_closed_session_that_nobody_asks_for_ends(void **state) {
  (void)state;
  join();
  tell(newest(), "{}");
  newest()->link->ops->close(newest()->link, CODE_TOO_SLOW);
  poll_run(world.desk, world.now);
  assert_int_equal(poll_count(world.desk), 1);
  pass((int64_t)POLL_CLOSE_MS * 1000);
  assert_int_equal(poll_count(world.desk), 0);
}

static void a_client_that_is_ended_amid_a_batch_hears_no_more_of_it(void **state) {
  (void)state;
  world.end_at = 3;
  key key = join();
  assert_answer(post(&key, "{\"batch\":1,\"messages\":[1,2,3,4]}"), 200, "{\"batch\":1}");
  assert_int_equal(newest()->messages, 3);
}

static void a_queue_that_nobody_asks_for_is_bounded(void **state) {
  (void)state;
  static char message[1000];
  memset(message, ' ', sizeof message - 1);
  join();
  uint32_t taken = 0;
  while (taken < 1000 && tell(newest(), message))
    taken++;
  assert_true(taken > POLL_QUEUE_BYTES_MAX / 1100 && taken <= POLL_QUEUE_BYTES_MAX / 999);
}

static void a_message_larger_than_the_queue_is_taken_alone(void **state) {
  (void)state;
  static char message[POLL_QUEUE_BYTES_MAX + 1000];
  memset(message, ' ', sizeof message - 1);
  key key = join();
  assert_true(tell(newest(), message));
  poll_answer said = ask(&key, "0");
  assert_int_equal(said.size, sizeof message - 1 + strlen("{\"batch\":1,\"messages\":[]}"));
  poll_release(said.text);
}

static void sessions_are_bounded_and_the_hosts_no_is_passed_on(void **state) {
  (void)state;
  for (int i = 0; i < POLL_SESSIONS_MAX; i++)
    join();
  assert_answer(poll_join(world.desk, "x", "{}", 2, world.now), 503, "{\"error\":\"the server is full\"}");
  pass((int64_t)POLL_ABSENT_MS * 1000);
  assert_int_equal(poll_count(world.desk), 0);
  world.places = world.count;
  assert_answer(poll_join(world.desk, "x", "{}", 2, world.now), 503, "{\"error\":\"the server is full\"}");
  assert_answer(poll_join(world.desk, "x", "", 0, world.now), 400, "{\"error\":\"the body is not a hello\"}");
}

static void the_end_of_the_desk_lets_waiting_questions_go(void **state) {
  (void)state;
  key key = join();
  assert_int_equal(ask(&key, "0").status, 0);
  poll_destroy(world.desk);
  world.desk = NULL;
  assert_int_equal(world.question.replaced, 1);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void) {
  const struct CMUnitTest tests[] = {
      CLAIM(a_hello_reaches_the_host_and_is_answered_by_a_session),
      CLAIM(what_waits_is_told_at_once_in_one_batch),
      CLAIM(a_question_waits_for_news_and_is_woken_by_them),
      CLAIM(a_question_without_news_is_answered_after_the_wait),
      CLAIM(a_lost_answer_is_told_again_until_it_arrived),
      CLAIM(an_acknowledgement_of_what_was_never_given_is_refused),
      CLAIM(a_second_question_takes_the_place_of_the_first),
      CLAIM(a_frame_is_welcome_only_while_a_question_waits_or_behind_a_few_news),
      CLAIM(messages_of_a_batch_are_passed_on_in_order_and_once),
      CLAIM(a_body_that_is_no_batch_ends_the_client_and_says_why),
      CLAIM(nobody_gets_in_without_the_session),
      CLAIM(who_asks_no_more_is_gone_and_who_waits_is_not),
      CLAIM(after_a_close_what_was_sent_is_told_then_the_reason),
      CLAIM(a_closed_session_that_nobody_asks_for_ends),
      CLAIM(a_client_that_is_ended_amid_a_batch_hears_no_more_of_it),
      CLAIM(a_queue_that_nobody_asks_for_is_bounded),
      CLAIM(a_message_larger_than_the_queue_is_taken_alone),
      CLAIM(sessions_are_bounded_and_the_hosts_no_is_passed_on),
      CLAIM(the_end_of_the_desk_lets_waiting_questions_go),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
