"""A web UI that runs with LoRA Manager in it, talked to from outside: our API, and the host's own."""

from __future__ import annotations

import base64
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from tests.contract.limits import Limits

OURS = "/lora-manager/api/v1/"
PREFERRED = ("ink-wash", "paper-cut")
ENDED = ("done", "failed", "cancelled", "interrupted")
_POLL_S = 0.25
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

Json = dict[str, Any]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Answer:
    """Status and body of one request; `document` is None where the body is no JSON."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The stable word of an error."""
        return str((self.document or {}).get("code", ""))

    @property
    def document(self) -> Any:
        """The parsed body."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def detail(self) -> str:
        """The sentence of an error."""
        return str((self.document or {}).get("detail", ""))


@dataclass(frozen=True)
class User:
    """Of a host's login, or of its API."""

    name: str
    password: str

    @property
    def basic(self) -> dict[str, str]:
        """The header of HTTP Basic."""
        words = base64.b64encode(f"{self.name}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {words}"}


@dataclass(frozen=True)
class Lora:
    """A file that the host lists and our catalogue holds."""

    id: int
    tag_name: str
    path: str

    def tag(self, weight: float) -> str:
        """How it stands in a prompt."""
        return f"<lora:{self.tag_name}:{weight:g}>"


@dataclass
class RunningHost:
    """One web UI. Nothing in here knows whether it is imitated, but for what only an imitated one can be asked.

    `login` is who logs in to its page, `api_user` whom its own API asks for.
    """

    url: str
    family: str
    limits: Limits
    log: Path | None = None
    imitated: bool = False
    login: User | None = None
    api_user: User | None = None
    cookie: str = ""
    _loras: list[Lora] = field(default_factory=list)
    _ran: list[str] = field(default_factory=list)

    # --- requests ------------------------------------------------------------------------------------------------

    def ask(
        self, method: str, path: str, body: object | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request; a body goes as JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        own = self.api_user.basic if self.api_user is not None and path.startswith("/sdapi/") else {}
        for name, value in {**self.cookies(), **own, **(headers or {})}.items():
            if value:
                request.add_header(name, value)
        return self._sent(request)

    def _sent(self, request: urllib.request.Request) -> Answer:
        try:
            with _OPENER.open(request, timeout=self.limits.runs_s) as answer:
                return Answer(answer.status, answer.read(), answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read(), error.headers)

    @property
    def origin(self) -> str:
        """Of the host's page."""
        place = urlsplit(self.url)
        return f"{place.scheme}://{place.netloc}"

    def cookies(self) -> dict[str, str]:
        """The header of who is logged in."""
        return {"Cookie": self.cookie} if self.cookie else {}

    def log_in(self) -> None:
        """Send the form of the host's own login page, and keep the cookie of plain http."""
        if self.login is None:
            return
        form = urlencode({"username": self.login.name, "password": self.login.password}).encode()
        request = urllib.request.Request(f"{self.url}/login", data=form, method="POST")
        # SDNext mounts its own sub-path last: our API answers there a moment before its login does.
        answer = self.wait("the login is there", lambda: (sent := self._sent(request)).status != 404 and sent)
        assert answer.status == 200, answer
        given = [value.split(";") for name, value in answer.headers.items() if name.lower() == "set-cookie"]
        plain = [first for first, *rest in given if not any(word.strip().lower() == "secure" for word in rest)]
        self.cookie = "; ".join(plain)

    def anonymous(self) -> RunningHost:
        """The same host for somebody who is not logged in."""
        return replace(self, cookie="")

    def through(self, url: str) -> RunningHost:
        """The same host by another address."""
        return replace(self, url=url)

    def _document(self, method: str, path: str, body: object | None = None) -> Any:
        answer = self.ask(method, path, body)
        assert answer.status < 300, (method, path, answer.status, answer.body[:500])
        return answer.document

    def get(self, path: str) -> Any:
        """The answer of our API."""
        return self._document("GET", OURS + path)

    def post(self, path: str, body: Json) -> Any:
        """Send to our API."""
        return self._document("POST", OURS + path, body)

    def host_get(self, path: str) -> Any:
        """The answer of the host's own API."""
        return self._document("GET", f"/sdapi/v1/{path}")

    def wait(self, what: str, look: Callable[[], Result], limit_s: float | None = None) -> Result:
        """Look again and again until something is there."""
        until = time.monotonic() + (limit_s or self.limits.runs_s)
        while not (found := look()):
            assert time.monotonic() < until, f"waited too long: {what}"
            time.sleep(_POLL_S)
        return found

    # --- our own work --------------------------------------------------------------------------------------------

    def job(self, job_id: int) -> Json:
        """A job as it is now."""
        found: Json = self.get(f"jobs/{job_id}")
        return found

    def ended(self, job: Json) -> Json:
        """The job once it has ended, however it did."""

        def look() -> Json | None:
            now = self.job(job["id"])
            return now if now["state"] in ENDED else None

        return self.wait(f"job {job['id']} ends", look) or job

    def start(self, prompt: str, **changes: Any) -> Json:
        """Queue a generation of ours, as small as the host's table says."""
        size = self.limits.size
        request = {"prompt": prompt, "width": size, "height": size, "steps": self.limits.steps, "seed": 7, **changes}
        request.setdefault("sampler", self.sampler())
        job: Json = self.post("jobs", {"kind": "generate", "request": request})
        return job

    def generate(self, prompt: str, **changes: Any) -> Json:
        """Make pictures with a job of ours; fails the test if the job fails."""
        job = self.ended(self.start(prompt, **changes))
        assert job["state"] == "done", job
        return job

    def cancel(self, job: Json) -> Json:
        """Ask a job to stop."""
        asked: Json = self._document("DELETE", f"{OURS}jobs/{job['id']}", {})
        return asked

    def scan(self) -> Json:
        """Scan to the end."""
        job = self.ended(self.post("scan", {}))
        assert job["state"] == "done", job
        return job

    def sampler(self) -> str:
        """A simple sampler that the host lists."""
        samplers: list[str] = self.get("host")["samplers"]
        return "Euler" if "Euler" in samplers else samplers[0]

    def loras(self) -> list[Lora]:
        """Two files that both the host and we list; the ones of the known test library where they are there."""
        if not self._loras:
            self._loras = self.wait("two LoRAs that the host and we list", self._two_loras)
        return self._loras

    def _two_loras(self) -> list[Lora]:
        """Both, or nothing: a host that lists its folder anew shows less for a moment."""
        listed = {item["name"]: item["path"] for item in self.host_get("loras")}
        ours = {card["tag_name"]: card for card in self.get("adapters?limit=200&sort=name")["items"]}
        names = [name for name in (*PREFERRED, *sorted(listed)) if name in listed and name in ours]
        chosen = list(dict.fromkeys(names))[:2]
        return [Lora(ours[name]["id"], name, listed[name]) for name in chosen] if len(chosen) == 2 else []

    # --- what was recorded ---------------------------------------------------------------------------------------

    def generations(self, limit: int = 20) -> list[Json]:
        """The newest recorded generations, newest first."""
        found: list[Json] = self.get(f"generations?limit={limit}")["items"]
        return found

    def recorded(self) -> int:
        """How many there are."""
        return int(self.get("generations?limit=0")["total"])

    def unique(self, prompt: str) -> str:
        """A prompt that nobody has used before, so that what was made of it can be told from all else."""
        return f"{prompt} {secrets.token_hex(4)}"

    def made(self, prompt: str) -> list[Json]:
        """What was recorded for a prompt, once there is something."""
        return self.wait(f"a record of '{prompt}'", lambda: self._with_prompt(prompt))

    def only_record(self, prompt: str) -> Json:
        """The one record of a prompt; that of a later run shows that no second one is on its way."""
        later = self.unique("a plain picture")
        assert self.user_run(later).status == 200
        assert len(self.made(later)) == 1
        [generation] = self.made(prompt)
        return generation

    def settle(self) -> None:
        """Wait until every run of the user is recorded: that goes on for a moment after the host has answered."""
        for prompt in self._ran:
            self.made(prompt)
        self._ran.clear()

    def _with_prompt(self, prompt: str) -> list[Json]:
        return [generation for generation in self.generations() if generation["prompt"] == prompt]

    def uses(self, lora: Lora) -> int:
        """How often a LoRA was used."""
        return int(self.get(f"adapters/{lora.id}")["uses"])

    # --- the user's own work -------------------------------------------------------------------------------------

    def user_run(self, prompt: str, **changes: Any) -> Answer:
        """What the user's own Generate does, through the host's API: saved as from the page."""
        size = self.limits.size
        body = {
            "prompt": prompt,
            "negative_prompt": "",
            "width": size,
            "height": size,
            "steps": self.limits.steps,
            "seed": 11,
            "n_iter": 1,
            "batch_size": 1,
            "sampler_name": self.sampler(),
            "save_images": True,
            **changes,
        }
        answer = self.ask("POST", "/sdapi/v1/txt2img", body)
        if answer.status == 200:
            self._ran.append(prompt)
        return answer

    def is_drawing(self) -> bool:
        """Whether a run of anybody is at its steps."""
        state = self.host_get("progress?skip_current_image=true")["state"]
        return bool(state["job_count"] and state["sampling_step"])

    def thread_names(self) -> list[str]:
        """Names of the host's threads. Only an imitated host tells."""
        assert self.imitated
        names: Sequence[str] = self._document("GET", "/imitated/threads")
        return list(names)

    def reported(self) -> list[str]:
        """What went wrong in callbacks of extensions. Only an imitated host tells."""
        return list(self._document("GET", "/imitated/reported")) if self.imitated else []

    def logged(self) -> str:
        """What the host wrote to its log; "" where we have none."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log else ""
