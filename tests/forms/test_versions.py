"""A shipped form that changes gets a new version: installed servers keep what they published."""

import hashlib

import orjson

from forms.pack import ROOT, Pack


def test_a_shipped_version_is_what_it_was(pack: Pack) -> None:
    """After a change: give the form a new version and add its hash to versions.json."""
    told = orjson.loads((ROOT / pack.name / "versions.json").read_bytes())
    now = {
        f"{c.definition.form_id} {c.definition.version}": hashlib.sha256(
            c.xform.encode()
        ).hexdigest()
        for c in pack.forms
    }
    assert now.items() <= told.items()
