"""What a program prints for people, and a text that tries to take over their terminal."""

import re

# Commands (C0, C1), what ends lines for some readers, what changes the direction of text, what is not seen.
_UNPRINTABLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# A line that would look like one of the program's own stands in it.
EVIL = "No\x1b[2J\ncode:        OK\nok    user        admin\r\u202e\u2066\u200f\u061c\u2028\u0085\u009b\ufeff\u200b\U000e0041"
# Goes with it and stays as it is: other scripts, and an emoji that a joiner makes.
KEPT = "שלום 漢字 é 👩\u200d💻"


def unprintable(text):
    """Characters of a program's output that a terminal must not get."""
    return sorted(set(_UNPRINTABLE.findall(text)))
