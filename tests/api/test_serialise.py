from __future__ import annotations

import json

from lora_manager.api.serialise import job_json
from lora_manager.services.jobs import Job


def test_a_job_is_plain_json() -> None:
    job = Job(1, "scan", {"force": True}, "2026-01-02T00:00:00.000Z", result={"found": 1})
    text = json.dumps(job_json(job), allow_nan=False)
    assert json.loads(text)["result"] == {"found": 1}
    assert "request" not in json.loads(text)
