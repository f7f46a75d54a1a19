from __future__ import annotations

from fastapi import FastAPI
from starlette.testclient import TestClient

from lora_manager import __version__
from lora_manager.api.access import Access
from lora_manager.api.app import API, API_BELOW, BASE, pages_app
from lora_manager.api.gate import Gate
from tests.api.conftest import Client
from tests.api.test_every_route import CALLS

ROUTES = {route for route in CALLS if not route.split(" ")[1].startswith("/")} - {"GET openapi.json"}
"""Every route of the API; that none is missing there is tested there."""


def test_the_description_has_every_route(reader: Client) -> None:
    described = reader.http.get(f"{API}/openapi.json").json()
    assert described["info"]["version"] == __version__
    found = {
        f"{method.upper()} {path.removeprefix(f'{API_BELOW}/')}"
        for path, methods in described["paths"].items()
        for method in methods
    }
    assert found == ROUTES


def test_the_address_alone_leads_to_the_page(reader: Client) -> None:
    for path in ("/", BASE):
        answer = reader.http.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, f"{BASE}/")
    assert "<lm-app>" in reader.http.get("/").text


def test_documentation_that_loads_scripts_from_elsewhere_is_not_served(reader: Client) -> None:
    for path in ("/docs", "/redoc", f"{API}/docs", "/openapi.json"):
        assert reader.http.get(path).status_code == 404


def test_a_host_gets_our_routes_beside_its_own(reader: Client) -> None:
    host = FastAPI()

    @host.get("/own")
    def own() -> str:
        return "the host's"

    access = Access()
    host.mount(BASE, Gate(pages_app(reader.app, access), access))
    http = TestClient(host, base_url="http://localhost")
    assert http.get("/own").json() == "the host's"
    assert http.get(f"{API}/health").json()["status"] == "ok"
    assert http.get(f"{BASE}/").status_code == 200
    assert http.get("/").status_code == 404, "the host's front page stays the host's"
    assert http.post("/own", content=b"x").status_code == 405, "our guard is for our routes only"
