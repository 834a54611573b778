"""A WebSocket client of Python's own library, small enough to be trusted and free to break the rules:
tests send what no honest client would. Also the few words of MessagePack that the protocol needs."""

import base64
import hashlib
import json
import os
import socket
import struct
import time

SUBPROTOCOL, JSON_SUBPROTOCOL = "tickbox.msgpack", "tickbox.json"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
with open(os.path.join(ROOT, "common/schema/protocol.json"), encoding="utf-8") as schema_file:
    SCHEMA = json.load(schema_file)
LIMITS = {limit["name"]: limit["value"] for limit in SCHEMA["limits"]}
CODES = [code["name"] for code in SCHEMA["codes"]]
MESSAGES = {message["name"]: message["id"] for message in SCHEMA["messages"]}
NAMES = {number: name for name, number in MESSAGES.items()}


def protocol_version():
    """From the generated header, as C sees it."""
    with open(os.path.join(ROOT, "common/gen/protocol.h"), encoding="utf-8") as header:
        for line in header:
            if line.startswith("#define WIRE_VERSION"):
                return int(line.split()[2].rstrip("u"), 16)
    raise AssertionError("no WIRE_VERSION")


def pack(value):
    """One value as MessagePack."""
    if isinstance(value, int):
        if 0 <= value < 128:
            return bytes([value])
        if -32 <= value < 0:
            return struct.pack("b", value)
        if value < 0:
            return b"\xd3" + struct.pack(">q", value)
        if value < 1 << 32:
            return b"\xce" + struct.pack(">I", value)
        return b"\xcf" + struct.pack(">Q", value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        text = value.encode()
        return (bytes([0xA0 | len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text
    if isinstance(value, list):
        head = bytes([0x90 | len(value)]) if len(value) < 16 else b"\xdc" + struct.pack(">H", len(value))
        return head + b"".join(pack(item) for item in value)
    if value is None:
        return b"\xc0"
    raise TypeError(value)


def unpack(data, at=0):
    """The value at `at`, and where it ends. Knows what the server sends."""
    first = data[at]
    fixed = {0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q", 0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q"}
    if first < 0x80:
        return first, at + 1
    if first >= 0xE0:
        return first - 256, at + 1
    if first in fixed:
        size = struct.calcsize(fixed[first])
        return struct.unpack_from(fixed[first], data, at + 1)[0], at + 1 + size
    if 0xA0 <= first < 0xC0 or first in (0xD9, 0xDA):
        size, start = text_head(data, at)
        return data[start : start + size].decode(), start + size
    if 0x90 <= first < 0xA0 or first in (0xDC, 0xDD):
        count, start = list_head(data, at)
        items = []
        for _ in range(count):
            item, start = unpack(data, start)
            items.append(item)
        return items, start
    raise ValueError(f"byte {first:02x} at {at}")


def text_head(data, at):
    if data[at] == 0xD9:
        return data[at + 1], at + 2
    if data[at] == 0xDA:
        return struct.unpack_from(">H", data, at + 1)[0], at + 3
    return data[at] & 31, at + 1


def list_head(data, at):
    if data[at] == 0xDC:
        return struct.unpack_from(">H", data, at + 1)[0], at + 3
    if data[at] == 0xDD:
        return struct.unpack_from(">I", data, at + 1)[0], at + 5
    return data[at] & 15, at + 1


def message(name, *fields):
    return pack([MESSAGES[name], *fields])


def hello(name="Ada", kind="test", room="", version=None):
    return message("hello", protocol_version() if version is None else version, kind, room, name)


class Closed(Exception):
    """The peer closed: with a WebSocket status and reason, or with neither."""

    def __init__(self, status=None, reason=""):
        super().__init__(f"closed: {status} {reason}")
        self.status, self.reason = status, reason


def upgrade_request(host, port, **changes):
    """The text of a handshake. A keyword replaces a header (None leaves it out, a list gives it twice)."""
    headers = {
        "method": "GET",
        "path": "/ws",
        "http": "HTTP/1.1",
        "Host": f"{host}:{port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Protocol": SUBPROTOCOL,
    }
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    lines = [f"{headers.pop('method')} {headers.pop('path')} {headers.pop('http')}"]
    for name, value in headers.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                lines.append(f"{name}: {one}")
    return "\r\n".join(lines) + "\r\n\r\n"


class Socket:
    """One WebSocket. With `receive_bytes` the kernel buffers only about so much, so that a slow reader shows."""

    def __init__(self, port, host="127.0.0.1", timeout=8.0, receive_bytes=None, subprotocol=SUBPROTOCOL):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.raw = socket.socket(family, socket.SOCK_STREAM)
        if receive_bytes:
            self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.raw.settimeout(timeout)
        self.raw.connect((host, port))
        self.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        name = f"[{host}]" if ":" in host else host
        key = base64.b64encode(os.urandom(16)).decode()
        self.raw.sendall(upgrade_request(name, port, Sec_WebSocket_Key=key,
                                         Sec_WebSocket_Protocol=subprotocol).encode())
        while b"\r\n\r\n" not in self.buffer:
            self.fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        wanted = base64.b64encode(hashlib.sha1(key.encode() + GUID).digest())
        if b" 101 " not in head.split(b"\r\n")[0] or wanted not in head:
            raise ConnectionError(head.decode(errors="replace"))

    def fill(self):
        try:
            data = self.raw.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise Closed()
        self.buffer += data

    def send_frame(self, opcode, payload, final=True, mask=True, reserved=0):
        head = bytes([(0x80 if final else 0) | reserved | opcode])
        bit = 0x80 if mask else 0
        if len(payload) < 126:
            head += bytes([bit | len(payload)])
        elif len(payload) < 65536:
            head += bytes([bit | 126]) + struct.pack(">H", len(payload))
        else:
            head += bytes([bit | 127]) + struct.pack(">Q", len(payload))
        key = os.urandom(4) if mask else b""
        body = bytes(byte ^ key[i & 3] for i, byte in enumerate(payload)) if mask else payload
        self.raw.sendall(head + key + body)

    def send(self, payload):
        self.send_frame(BINARY, payload)

    def take(self, size):
        while len(self.buffer) < size:
            self.fill()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def read_frame(self):
        first, second = self.take(2)
        size = second & 127
        if size == 126:
            size = struct.unpack(">H", self.take(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.take(8))[0]
        return first & 15, self.take(size)

    def read(self):
        """The next message: [id, field ...], or of tickbox.json the object. Raises Closed at its end."""
        while True:
            opcode, payload = self.read_frame()
            if opcode == BINARY:
                return unpack(payload)[0]
            if opcode == TEXT:
                return json.loads(payload)
            if opcode == PING:
                self.send_frame(PONG, payload)
            elif opcode == CLOSE:
                status = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else None
                try:
                    self.send_frame(CLOSE, payload[:2])
                except OSError:
                    pass
                raise Closed(status, payload[2:].decode())

    def read_until(self, name, seconds=5.0):
        """The next message of that name; others are skipped."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.read()
            if found[0] == MESSAGES[name]:
                return found
        raise TimeoutError(name)

    def read_to_end(self, seconds=8.0):
        """Reads on until the server closes; gives the Closed and the messages before it."""
        messages, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                messages.append(self.read())
            except Closed as closed:
                return closed, messages
        raise TimeoutError("still open")

    def join(self, name="Ada"):
        """Says hello and reads up to the welcome."""
        self.send(hello(name))
        return self.read_until("welcome")

    def close(self):
        self.raw.close()
