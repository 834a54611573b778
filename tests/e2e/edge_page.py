"""Tests of what the server answers over HTTP, and of its options."""

import contextlib
import gzip
import http.client
import os
import re
import tempfile
import threading

import ws
from edge import LOCAL, Answer, Server, check, equal, get, one_line, raw, run, test


# --- the page ---------------------------------------------------------------------------------------------------


@test
def the_page_comes_with_its_type_its_policy_and_a_tag():
    with Server() as server:
        page = get(server, "/")
        equal(page.status, 200)
        check(b"<canvas" in page.body or b"<script" in page.body, "this is no page")
        check(page.headers["content-type"].startswith("text/html"), page.headers)
        for word in ("'wasm-unsafe-eval'", f"ws://{LOCAL}:{server.port}"):
            check(word in page.headers["content-security-policy"], word)
        equal(page.headers["x-content-type-options"], "nosniff")
        equal(page.headers["cache-control"], "no-cache")
        check("referrer-policy" in page.headers, "referrer-policy")
        equal(get(server, "/index.html").body, page.body)
        script = get(server, "/main.js")
        check(script.headers["content-type"].startswith("text/javascript"), script.headers)


@test
def a_known_tag_gets_304_and_an_old_one_the_page():
    with Server() as server:
        tag = get(server, "/").headers["etag"]
        again = get(server, "/", If_None_Match=tag)
        equal((again.status, again.body), (304, b""))
        equal(again.headers["etag"], tag)
        equal(get(server, "/", If_None_Match=f'"other", W/{tag}').status, 304)
        equal(get(server, "/", If_None_Match='"other"').status, 200)


@test
def who_accepts_gzip_gets_the_same_page_smaller():
    with Server() as server:
        plain, small = get(server, "/main.js"), get(server, "/main.js", Accept_Encoding="br, gzip;q=0.8")
        equal(small.headers["content-encoding"], "gzip")
        equal(gzip.decompress(small.body), plain.body)
        check(len(small.body) < len(plain.body), "not smaller")
        check(small.headers["etag"] != plain.headers["etag"], "two bodies, one tag")
        check("content-encoding" not in get(server, "/main.js", Accept_Encoding="gzip;q=0").headers, "refused gzip")


@test
def the_first_load_is_at_most_80_kilobytes():
    with Server() as server:
        total, seen, waiting = 0, set(), ["/"]
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            answer = get(server, path, Accept_Encoding="gzip")
            equal(answer.status, 200, path)
            total += len(answer.body) + 500
            text = gzip.decompress(answer.body) if "content-encoding" in answer.headers else answer.body
            names = re.findall(r"""(?:from |import |src=|href=)["']\.?/?([\w./-]+\.(?:js|css|svg|png))["']""", text.decode())
            folder = os.path.dirname(path)
            waiting += [os.path.normpath(os.path.join(folder, name)) for name in names]
        check(len(seen) > 5, "only", seen)
        check(total <= 80 * 1024, f"{total} bytes of", sorted(seen))


@test
def head_has_headers_alone_and_keeps_the_connection():
    with Server() as server, contextlib.closing(http.client.HTTPConnection(LOCAL, server.port, timeout=5)) as connection:
        for _ in range(3):
            connection.request("HEAD", "/")
            head = Answer(connection.getresponse())
            equal((head.status, head.body), (200, b""))
            connection.request("GET", "/")
            equal(str(len(Answer(connection.getresponse()).body)), head.headers["content-length"])


@test
def other_methods_get_405_and_unknown_paths_404():
    with Server() as server:
        answer = get(server, "/", method="POST", body=b"x=1")
        equal((answer.status, answer.headers["allow"]), (405, "GET, HEAD"))
        for path in ("/nothing.js", "/main.j", "/gen", "/gen/", "/package.json", "/wasm/module.c", "/ws"):
            equal(get(server, path).status, 404, path)


@test
def no_path_leads_out_of_the_folder():
    with tempfile.TemporaryDirectory() as folder:
        www = os.path.join(folder, "www")
        os.mkdir(www)
        for path, text in (("www/index.html", "inside"), ("secret.html", "secret"), ("www/.hidden.html", "secret")):
            with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
                file.write(text)
        os.symlink(os.path.join(folder, "secret.html"), os.path.join(www, "link.html"))
        with Server("--www", www) as server:
            equal(get(server, "/").body, b"inside")
            tag = get(server, "/").headers["etag"]
            equal(get(server, "/", If_None_Match=tag).status, 304)
            for path in ("/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "/x/../../secret.html",
                         "//secret.html", "/link.html", "/.hidden.html", "/..\\secret.html", "/%00", "/index.html%00.js"):
                answer = raw(server, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 1)
                check(b"secret" not in answer.split(b"\r\n\r\n")[-1], path, answer)
            equal(get(server, "/").body, b"inside", "still serving")


@test
def healthz_counts():
    with Server() as server:
        before = server.health()
        equal((before["status"], before["clients"]), ("ok", 0))
        player = ws.Socket(server.port)
        player.join()
        player.read_until("frame")
        after = server.health()
        equal((after["clients"], after["players"]), (1, 1))
        check(after["frames_sent"] > 0 and after["tick"] >= before["tick"], after)
        player.close()


@test
def many_downloads_at_once_all_arrive_whole():
    with Server() as server:
        wanted, wrong = get(server, "/gen/replica.wasm.js").body, []

        def load():
            for _ in range(5):
                if get(server, "/gen/replica.wasm.js").body != wanted:
                    wrong.append(1)

        threads = [threading.Thread(target=load) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(wrong, [])


# --- options ----------------------------------------------------------------------------------------------------


@test
def a_taken_port_is_one_line_and_69():
    with Server() as server:
        result = run("--host", LOCAL, "--port", str(server.port))
        equal(result.returncode, 69)
        check(str(server.port) in one_line(result), result.stderr)
        equal(result.stdout, "")
        everywhere = run("--port", str(server.port))
        equal(everywhere.returncode, 69, "at every address")


@test
def bad_usage_is_one_line_and_2():
    for options, word in ((["--prot", "1"], "--port"), (["--port"], "--port"), (["--port", "x"], "65535"),
                          (["--port", "65536"], "65535"), (["--port", "-1"], "65535"), (["--port", " 1"], "65535"),
                          (["--tick-rate", "9"], "10 to 128"), (["--tickrate", "30"], "--tick-rate"), (["extra"], "extra"),
                          (["--help=yes"], "--help"), (["--log-level", "loud"], "debug"), (["-p", "1"], "-p"),
                          (["--practice-bots", "1e1"], "0 to 16")):
        result = run(*options)
        equal(result.returncode, 2, options)
        check(word in one_line(result), options, result.stderr)


@test
def bad_configuration_is_one_line_and_78():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "server.json")
        rows = [('{"prot": 1}', '"port"'), ('{"port": "1"}', "whole number"), ('{"port": 65536}', "65535"),
                ('{"port": 1.5}', "whole number"), ('{"port": 01}', "line 1"), ('{"port": 1} x', "follows"),
                ('{"port": 1, "port": 2}', "twice"), ("[]", "object"), ("", "value"), ('{"host": 1}', "text"),
                ('{"config": "x"}', "config"), ('{"help": true}', "help"), ('{"host": "a\\u0000b"}', "u0000"),
                ('{"host": "\n"}', "line 1"), ("[" * 40, "deep"), ('{\n"port" 1}', "line 2, column 8")]
        for text, word in rows:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            result = run("--config", path)
            equal(result.returncode, 78, text, result.stderr)
            check(word in one_line(result), text, result.stderr)
        equal(run("--config", path + "x").returncode, 78, "no such file")
        equal(run("--map", path).returncode, 78, "no such map")
        equal(run("--www", path + "x").returncode, 78, "no such folder")
        with open(path, "wb") as file:
            file.write(b'{"host": "\xff"}')
        check("UTF-8" in one_line(run("--config", path)), "UTF-8")
    for name, value, word in (("TICKBOX_PROT", "1", "TICKBOX_PORT"), ("TICKBOX_PORT", "x", "TICKBOX_PORT"),
                              ("TICKBOX_PORT", "", "TICKBOX_PORT"), ("TICKBOX_TICKRATE", "30", "TICKBOX_TICK_RATE")):
        result = run(environment={name: value})
        equal(result.returncode, 78, name)
        check(word in one_line(result), result.stderr)


@test
def flags_go_over_environment_over_file_over_default():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "server.json")

        def rate(*options, **environment):
            with Server(*options, environment=environment) as server:
                player = ws.Socket(server.port)
                welcome = player.join()
                player.close()
                return welcome[4]

        with open(path, "w", encoding="utf-8") as file:
            file.write('{"tick-rate": 40}')
        equal(rate(), 30, "default")
        equal(rate("--config", path), 40, "file")
        equal(rate(TICKBOX_CONFIG=path), 40, "file named by the environment")
        equal(rate("--config", path, TICKBOX_TICK_RATE="50"), 50, "environment")
        equal(rate("--config", path, "--tick-rate=60", TICKBOX_TICK_RATE="50"), 60, "flag")


@test
def help_and_docs_name_every_option():
    helped = run("--help")
    equal(helped.returncode, 0)
    for name in ("host", "port", "tick-rate", "config", "log-level", "practice-bots", "www", "help", "version"):
        check(f"--{name}" in helped.stdout, name)
    equal(run("--version").stdout.split()[0], "tickbox-server")
    with open(os.path.join(ws.ROOT, "docs/options.md"), encoding="utf-8") as file:
        equal(run("--help-markdown").stdout, file.read(), "docs/options.md: write it anew by --help-markdown")


@test
def both_kinds_of_address_reach_it():
    with Server(host=None) as server:
        for host in (LOCAL, "::1"):
            player = ws.Socket(server.port, host)
            player.join()
            player.close()
        check("--host 127.0.0.1" in server.words, server.words)
