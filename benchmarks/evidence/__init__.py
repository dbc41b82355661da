"""An evidence lab: a made-up township with honest visits and staged ones, and what the checks see.

`make bench-evidence` prints the figures; docs/evidence-lab.md says what they show and cannot show.
"""
