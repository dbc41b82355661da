"""A newer app takes over what an older one kept, in a real browser's database."""

from pathlib import Path

from store import digest
from tests.client.node import library, needs_node
from tests.client.shell import served
from tests.kit.browser import browser

pytestmark = needs_node
OLDER = """async (records) => {
  const opening = indexedDB.open('phone', 1)
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('kv')
    opening.result.createObjectStore('records', { keyPath: 'id' }).createIndex('unit', 'unit')
  }
  await new Promise((good) => (opening.onsuccess = good))
  const tx = opening.result.transaction('records', 'readwrite')
  for (const record of records) tx.objectStore('records').put(record)
  await new Promise((good) => (tx.oncomplete = good))
  opening.result.close()
  const { Store } = await import('/app/store.js')
  const store = await Store.open('phone')
  return [store.db.version, await store.db.getAllKeys('sums'), await store.db.getAll('sums')]
}"""


def test_what_an_older_app_had_pulled_comes_to_the_servers_figures(tmp_path: Path) -> None:
    held = [("a", "north", 1), ("b", "north", 7), ("c", "south", 2)]
    records = [{"id": ident, "unit": unit, "v": v} for ident, unit, v in held]
    folder = library(tmp_path / "built", "src/db/store.ts", "store")
    with served(folder) as shell, browser() as opened:
        page = opened.new_page()
        page.goto(f"{shell.url}/app/")
        version, units, sums = page.evaluate(OLDER, records)
    assert (version, units) == (2, ["north", "south"])
    for unit, told in zip(units, sums, strict=True):
        words = [digest.word(ident, v) for ident, of, v in held if of == unit]
        assert told["records"] == len(words)
        assert (told["high"] << 32) + told["low"] == sum(words) % 2**64
