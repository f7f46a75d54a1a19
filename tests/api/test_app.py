from __future__ import annotations

from fastapi import FastAPI
from starlette.testclient import TestClient

from lora_manager import __version__
from lora_manager.api.access import Access
from lora_manager.api.app import API, API_BELOW, BASE, pages_app
from lora_manager.api.gate import Gate
from tests.api.conftest import Client

ROUTES = {
    "GET adapters", "POST adapters", "GET facets", "GET adapters/{adapter_id}", "PATCH adapters/{adapter_id}",
    "GET adapters/{adapter_id}/thumbnail/{size}/{version}", "POST compose", "POST recommend", "POST scan", "GET jobs",
    "POST jobs", "GET jobs/{job_id}", "DELETE jobs/{job_id}", "GET generations", "GET images/{image_id}",
    "GET images/{image_id}/thumbnail/{size}", "GET analytics", "GET library", "GET problems", "GET host", "GET health",
    "GET tokens", "POST tokens", "DELETE tokens/{token_id}", "POST insertions",
    "GET packages", "POST packages", "POST adapters/{adapter_id}/open-folder",
    "GET folders", "GET saved-filters", "POST saved-filters", "DELETE saved-filters/{filter_id}", "GET hashing",
    "POST hashing", "GET completion",
}  # fmt: skip


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
