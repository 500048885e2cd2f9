"""Combinations of options in which every pair of choices of two options occurs."""

import itertools


def _pairs(row, options):
    """The pairs of choices that a row holds: ((option, choice), (option, choice))."""
    return set(itertools.combinations([(option, row[option]) for option in options], 2))


def _complete(first, options, open_pairs):
    """A row with the pair `first`, every other option chosen for the open pairs that it closes."""
    row = dict(first)
    for option, choices in options.items():
        if option in row:
            continue

        def closes(choice, option=option):
            mine = (option, choice)
            return sum(tuple(sorted((mine, other))) in open_pairs for other in row.items())

        row[option] = max(range(choices), key=closes)
    return row


def rows(options):
    """`options`: number of choices by name, sorted. Each row is an index of a choice by name; the same rows in every run."""
    options = dict(sorted(options.items()))
    names = list(options)
    open_pairs = {
        ((one, i), (other, k))
        for one, other in itertools.combinations(names, 2)
        for i in range(options[one])
        for k in range(options[other])
    }
    while open_pairs:
        row = _complete(min(open_pairs), options, open_pairs)
        open_pairs -= _pairs(row, names)
        yield row
