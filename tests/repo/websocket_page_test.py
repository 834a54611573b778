"""docs/websocket.md is true: its handshake, its two captures, and each row of the tables that explain them.

The decoder here is small on purpose and shares nothing with the game's; tests/unit/test_websocket_page.c
holds the same bytes against the game's codec.
"""
import base64
import hashlib
import json
import re
import unittest

from tree import TreeTest, text

PAGE = text("docs/websocket.md")
SCHEMA = json.loads(text("common/schema/protocol.json"))
STRUCTS = {struct["name"]: struct for struct in SCHEMA["structs"]}
WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)\n```$", PAGE, flags=re.M | re.S)


def table_after(heading, number=0):
    """The rows of a table below a heading: (bytes, bits, meaning)."""
    part = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    tables = re.findall(r"^\| bytes \| bits \| meaning \|\n\|[- |]+\|\n((?:\|.*\|\n)+)", part, flags=re.M)
    rows = [line.strip("|").split("|") for line in tables[number].splitlines()]
    return [(bytes.fromhex(row[0].strip(" `")), row[1].strip(" `"), row[2].strip()) for row in rows]


def unpack(data, at=0):
    """One MessagePack value (integers and arrays) and where it ends."""
    first = data[at]
    if first <= 0x7f or first >= 0xe0:
        return (first if first <= 0x7f else first - 256), at + 1
    if 0xcc <= first <= 0xd3:
        size = 1 << (first - 0xcc) % 4
        return int.from_bytes(data[at + 1:at + 1 + size], "big", signed=first >= 0xd0), at + 1 + size
    if 0x90 <= first <= 0x9f:
        values, at = [], at + 1
        for _ in range(first & 15):
            value, at = unpack(data, at)
            values.append(value)
        return values, at
    raise ValueError(f"this page's messages hold no {first:02x}")


def open_frame(data):
    """A WebSocket frame's payload; a whole, short, binary message."""
    assert data[0] == 0x82, "FIN and binary"
    masked, length = data[1] >> 7, data[1] & 127
    assert length < 126
    mask = data[2:6] if masked else bytes(4)
    payload = data[2 + 4 * masked:]
    assert len(payload) == length
    return bool(masked), bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def name_fields(values):
    """The message's fields by name, as the schema says; lists of unmasked structs only."""
    message = next(message for message in SCHEMA["messages"] if message["id"] == values[0])
    named = {"message": message["name"]}
    for at, field in enumerate(message["fields"], start=1):
        value = values[at] if at < len(values) else ([] if field["type"] == "list" else 0)
        if field["type"] == "list":
            names = [inner["name"] for inner in STRUCTS[field["of"]]["fields"]]
            value = [dict(zip(names, value[start:start + len(names)])) for start in range(0, len(value), len(names))]
        named[field["name"]] = value
    return named


class WebSocketPage(TreeTest):
    def setUp(self):
        self.server_bytes, self.client_bytes, self.client_payload, self.text_bytes = map(bytes.fromhex, blocks("hex"))
        self.server_json, self.client_json, self.text_json = map(json.loads, blocks("json"))

    def test_the_handshakes_answer_follows_from_its_key(self):
        key = re.search(r"^Sec-WebSocket-Key: (\S+)$", PAGE, flags=re.M).group(1)
        accept = re.search(r"^Sec-WebSocket-Accept: (\S+)$", PAGE, flags=re.M).group(1)
        self.assertEqual(len(base64.b64decode(key)), 16)
        self.assertEqual(accept, base64.b64encode(hashlib.sha1((key + WEBSOCKET_GUID).encode()).digest()).decode())
        self.assertIn(key + WEBSOCKET_GUID, PAGE)

    def test_the_servers_capture_says_what_the_page_says(self):
        masked, payload = open_frame(self.server_bytes)
        values, end = unpack(payload)
        self.assertFalse(masked)
        self.assertEqual(end, len(payload))
        self.assertEqual(name_fields(values), self.server_json)

    def test_the_clients_capture_says_what_the_page_says(self):
        masked, payload = open_frame(self.client_bytes)
        values, end = unpack(payload)
        self.assertTrue(masked)
        self.assertEqual(payload, self.client_payload)
        self.assertEqual(end, len(payload))
        self.assertEqual(name_fields(values), self.client_json)

    def test_the_text_capture_says_what_the_page_says_and_is_as_long_as_it_says(self):
        first, length = self.text_bytes[:2]
        self.assertEqual(first, 0x81, "FIN and text")
        self.assertEqual(length, len(self.text_bytes) - 2)
        self.assertEqual(self.text_bytes[2:].decode(), blocks("json")[2])
        said, packed = re.search(r"^That is (\d+) bytes, where MessagePack needs seven: `([^`]+)`", PAGE, flags=re.M).groups()
        packed = bytes.fromhex(packed)
        self.assertEqual((int(said), len(packed)), (len(self.text_bytes), 7))
        _, payload = open_frame(packed)
        self.assertEqual(name_fields(unpack(payload)[0]), self.text_json)

    def test_the_input_is_what_the_frame_acknowledges(self):
        self.assertGreaterEqual(self.server_json["acks"], 1)
        self.assertIn(self.client_json["buttons"], [turn["buttons"] for turn in self.server_json["turns"]])

    def test_the_tables_rows_are_the_captures_bytes(self):
        for rows, data in ((table_after("A message from the server, byte by byte"), self.server_bytes),
                           (table_after("A message from a client, byte by byte"), self.client_bytes),
                           (table_after("A message from a client, byte by byte", 1), self.client_payload)):
            self.assertEqual(b"".join(row[0] for row in rows), data)
            for data_of_row, bits, _ in rows:
                if bits:
                    self.assertEqual(bits.replace(" ", ""), "".join(f"{byte:08b}" for byte in data_of_row))

    def test_the_rows_that_name_a_field_give_its_value(self):
        for rows, message in ((table_after("A message from the server, byte by byte"), self.server_json),
                              (table_after("A message from a client, byte by byte", 1), self.client_json)):
            turn = message.get("turns", [{}])[0]
            named = 0
            for data, _, meaning in rows:
                found = re.match(r"(its )?`(\w+)` (-?\d+)", meaning)
                if not found:
                    continue
                named += 1
                its, field, shown = found.groups()
                self.assertEqual(int(shown), (turn if its else message)[field], meaning)
                self.assertEqual(int(shown), unpack(data)[0], meaning)
            self.assertGreaterEqual(named, 3)


if __name__ == "__main__":
    unittest.main()
