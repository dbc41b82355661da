"""`flask setup`: what a migrated, empty database needs before anybody comes."""

import click
from flask.cli import with_appcontext

from forms.pack import install, load_pack
from server.cli.terminal import plainly, say
from server.services import session
from server.transaction import in_writing
from store import feed, outbox
from store.outbox import Kind

PACK = "household"


@click.command()
@with_appcontext
@plainly
def setup() -> None:
    """Found the feed, publish the shipped forms, plan the housekeeping. Harmless when repeated."""
    names = found_all()
    say(f"数据库已就绪，表单：{names}", f"the database is ready, forms: {names}")


def found_all() -> str:
    """The forms that are published now, in words."""
    pack = load_pack(PACK)

    def found() -> None:
        feed.found(session())
        install(session(), pack, None)
        outbox.put(session(), Kind.HOUSEKEEPING, "server", "first")

    in_writing(session(), found)
    return ", ".join(f"{c.definition.form_id} {c.definition.version}" for c in pack.forms)
