from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.fakes.host_login import Event, Page
from tests.hosts.in_sdnext import Inside

TWO = [("ann", "1"), ("ben", "2")]


@pytest.fixture
def user_of_run(sdnext: Inside) -> Any:
    """The function, of the SDNext that runs."""
    from lora_manager.hosts.sdnext_user import user_of_run

    return user_of_run


def test_without_logins_nobody_is_named(sdnext: Inside) -> None:
    assert sdnext.observed().user_name is None
    sdnext.module("shared").demo = Page(None)
    assert sdnext.observed().user_name is None


@pytest.mark.parametrize("tab", ["txt2img", "img2img", "control"])
def test_the_user_of_the_task_that_runs(sdnext: Inside, tab: str) -> None:
    sdnext.module("shared").demo = Page(TWO)
    assert sdnext.observed(tab=tab, user="ben").user_name == "ben"
    assert sdnext.observed(tab=tab, user="ann").user_name == "ann"
    # The API: no task, and two who may have sent it.
    assert sdnext.observed(tab=tab).user_name is None


def test_one_user_in_all_is_whose_run_it_is(sdnext: Inside) -> None:
    sdnext.module("shared").demo = Page([("ann", "1")])
    assert sdnext.observed().user_name == "ann"


def test_who_only_waits_is_not_meant(sdnext: Inside, user_of_run: Any) -> None:
    page = sdnext.module("shared").demo = Page(TWO)
    page._queue.active_jobs = [[Event(["task(1)"], "ann")], None, [Event(["task(2)"], "ben")]]
    assert user_of_run() is None
    sdnext.module("progress").start_task("task(2)")
    assert user_of_run() == "ben"


@pytest.mark.parametrize(
    "page",
    [
        "no page",
        SimpleNamespace(),
        SimpleNamespace(auth=lambda user, word: True, _queue=SimpleNamespace(active_jobs=5)),
        SimpleNamespace(auth=[()], _queue=SimpleNamespace(active_jobs=[SimpleNamespace(), [None], "x"])),
    ],
)
def test_a_page_of_another_gradio_names_nobody(sdnext: Inside, user_of_run: Any, page: object) -> None:
    sdnext.module("shared").demo = page
    sdnext.module("progress").start_task("task(1)")
    assert user_of_run() is None
