from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.api.serialise import job_json, safe_html
from lora_manager.services.jobs import Job


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("plain & simple", "plain &amp; simple"),
        ("<p>a</p><br><ul><li>b</li></ul>", "<p>a</p><br><ul><li>b</li></ul>"),
        ("<h1 class='x' id='y'>a</h1>", "<h1>a</h1>"),
        ("<script>alert(1)</script>x", "x"),
        ("<style>p{display:none}</style>x", "x"),
        ("<p style='position:fixed' onclick='a()'>x</p>", "<p>x</p>"),
        ("<img src=x onerror=alert(1)>x", "x"),
        ("<a href='javascript:alert(1)'>x</a>", '<a rel="noopener noreferrer nofollow">x</a>'),
        ("<a href=' jAvAsCrIpT:alert(1)'>x</a>", '<a rel="noopener noreferrer nofollow">x</a>'),
        ("<a href='data:text/html,x'>x</a>", '<a rel="noopener noreferrer nofollow">x</a>'),
        (
            "<a href='https://models.example' target='_top'>x</a>",
            '<a href="https://models.example" rel="noopener noreferrer nofollow">x</a>',
        ),
        ("<iframe src='//x'></iframe><object></object><embed><form><input></form>x", "x"),
        ("<p>open", "<p>open</p>"),
        ("<math><mtext></mtext></math><svg><a href='javascript:x'>y</a></svg>", None),
        ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", None),
    ],
)
def test_an_authors_html_is_made_safe(html: str, safe: str | None) -> None:
    found = safe_html(html)
    if safe is not None:
        assert found == safe
    for bad in ("<script", "<img", "onerror=alert(1)>", "javascript:", "<svg", "<style"):
        assert bad not in found


@given(st.text(alphabet=st.sampled_from(list("<>/=\"' abscript:onerrimgvhf&#;")), max_size=60))
def test_what_is_safe_stays_as_it_is(html: str) -> None:
    once = safe_html(html)
    assert safe_html(once) == once


def test_a_job_is_plain_json() -> None:
    job = Job(1, "scan", {"force": True}, "2026-01-02T00:00:00.000Z", result={"found": 1})
    text = json.dumps(job_json(job), allow_nan=False)
    assert json.loads(text)["result"] == {"found": 1}
    assert "request" not in json.loads(text)
