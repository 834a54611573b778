#!/usr/bin/env python3
"""Joins a Tickbox server, says hello, walks down and to the right for a second, and sees itself move.
Needs Debian's python3-websockets. Usage: walk.py [ws://HOST:PORT/ws] [ROOM]"""
import asyncio
import json
import sys

import websockets

DOWN, RIGHT = 2, 8  # of the buttons in docs/protocol.md


async def walk(url="ws://127.0.0.1:8765/ws", room=""):
    async with websockets.connect(url, subprotocols=["tickbox.json"]) as server:
        async def send(message, **fields):
            await server.send(json.dumps({"message": message, **fields}))

        await send("hello", kind="bot", room=room, name="Python")
        me = start = None
        async for text in server:
            news = json.loads(text)
            if news["message"] == "welcome":
                me, end = news["id"], asyncio.get_running_loop().time() + 1
                await send("say", text="Hello from twenty lines of Python")
            elif news["message"] == "talk":
                print(*(f"{line['name']}: {line['text']}" for line in news["lines"]), sep="\n")
            elif news["message"] == "positions":
                here = next(((box["x"] / 16, box["y"] / 16) for box in news["boxes"] if box["id"] == me), start)
                start = start or here
                await send("input", buttons=DOWN | RIGHT)  # what is held; say it at least twice a second
                if asyncio.get_running_loop().time() > end:
                    return print(f"walked from {start} to {here}") or here != start
            elif news["message"] in ("refused", "goodbye"):
                return print(text)


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(walk(*sys.argv[1:])) else 1)
