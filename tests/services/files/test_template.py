from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.errors import BadInputError
from lora_manager.formats.file_names import why_unusable
from lora_manager.services.files.template import FIELDS, parse_template

VALUES = {
    "base_model": "SDXL 1.0",
    "family": "SDXL",
    "author": "ada",
    "archetype": "style",
    "first_tag": "ink",
    "version": "v2",
    "name": "Amber: a lantern",
    "stem": "amber_v2",
}


def path(template: str, **values: str) -> str:
    return "/".join(parse_template(template, has_folders=True).path_of({**VALUES, **values})).lstrip("/")


@pytest.mark.parametrize(
    ("template", "values", "wanted"),
    [
        ("{base_model}/{author}/{name}", {}, "SDXL 1.0/ada/Amber_ a lantern"),
        ("{base_model}/{author}/{name}", {"author": ""}, "SDXL 1.0/Unknown author/Amber_ a lantern"),
        ("{first_tag}/", {"first_tag": ""}, "Untagged/amber_v2"),
        ("{name} {version}", {"version": ""}, "Amber_ a lantern"),
        ("{version} - {name}", {"version": "", "name": "x"}, "x"),
        ("{name}", {"name": "..."}, "amber_v2"),
        ("{author}/{name}", {"author": "../../etc", "name": "a/b\\c"}, "etc/a_b_c"),
        ("{author}/{name}", {"author": "CON", "name": ".hidden"}, "_CON/hidden"),
        ("a// /{stem}", {}, "a/amber_v2"),
        ("{base_model}", {}, "SDXL 1.0/amber_v2"),
        ("{base_model}/{author}", {}, "SDXL 1.0/ada/amber_v2"),
        ("mine", {}, "mine/amber_v2"),
    ],
)
def test_paths(template: str, values: dict[str, str], wanted: str) -> None:
    assert path(template, **values) == wanted


@pytest.mark.parametrize(
    "template",
    [
        "",
        " ",
        "{nothing}",
        "{name",
        "name}",
        "x" * 301,
        "/".join("a" * 12),
        "../{name}",
        "a/../{stem}",
        "a/./{stem}",
        "/etc/{name}",
        "C:/{name}",
        "\\\\share\\{name}",
    ],
)
def test_what_means_nothing_is_refused(template: str) -> None:
    with pytest.raises(BadInputError, match="template"):
        parse_template(template, has_folders=True)


def test_a_name_has_no_folders() -> None:
    with pytest.raises(BadInputError, match="organise"):
        parse_template("a/{name}", has_folders=False)


@given(st.fixed_dictionaries({name: st.text(max_size=300) for name in FIELDS}), st.sampled_from(FIELDS))
def test_every_value_makes_names_that_every_system_can_hold(values: dict[str, str], field: str) -> None:
    template = parse_template(f"{{{field}}}/x {{{field}}}/{{{field}}} {{name}}", has_folders=True)
    folder, stem = template.path_of({**values, "stem": values["stem"] or "s"})
    parts = [*folder.split("/"), stem, stem + ".safetensors.rgthree-info.json"]
    assert len(parts) == 4
    assert [why_unusable(part) for part in parts] == [""] * 4
    assert not any(part.startswith(".") for part in parts)
