"""Tests of peers that mean harm to more than themselves: requests that would stop the server, floods that are told to
many, seats and rooms taken from others."""

import contextlib
import json
import socket
import time

from edge import LOCAL, Server, check, equal, patient_test, raw, test

HELLO = json.dumps({"message": "hello", "kind": "test"})


def request(method, path, body="", *headers):
    lines = [f"{method} {path} HTTP/1.1", "Host: x", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines) + "\r\n\r\n" + body


@test
def a_request_behind_another_is_answered_or_cut_and_stops_nobody():
    join, page, health = request("POST", "/poll/join", HELLO), request("POST", "/", "x"), request("GET", "/healthz")
    with Server() as server:
        for text in (join * 2, page * 2, join + health, page + health, join + "x", join + "\r\n" * 500, health * 20):
            raw(server, text, 0.5)
            equal(server.health()["status"], "ok", text)
        equal(raw(server, health * 20, 2).count(b" 200 OK"), 20, "questions about health, one behind the other")


@test
def a_body_that_ends_in_two_ways_is_refused():
    with Server() as server:
        answer = raw(server, request("POST", "/poll/join", HELLO, "Transfer-Encoding: chunked"))
        check(answer.startswith(b"HTTP/1.1 411 "), answer)


@patient_test
def a_body_that_trickles_in_is_cut_wherever_it_was_sent_to():
    with Server() as server:
        trickling = []
        for path in ("/poll/join", "/poll/send", "/", "/healthz"):
            trickling.append(socket.create_connection((LOCAL, server.port), timeout=5))
            trickling[-1].sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 8000\r\n\r\n".encode())
        for _ in range(16):
            time.sleep(0.5)
            for one in trickling:
                with contextlib.suppress(OSError):
                    one.sendall(b" ")
        equal(server.health()["connections"], 1, "only the one that asks")
        for one in trickling:
            one.close()
