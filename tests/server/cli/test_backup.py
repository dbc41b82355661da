"""`flask backup` and `flask restore` as an administrator types them."""

from pathlib import Path

from click.testing import Result

from server.launch.ground import only_one
from store import feed
from tests.backup.conftest import Office, office

assert office
"""The fixture of the backup's own tests."""


def run(office: Office, *words: str) -> Result:
    told: Result = office.app.test_cli_runner().invoke(args=list(words))
    return told


def test_a_backup_and_the_way_back(office: Office) -> None:
    done = run(office, "backup", str(office.copies), "--with-secret")
    assert done.exit_code == 0, done.output
    [archive] = office.copies.glob("*.zip")
    assert archive.with_name(archive.name + ".secret").exists()
    with office.read() as session:
        assert feed.backed_up_through(session) == feed.head(session)
        old = feed.epoch(session)
    office.stop()
    refused = run(office, "restore", str(archive))
    assert refused.exit_code == 1 and "--replace" in refused.output
    looked = run(office, "restore", str(archive), "--check")
    assert looked.exit_code == 0 and "whole" in looked.output
    done = run(office, "restore", str(archive), "--replace")
    assert done.exit_code == 0, done.output
    with office.read() as session:
        assert feed.epoch(session) != old


def test_an_archive_may_have_a_name_of_its_own(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "usb" / "before-the-round.zip"
    assert run(office, "backup", str(file)).exit_code == 0
    assert file.exists() and (file.parent / "media").is_dir()


def test_nothing_is_restored_while_a_launcher_holds_the_home(office: Office) -> None:
    run(office, "backup", str(office.copies))
    [archive] = office.copies.glob("*.zip")
    office.stop()
    with only_one(office.home):
        refused = run(office, "restore", str(archive), "--replace")
    assert refused.exit_code == 1 and "Stop it first" in refused.output
