"""Documentation that cannot fall behind: links resolve, every refusal has its entry, every asset its licence."""
import json
import re
import unittest

from tree import ROOT, TreeTest, files, text

SCHEMA = json.loads(text("common/schema/protocol.json"))
TWO_COMMANDS = ["script/server", "script/test"]


def without_code(markdown):
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", markdown, flags=re.M | re.S))


def anchors(markdown):
    """The anchors that the headings of a page make, as GitHub does."""
    heads = re.findall(r"^#+ +(.*)$", re.sub(r"^```.*?^```", "", markdown, flags=re.M | re.S), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def links(name):
    return re.findall(r"\]\(([^)\s]+)\)", without_code(text(name)))


class Links(TreeTest):
    def test_relative_links_resolve(self):
        pages, broken = files(".md"), []
        for page in pages:
            for link in links(page):
                if re.match(r"[a-z]+:", link):
                    continue
                path, _, anchor = link.partition("#")
                target = ((ROOT / page).parent / path).resolve() if path else ROOT / page
                if not target.exists():
                    broken.append(f"{page}: {link}")
                elif anchor and anchor not in anchors(target.read_text()):
                    broken.append(f"{page}: no heading for {link}")
        self.assertGreater(len(pages), 5)
        self.assert_none(broken)

    def test_every_page_of_docs_is_reached_from_the_readme(self):
        seen, queue = set(), ["README.md"]
        while queue:
            page = queue.pop()
            if page in seen or not page.endswith(".md"):
                continue
            seen.add(page)
            for link in links(page):
                path = link.partition("#")[0]
                if path and not re.match(r"[a-z]+:", link) and (target := (ROOT / page).parent / path).is_file():
                    queue.append(str(target.resolve().relative_to(ROOT)))
        self.assert_none([page for page in files(".md") if page.startswith("docs/") and page not in seen])

    def test_files_named_in_the_readmes_tour_exist(self):
        tour = text("README.md").split("## A tour of the source", 1)[1].split("\n## ", 1)[0]
        named = re.findall(r"\[`([^`]+)`\]\(([^)]+)\)", tour)
        self.assertGreater(len(named), 15)
        self.assert_none([shown for shown, link in named if shown.rstrip("/") != link or not (ROOT / link).exists()])


class Readme(TreeTest):
    def test_the_two_commands_are_there_and_can_be_run(self):
        block = re.search(r"```sh\n(.*?)```", text("README.md").split("## Two commands", 1)[1], flags=re.S).group(1)
        commands = [line.split("#")[0].strip() for line in block.splitlines() if line.strip()]
        self.assertEqual(commands, TWO_COMMANDS)
        for command in commands:
            self.assertTrue((ROOT / command).stat().st_mode & 0o111, command)

    def test_every_script_named_in_a_page_exists(self):
        self.assert_none([f"{page}: {script}" for page in files(".md") for script in re.findall(r"\bscript/[\w.]+\w", text(page))
                          if not (ROOT / script).exists()])


class Troubleshooting(TreeTest):
    def entries(self, section):
        part = text("docs/troubleshooting.md").split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
        return re.split(r"^### `(\w+)`$", part, flags=re.M)[1:]

    def assert_complete(self, section, rows):
        entries = self.entries(section)
        self.assertEqual(entries[::2], [row["name"] for row in rows], "one entry each, in the schema's order")
        for name, body, row in zip(entries[::2], entries[1::2], rows):
            with self.subTest(name):
                self.assertIn(f"> {row['words']}", body, "the words that the player sees")
                for part in ("**Why.**", "**What to do.**"):
                    self.assertEqual(body.count(part), 1, part)

    def test_every_refusal_code_has_one_entry(self):
        self.assert_complete("What the server says", SCHEMA["codes"])

    def test_every_state_of_a_client_has_one_entry(self):
        self.assert_complete("What a client says", SCHEMA["states"])


class Licences(TreeTest):
    def test_every_asset_has_its_licence_named(self):
        page = text("assets/README.md")
        assets = [name for name in files() if name.startswith("assets/") and name != "assets/README.md"]
        self.assertTrue(assets)
        self.assert_none([name for name in assets
                          if not re.search(rf"^\| `{re.escape(name.removeprefix('assets/'))}` \| [^|]+ \| [^|]*\w[^|]* \|$", page, flags=re.M)])

    def test_the_licence_is_there(self):
        self.assertTrue(text("LICENSE").startswith("MIT License"))


class Changelog(TreeTest):
    def test_the_version_that_is_built_has_an_entry(self):
        version = re.search(r"project\(tickbox VERSION ([\d.]+)", text("CMakeLists.txt")).group(1)
        self.assertRegex(text("CHANGELOG.md"), rf"(?m)^## {re.escape(version)}\b")
        entry = text("CHANGELOG.md").split(f"## {version}", 1)[1].split("\n## ", 1)[0]
        self.assertRegex(entry, r"(?m)^- \w")


if __name__ == "__main__":
    unittest.main()
