from __future__ import annotations

from lora_manager.db.engine import Database
from lora_manager.db.job_records import ENDED_EARLY, insert_job, interrupt_orphans, read_job, update_job


def test_a_job_is_written_and_read_back(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        job_id = insert_job(connection, "scan", {"force": True}, "me:1", "t0", "ada")
        update_job(connection, job_id, "done", "t1", "t2", "", {"found": 3})
        assert read_job(connection, 999) is None
        assert read_job(connection, job_id) == {
            "id": job_id,
            "kind": "scan",
            "state": "done",
            "request": {"force": True},
            "result": {"found": 3},
            "error": "",
            "created_at": "t0",
            "started_at": "t1",
            "finished_at": "t2",
            "user_name": "ada",
        }


def test_what_a_dead_process_left_is_interrupted_and_nothing_else(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        ids = {
            (owner, state): insert_job(connection, "scan", {}, owner, "t0", None)
            for owner in ("dead", "alive", "me")
            for state in ("queued", "running", "done", "failed")
        }
        for (_, state), job_id in ids.items():
            update_job(connection, job_id, state, None, None, "", None)
        interrupt_orphans(connection, "me", lambda owner: owner == "alive")
        after = {key: read_job(connection, job_id) for key, job_id in ids.items()}
    for (owner, state), job in after.items():
        assert job is not None
        if owner in ("dead", "me") and state in ("queued", "running"):
            assert (job["state"], job["error"]) == ("interrupted", ENDED_EARLY)
            assert job["finished_at"]
        else:
            assert (job["state"], job["error"], job["finished_at"]) == (state, "", None)
