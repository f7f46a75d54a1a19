"""Bodies of requests, in the part of pydantic that 1.10 and 2 share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class Empty(BaseModel):
    """A change that needs no words."""


class AdditionBody(BaseModel):
    """An adapter to put into a prompt; what is left out is the recommendation."""

    id: int
    weight: float | None = None
    triggers: list[str] | None = None


class ComposeBody(BaseModel):
    """A prompt, and what to put in or take out; `caret` is how many characters stand before it."""

    prompt: str = ""
    add: list[AdditionBody] = []
    remove: list[int] = []
    caret: int | None = None


class RecommendBody(BaseModel):
    """A prompt to recommend for."""

    prompt: str
    limit: int = 20


class ScanBody(BaseModel):
    """How to scan."""

    force: bool = False


class GenerateBody(BaseModel):
    """What to draw; the fields of hosts.base.GenerationRequest that a caller may choose."""

    prompt: str
    negative_prompt: str = ""
    width: int = 512
    height: int = 512
    steps: int = 20
    cfg_scale: float = 7.0
    seed: int = -1
    sampler: str = "Euler a"
    batch_size: int = 1


class JobBody(BaseModel):
    """A job to run."""

    kind: str
    request: dict[str, Any] = {}


class TokenBody(BaseModel):
    """A token to make; the name says what it is for."""

    name: str


class PackageBody(BaseModel):
    """An optional package to install."""

    name: str


class InsertionBody(BaseModel):
    """What to put into the prompt of the web UI's page, and what to take out."""

    add: list[AdditionBody] = []
    remove: list[int] = []
