"""A digester that is killed at any moment goes on from there: nothing is torn, nothing is done twice."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest

from lora_manager.db.digests import digest_ids, digests_since
from lora_manager.db.engine import Database
from lora_manager.db.stamps import last_stamp
from lora_manager.search.ranking.document import unpack
from lora_manager.services.digests.digester import Digester
from tests.db.described import described, put
from tests.helpers.backups import is_sound

COUNT = 2_000
KILLS = 20
PROGRAM = """
import sys
from pathlib import Path
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.services.digests import digester
digester.AT_ONCE = 7
print("begins", flush=True)
digester.Digester(Database(sqlite_url(Path(sys.argv[1])))).catch_up()
"""


@pytest.mark.slow
def test_a_digester_killed_at_any_moment_goes_on_from_there(fresh_database: Database) -> None:
    ids = put(fresh_database, *(described(f"{n}.pt", f"Amber lantern {n}") for n in range(COUNT)))
    assert fresh_database.path is not None
    rng, done, kills = random.Random(7), 0, 0
    while kills < KILLS:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(fresh_database.path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.06))
        process.kill()
        process.communicate()
        kills += process.returncode < 0
        with fresh_database.read() as connection:
            rows = digests_since(connection, 0, limit=COUNT)
            assert max((row.stamp for row in rows), default=0) <= last_stamp(connection)
        assert done <= len(rows) < COUNT
        done = len(rows)
        assert all(unpack(row.document).terms.size for row in rows)
    assert done > 0
    assert is_sound(fresh_database.path)
    seen: list[int] = []
    Digester(fresh_database).catch_up(lambda _, total, __: seen.append(total))
    assert seen[0] == COUNT - done
    with fresh_database.read() as connection:
        assert digest_ids(connection) == ids
