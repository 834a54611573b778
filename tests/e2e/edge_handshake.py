"""Tests of the WebSocket handshake: who may open one, and how long he may take."""

import contextlib
import socket
import time

import ws
from edge import LOCAL, Server, check, equal, patient_test, raw, test

HANDSHAKE_REFUSALS = [
    ("h2c", {"Upgrade": "h2c", "Connection": "Upgrade, HTTP2-Settings", "HTTP2_Settings": "AAMAAABkAARAAAAAAAIAAAAA"}, None),
    ("another upgrade", {"Upgrade": "websocket2"}, None),
    ("two upgrades", {"Upgrade": "websocket, h2c"}, None),
    ("another path", {"path": "/"}, 404),
    ("a longer path", {"path": "/ws/"}, 404),
    ("POST", {"method": "POST", "Content_Length": "0"}, 405),
    ("HEAD", {"method": "HEAD"}, 405),
    ("HTTP/1.0", {"http": "HTTP/1.0"}, 400),
    ("no host", {"Host": None}, None),
    ("version 8", {"Sec_WebSocket_Version": "8"}, 426),
    ("version 14", {"Sec_WebSocket_Version": "14"}, 426),
    ("version 13x", {"Sec_WebSocket_Version": "13x"}, 426),
    ("no version", {"Sec_WebSocket_Version": None}, 426),
    ("two versions", {"Sec_WebSocket_Version": ["13", "8"]}, 426),
    ("no subprotocol", {"Sec_WebSocket_Protocol": None}, 400),
    ("an unknown subprotocol", {"Sec_WebSocket_Protocol": "chat"}, 400),
    ("the subprotocol of HTTP", {"Sec_WebSocket_Protocol": "http"}, 400),
    ("no key", {"Sec_WebSocket_Key": None}, 400),
    ("a short key", {"Sec_WebSocket_Key": "AAAA"}, 400),
    ("a long key", {"Sec_WebSocket_Key": "A" * 26 + "=="}, 400),
    ("no connection", {"Connection": None}, 400),
    ("connection up", {"Connection": "up"}, 400),
    ("connection keep-alive", {"Connection": "keep-alive"}, 400),
    ("a foreign origin", {"Origin": "http://evil.example"}, 403),
    ("a foreign port", {"Origin": f"http://{LOCAL}:1"}, 403),
    ("origin null", {"Origin": "null"}, 403),
    ("an origin that starts alike", {"Origin": "http://HOST.evil.example"}, 403),
    ("an origin of 100 bytes", {"Origin": "http://" + "a" * 93}, 403),
    ("an origin of 8 KB", {"Origin": "http://" + "a" * 8192}, None),
    ("two origins", {"Origin": ["http://HOST", "http://evil.example"]}, 403),
    ("two origins, ours last", {"Origin": ["http://evil.example", "http://HOST"]}, 403),
    ("an origin of another scheme", {"Origin": "ftp://HOST"}, 403),
]


def fill_host(value, place):
    if isinstance(value, list):
        return [fill_host(one, place) for one in value]
    return value and value.replace("HOST", place)


@test
def every_wrong_handshake_is_refused():
    with Server() as server:
        place = f"{LOCAL}:{server.port}"
        for name, changes, status in HANDSHAKE_REFUSALS:
            changes = {key: fill_host(value, place) for key, value in changes.items()}
            answer = raw(server, ws.upgrade_request(LOCAL, server.port, **changes), 3)
            first = answer.split(b"\r\n")[0]
            check(b" 101 " not in first, name, "was accepted")
            if status:
                check(f" {status} ".encode() in first, name, first)
        equal(server.health()["clients"], 0)


@test
def every_right_handshake_is_accepted():
    with Server() as server:
        place = f"{LOCAL}:{server.port}"
        rights = [{}, {"Origin": f"http://{place}"}, {"Upgrade": "WebSocket"}, {"Connection": "keep-alive, Upgrade"},
                  {"Origin": f"https://{place}"}, {"Sec_WebSocket_Protocol": "chat, tickbox.msgpack"},
                  {"Origin": "http://Play.Example", "Host": "play.example"}, {"path": "/ws?name=Ada"},
                  {"Origin": "https://play.example", "Host": "play.example:443"}]
        for changes in rights:
            answer = raw(server, ws.upgrade_request(LOCAL, server.port, **changes), 3)
            check(b" 101 " in answer.split(b"\r\n")[0], changes, answer)
            check(b"tickbox.msgpack" in answer, "the subprotocol is not named")


@test
def a_handshake_may_come_split_at_every_byte():
    with Server() as server:
        text = ws.upgrade_request(LOCAL, server.port, Origin=f"http://{LOCAL}:{server.port}").encode()
        for at in range(1, len(text)):
            with socket.create_connection((LOCAL, server.port), timeout=3) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.sendall(text[:at])
                time.sleep(0.001)
                connection.sendall(text[at:])
                check(b" 101 " in connection.recv(4096), "split at", at)


@patient_test
def handshakes_that_never_end_are_closed_within_12_seconds():
    with Server() as server:
        start = time.monotonic()
        silent, partial = [], []
        for _ in range(50):
            silent.append(socket.create_connection((LOCAL, server.port), timeout=12))
            partial.append(socket.create_connection((LOCAL, server.port), timeout=12))
            partial[-1].sendall(b"GET /ws HTTP/1.1\r\nHost: a\r\n")
        trickle = socket.create_connection((LOCAL, server.port), timeout=1)
        with contextlib.suppress(OSError):
            for byte in b"GET /ws HTTP/1.1\r\nX: " + b"a" * 1000:
                trickle.sendall(bytes([byte]))
                time.sleep(0.2)
                check(time.monotonic() - start < 12, "a trickle is still open")
        for connection in [*silent, *partial]:
            connection.settimeout(max(0.1, 12 - (time.monotonic() - start)))
            with contextlib.suppress(ConnectionResetError):
                equal(connection.recv(1), b"")
        player = ws.Socket(server.port)
        player.join()
        player.close()
