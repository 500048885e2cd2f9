"""The link check on pages made for it."""

import unittest

import check_links

GUIDE = """\
# Guide: the `first` steps
## Set up
## Set up
<a id="by-hand"></a>
```sh
# not a heading
```
"""


def problems(page, **others):
    files = {"docs/page.md": page, "docs/guide.md": GUIDE, "README.md": "# Home\n", "src/main.cc": "", **others}
    return [line.removeprefix("docs/page.md:") for line in check_links.Repository(files, files.__getitem__).problems()]


class CheckLinks(unittest.TestCase):
    def test_links_that_lead_somewhere(self):
        for target in (
            "guide.md",
            "./guide.md#set-up",
            "guide.md#set-up-1",
            "guide.md#guide-the-first-steps",
            "guide.md#by-hand",
            "../README.md#home",
            "../src",
            "../src/main.cc",
            "https://example.com/missing.md#x",
            "mailto:someone@example.com",
        ):
            self.assertEqual(problems(f"see [it]({target}), [a [b]]({target} 'title')\n\n[ref]: {target}\n"), [], target)

    def test_an_anchor_of_the_page_itself(self):
        self.assertEqual(problems("# Here\n[up](#here)\n"), [])
        self.assertEqual(problems("# Here\n[up](#there)\n"), ["2: #there: no such heading"])

    def test_missing_files_and_headings(self):
        self.assertEqual(problems("\n[it](missing.md)"), ["2: missing.md: no such file"])
        self.assertEqual(problems("[ref]: ../src/none.cc"), ["1: ../src/none.cc: no such file"])
        self.assertEqual(problems("![it](guide.md#not-a-heading)"), ["1: guide.md#not-a-heading: no such heading"])
        self.assertEqual(problems("[it](../src/main.cc#l1)"), ["1: ../src/main.cc#l1: no such heading"])
        self.assertEqual(problems("[it](../../outside.md)"), ["1: ../../outside.md: no such file"])
        self.assertEqual(problems("[it](/README.md)"), ["1: /README.md: not relative"])

    def test_code_is_not_looked_at(self):
        self.assertEqual(problems("`[it](missing.md)` and ``a ` [it](missing.md)``\n"), [])
        self.assertEqual(
            problems("~~~~\n[it](missing.md)\n~~~\n[it](missing.md)\n~~~~\n[it](gone.md)"), ["6: gone.md: no such file"]
        )

    def test_several_on_a_line_and_one_on_two(self):
        self.assertEqual(len(problems("[a](x.md) [b](y.md)")), 2)
        self.assertEqual(problems("[a\nb](x.md)"), ["2: x.md: no such file"])


if __name__ == "__main__":
    unittest.main()
