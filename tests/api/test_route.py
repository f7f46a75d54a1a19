from __future__ import annotations

import json

import pytest
from fastapi import APIRouter, FastAPI, HTTPException
from pydantic import BaseModel
from starlette.testclient import TestClient

from lora_manager.api.parameters import LARGEST, limit, offset, row_id
from lora_manager.api.route import MOST_BODY, Route, error_response, json_response
from lora_manager.errors import (
    BadInputError,
    CatalogueError,
    HostError,
    LoraManagerError,
    MissingDependencyError,
    NotFoundError,
)


class Body(BaseModel):
    """A body."""

    number: int


ERRORS: dict[str, tuple[Exception, int, str]] = {
    "bad": (BadInputError("Wrong."), 400, "bad_input"),
    "gone": (NotFoundError("Gone."), 404, "not_found"),
    "host": (HostError("Busy."), 409, "host_error"),
    "needs": (MissingDependencyError("Install it."), 503, "missing_dependency"),
    "full": (CatalogueError("Full."), 503, "catalogue_unusable"),
    "other": (LoraManagerError("Hm."), 409, "error"),
    "http": (HTTPException(403, "No."), 403, "refused"),
}


@pytest.fixture(scope="module")
def client() -> TestClient:
    """A host's app with a handler of its own, and one of our routers in it."""
    router = APIRouter(route_class=Route)

    @router.get("/raise/{name}")
    def fail(name: str) -> None:
        raise ERRORS[name][0]

    @router.post("/body")
    def take(body: Body, size: int = limit(1, 3)) -> object:
        return json_response({"got": body.number})

    @router.get("/row/{row}")
    def row(row: int = row_id(), offset: int = offset()) -> object:
        return json_response([row, offset])

    app = FastAPI()

    @app.exception_handler(404)
    def of_the_host(request: object, error: Exception) -> object:
        return error_response(418, "the host's own page", "host")

    app.include_router(router)
    return TestClient(app)


@pytest.mark.parametrize("name", sorted(ERRORS))
def test_our_errors_have_one_form_whatever_the_host_does(client: TestClient, name: str) -> None:
    error, status, code = ERRORS[name]
    answer = client.get(f"/raise/{name}")
    detail = error.detail if isinstance(error, HTTPException) else str(error)
    assert (answer.status_code, answer.json()) == (status, {"detail": detail, "code": code})
    assert answer.headers["cache-control"] == "no-store"


def test_the_hosts_own_errors_stay_the_hosts(client: TestClient) -> None:
    assert client.get("/elsewhere").json()["code"] == "host"


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"json": {}}, "number"),
        ({"json": {"number": "x"}}, "number"),
        ({"json": {"number": 1}, "params": {"size": 9}}, "size"),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, ""),
        ({"json": [1]}, "body"),
    ],
)
def test_a_bad_request_names_its_first_mistake(client: TestClient, options: dict[str, object], where: str) -> None:
    answer = client.post("/body", **options)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_request"
    assert where in answer.json()["detail"]


def test_a_body_that_cannot_be_parsed_at_all_has_the_form_too(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    for content in (b"\xff\xfe\xfd", b"[" * 100_000):
        answer = client.post("/body", content=content, headers=headers)
        assert answer.status_code in (400, 422)
        assert set(answer.json()) == {"detail", "code"}


def test_a_body_beyond_reason_is_refused_before_it_is_read(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post("/body", content=b"{}", headers={**headers, "content-length": str(MOST_BODY + 1)})
    assert (answer.status_code, answer.json()["code"]) == (413, "refused")
    answer = client.post("/body", content=iter([b"{}"]), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (411, "refused")


def test_numbers_beyond_a_databases_integer_are_refused(client: TestClient) -> None:
    assert client.get(f"/row/{LARGEST}", params={"offset": LARGEST}).json() == [LARGEST, LARGEST]
    for path in (f"/row/{LARGEST + 1}", "/row/-1", f"/row/1?offset={LARGEST + 1}", "/row/1?offset=-1"):
        assert client.get(path).status_code == 422


@pytest.mark.parametrize("path", ["/row/1", "/row/-1", "/raise/gone"])
def test_json_is_taken_for_nothing_else_and_not_by_other_sites(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_json_is_compact_utf8_and_never_kept() -> None:
    answer = json_response({"ключ": "星", "half": "\ud800"}, 201)
    assert answer.status_code == 201
    assert answer.body == '{"ключ":"星","half":"?"}'.encode()
    assert json.loads(answer.body)["ключ"] == "星"
    assert answer.headers["cache-control"] == "no-store"


def test_numbers_that_json_has_no_word_for_are_sent_as_none() -> None:
    values = {"a": [1.5, float("nan")], "b": (float("inf"), {"c": float("-inf")}), "d": "NaN"}
    assert json.loads(json_response(values).body) == {"a": [1.5, None], "b": [None, {"c": None}], "d": "NaN"}
