from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from lora_manager.api.parameters import (
    LARGEST,
    LONGEST_QUERY,
    json_object,
    limit,
    offset,
    row_id,
    search_text,
    several,
)


@pytest.fixture
def http() -> TestClient:
    app = FastAPI()

    @app.get("/list")
    def read_list(
        q: str = search_text(), tag: list[str] = several(), size: int = limit(5, 9), start: int = offset()
    ) -> list[object]:
        return [q, tag, size, start]

    @app.post("/row/{row}")
    def change(row: int = row_id(), values: dict[str, object] = json_object()) -> list[object]:
        return [row, values]

    return TestClient(app)


def test_what_is_left_out_has_its_default(http: TestClient) -> None:
    assert http.get("/list").json() == ["", [], 5, 0]


def test_what_is_given_is_taken(http: TestClient) -> None:
    parameters = {"q": "x", "tag": ["a", "b"], "size": 9, "start": LARGEST}
    assert http.get("/list", params=parameters).json() == ["x", ["a", "b"], 9, LARGEST]
    assert http.post(f"/row/{LARGEST}", json={"a": 1}).json() == [LARGEST, {"a": 1}]


@pytest.mark.parametrize(
    "wrong", [{"q": "x" * (LONGEST_QUERY + 1)}, {"size": 10}, {"size": -1}, {"start": -1}, {"start": LARGEST + 1}]
)
def test_what_is_beyond_the_limits_is_refused_by_every_fastapi(http: TestClient, wrong: dict[str, object]) -> None:
    assert http.get("/list", params=wrong).status_code == 422


@pytest.mark.parametrize(("row", "body"), [(-1, {}), (LARGEST + 1, {}), (1, [1]), (1, "x")])
def test_rows_and_bodies_have_their_form(http: TestClient, row: int, body: object) -> None:
    assert http.post(f"/row/{row}", json=body).status_code == 422
