"""`flask setup`: what a migrated, empty database needs before anybody comes."""

import click
from flask.cli import with_appcontext

from forms import publish
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

    def found() -> list[str]:
        feed.found(session())
        outbox.put(session(), Kind.HOUSEKEEPING, "server", "first")
        outbox.put(session(), Kind.FEED_PURGE, "server", "first")
        kept = install(session(), pack, None)
        publish.announce_every(session())
        return kept

    for name in in_writing(session(), found):
        say(f"表单 {name} 已发布过不同的内容，保留已发布的", f"{name} stays as it was published")
    return ", ".join(f"{c.definition.form_id} {c.definition.version}" for c in pack.forms)
