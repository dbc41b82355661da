"""Checks over many: each compares the households of a township with one another, on a day.

A module here is one check: `rule`, `read(session, township, asof)` which gives its input, and
`judge(input, limits)` which gives [(submission, what was found in it)] and reads nothing. `asof` is
aware and in the office's zone; `limits` are the dated figures of that day and place; `about` is its
line of the catalogue. A finding is about visits: nothing is added up for a person, and no person is
named.
"""
