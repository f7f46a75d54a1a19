"""Part 4 of the notes: running the web UIs without a graphics card and without a network."""

from __future__ import annotations

from tests.host_facts import Fact, NotOurs, not_ours, seen_to

FACTS: tuple[Fact, ...] = (
    not_ours(
        "4.0:1", "SDNext wants triton, and torchvision's operators", NotOurs.TRYING, "of the machine that tries it"
    ),
    not_ours("4.0:2", "small models that the hosts load", NotOurs.TRYING, "of the machine that tries it"),
    seen_to(
        "4.0:3",
        "offline, installers are left out",
        "tests/test_extension.py::test_a_missing_package_is_said_with_its_remedy",
        "tests/test_install.py::test_without_any_network_it_ends_at_once",
    ),
    not_ours("4.0:4", "SDNext restarts with the Python of PATH", NotOurs.TRYING, "of the machine that tries it"),
    seen_to(
        "4.0:5",
        "SDNext's limit on requests",
        "tests/web/core/pace.test.mjs::whoever asks without end is slowed down to half of what hosts allow; others"
        " are not",
    ),
    not_ours("4.0:6", "where to get AUTOMATIC1111's sources", NotOurs.TRYING, "of the machine that tries it"),
)
