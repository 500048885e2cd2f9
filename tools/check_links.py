#!/usr/bin/env python3
"""Checks that relative links in the repository's Markdown files lead to a file and, with `#anchor`, to a heading.

Links to other hosts are not followed. Files that Git ignores count as missing: readers of the repository do not have them.
"""

import pathlib
import posixpath
import re
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[1]

FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
# The end of `[text](target "title")`: the text may have begun on an earlier line.
INLINE = re.compile(r"\]\(\s*<?([^)\s>]+)")
DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)")
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
NAMED = re.compile(r"<a\s+(?:id|name)=[\"']([^\"']+)[\"']")
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def prose(text):
    """Line numbers and lines outside of fenced code blocks."""
    fence = None
    for number, line in enumerate(text.splitlines(), 1):
        mark = FENCE.match(line)
        if fence is None and not mark:
            yield number, line
        elif fence is None:
            fence = mark.group(1)
        elif mark and mark.group(1).startswith(fence) and line.strip() == mark.group(1):
            fence = None


def links(text):
    """Line number and target of each link."""
    for number, line in prose(text):
        without_code = CODE.sub("", line)
        for pattern in (INLINE, DEFINITION):
            for match in pattern.finditer(without_code):
                yield number, match.group(1)


def slug(heading):
    """The anchor that Markdown viewers derive from the text of a heading."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"[^\w\- ]", "", text.lower())
    return text.replace(" ", "-")


def anchors(text):
    """All anchors of a page; headings of the same text are numbered."""
    found = set()
    counts = {}
    for _, line in prose(text):
        found.update(NAMED.findall(line))
        if heading := HEADING.match(line):
            name = slug(heading.group(1))
            count = counts.get(name, 0)
            counts[name] = count + 1
            found.add(f"{name}-{count}" if count else name)
    return found


class Repository:
    """`paths` are those of all files, relative to the root; `read` gives the text of one."""

    def __init__(self, paths, read):
        self._read = read
        self._files = set(paths)
        self._folders = {str(parent) for path in paths for parent in pathlib.PurePosixPath(path).parents}
        self._anchors = {}

    def problems(self):
        for page in sorted(path for path in self._files if path.endswith(".md")):
            for number, target in links(self._read(page)):
                if problem := self._problem(page, target):
                    yield f"{page}:{number}: {target}: {problem}"

    def _problem(self, page, target):
        if SCHEME.match(target):
            return None
        path, _, anchor = urllib.parse.unquote(target).partition("#")
        if path.startswith("/"):
            return "not relative"
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
        if wanted not in self._files and wanted not in self._folders:
            return "no such file"
        if anchor and anchor not in self._anchors_of(wanted):
            return "no such heading"
        return None

    def _anchors_of(self, path):
        if not path.endswith(".md"):
            return set()
        if path not in self._anchors:
            self._anchors[path] = anchors(self._read(path))
        return self._anchors[path]


def main():
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [path for path in listed.split("\0") if path and (ROOT / path).exists()]
    problems = list(Repository(paths, lambda path: (ROOT / path).read_text(encoding="utf-8")).problems())
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
