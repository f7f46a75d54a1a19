"""Putting adapters into a prompt and taking them out again: pure text, no catalogue.

A prompt is read as phrases between commas, line breaks, tags and the keywords BREAK and AND. A trigger word is in the
prompt when it is one of those phrases, whatever its case and the attention syntax around it. What is added goes to the
end, or to the end of the phrase at the caret, as `..., trigger, trigger <lora:name:weight>`: the tag follows its words
after a blank, so that no comma is left over for the text encoder once the host has cut the tag out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lora_manager.formats import lora_tags

_SEPARATOR = re.compile(r"[,\n]|\b(?:BREAK|AND)\b")
_SENTENCE_MARKS = ".!?;"
_SENTENCE_END = re.compile(r"[.!?;](?=\s)")
_UNESCAPED_BRACKET = re.compile(r"\\(.)|([()\[\]])", re.DOTALL)
_ESCAPED = re.compile(r"\\([()\[\]\\])")
_OPEN, _CLOSE = "([", ")]"
_LONGEST_WEIGHT = 12


@dataclass(frozen=True)
class Insertion:
    """One adapter to put into a prompt: its tag name on this host, its weight and the trigger words that go with it."""

    tag_name: str
    weight: float
    triggers: tuple[str, ...] = ()


def insert(prompt: str, insertion: Insertion, caret: int | None = None) -> str:
    """The prompt with the adapter's tag and trigger words, each once; a tag already there gets the new weight.

    What is added goes to the end, or to the end of the phrase at `caret`: no word, tag or bracket is ever broken.
    """
    result = set_weight(prompt, insertion.tag_name, insertion.weight)
    present = {phrase.key for phrase in _prompt_phrases(result)}
    missing: list[str] = []
    for phrase in _trigger_phrases(insertion.triggers):
        if phrase.key not in present:
            present.add(phrase.key)
            missing.append(_escape(phrase.text))
    is_there = _has_tag(result, insertion.tag_name)
    place = len(result) if caret is None else _end_of_phrase(result, caret)
    head, tail = result[:place], result[place:]
    extended = _append(head, ", ".join(missing), ", ")
    if not is_there:
        extended = _append(extended, lora_tags.format_tag(insertion.tag_name, insertion.weight), " ")
    return extended + _parted(tail) if extended != head else result


def _end_of_phrase(prompt: str, caret: int) -> int:
    """Where the phrase at the caret ends: before the next separator outside every tag and bracket, or at the end."""
    if not prompt[: max(caret, 0)].strip():
        return 0
    tags = [(tag.start, tag.end) for tag in lora_tags.find_tags(prompt)]
    marks = [(match.start(), match.group(2) or "") for match in _UNESCAPED_BRACKET.finditer(prompt)]
    separators = [(match.start(), ",") for match in _SEPARATOR.finditer(prompt)]
    depth, tag_number = 0, 0
    for position, mark in sorted(marks + separators):
        while tag_number < len(tags) and tags[tag_number][1] <= position:
            tag_number += 1
        if tag_number < len(tags) and tags[tag_number][0] <= position:
            continue
        if mark and mark in _OPEN:
            depth += 1
        elif mark and mark in _CLOSE:
            depth = max(0, depth - 1)
        elif mark and depth == 0 and position >= caret:
            return position
    return len(prompt)


def _parted(tail: str) -> str:
    """What follows an insertion, with a separator before it where it brings none."""
    if not tail.strip(" \t,"):
        return ""
    if tail[0] in ",\n":
        return tail
    return (" " if _SEPARATOR.match(tail) else ", ") + tail.lstrip(" \t")


def remove(prompt: str, tag_name: str, triggers: Iterable[str] = ()) -> str:
    """The prompt without the adapter's tag and without one occurrence, the last, of each of these trigger words.

    Which trigger words another adapter of the prompt still needs is for the caller to know. What `insert` added goes
    without a trace, except that commas and blanks at the very end of the prompt may be gone.
    """
    spans = [(tag.start, tag.end) for tag in lora_tags.find_tags(prompt) if lora_tags.same_name(tag.name, tag_name)]
    last = {phrase.key: phrase for phrase in _prompt_phrases(prompt)}
    wanted = {phrase.key for phrase in _trigger_phrases(triggers)}
    spans += [(last[key].start, last[key].end) for key in wanted if key in last]
    return lora_tags.cut(prompt, spans)


def set_weight(prompt: str, tag_name: str, weight: float) -> str:
    """The prompt with this weight in the first tag of this name; unchanged when there is no such tag."""
    for tag in lora_tags.find_tags(prompt):
        if lora_tags.same_name(tag.name, tag_name):
            return prompt[: tag.start] + lora_tags.with_weight(tag, weight) + prompt[tag.end :]
    return prompt


def rename_tags(prompt: str, names: Mapping[str, str]) -> str:
    """The prompt with every tag of one of these names under its new one; weights and all else stay as typed."""
    pieces, end = [], 0
    for tag in lora_tags.find_tags(prompt):
        if tag.name in names:
            begin = tag.start + tag.text.index(":") + 1
            pieces += [prompt[end:begin], names[tag.name]]
            end = begin + len(tag.name)
    return "".join([*pieces, prompt[end:]])


def has_phrase(prompt: str, words: str) -> bool:
    """Whether these words stand in the prompt as a phrase of their own, as `insert` understands it."""
    wanted = {phrase.key for phrase in _phrases(words)}
    return bool(wanted) and wanted <= {phrase.key for phrase in _prompt_phrases(prompt)}


@dataclass(frozen=True)
class _Phrase:
    """A phrase at `prompt[start:end]` with the attention brackets that enclose it alone; text and key are without."""

    start: int
    end: int
    text: str
    key: str


def _has_tag(prompt: str, tag_name: str) -> bool:
    return any(lora_tags.same_name(tag.name, tag_name) for tag in lora_tags.find_tags(prompt))


def _append(prompt: str, addition: str, separator: str) -> str:
    if not addition:
        return prompt
    base = prompt.rstrip(" \t,")
    if not base or base.endswith("\n"):
        return base + addition
    if separator == ", " and (base.endswith((" BREAK", " AND")) or _ends_sentence(base, addition)):
        separator = " "
    return base + separator + addition


def _ends_sentence(base: str, addition: str) -> bool:
    """Whether a blank is enough after `base`: not before words such as `mr. smith`, which would be read as two."""
    return base[-1] in _SENTENCE_MARKS and not _SENTENCE_END.search(addition)


def _trigger_phrases(triggers: Iterable[str]) -> Iterator[_Phrase]:
    for trigger in triggers:
        yield from _phrases(trigger)


def _prompt_phrases(prompt: str) -> Iterator[_Phrase]:
    """The phrases of a prompt; a sentence's end may part two of them (`a dragon. ink wash`) or not (`mr. smith`)."""
    sentence_ends = [(match.end(), match.end()) for match in _SENTENCE_END.finditer(prompt)]
    if sentence_ends:
        yield from _phrases(prompt, sentence_ends)
    # Last, because whoever looks for one place of a phrase takes the last: a whole phrase before a part of one.
    yield from _phrases(prompt)


def _phrases(prompt: str, bounds: Iterable[tuple[int, int]] = ()) -> Iterator[_Phrase]:
    bounds = [*bounds, *((tag.start, tag.end) for tag in lora_tags.find_tags(prompt))]
    bounds += [match.span() for match in _SEPARATOR.finditer(prompt)]
    position = 0
    for start, end in [*sorted(bounds), (len(prompt), len(prompt))]:
        if start >= position:
            phrase = _read_phrase(prompt, position, start)
            if phrase.key:
                yield phrase
        position = max(position, end)


def _read_phrase(prompt: str, start: int, end: int) -> _Phrase:
    """Find the words between the brackets. `((samus \\(metroid\\):1.2))` has the key `samus (metroid)`."""
    start, end = _trim(prompt, start, end)
    first, last = start, end
    openers: list[int] = []
    while first < last and prompt[first] in _OPEN:
        openers.append(first)
        first = _trim(prompt, first + 1, last)[0]
    unmatched = _unmatched_closers(prompt, first, last)
    closers: list[int] = []
    while last > first and last - 1 in unmatched:
        closers.append(last)
        last = _trim(prompt, first, last - 1)[1]
    words_end = _without_weight(prompt, first, last) if closers else last
    # Brackets that enclose this phrase alone go with it; those that enclose its neighbours too have to stay.
    pairs = min(len(openers), len(closers))
    whole_start = openers[len(openers) - pairs] if pairs else first
    whole_end = closers[len(closers) - pairs] if pairs else words_end
    text = prompt[first:words_end]
    key = " ".join(_ESCAPED.sub(r"\1", text).casefold().rstrip(_SENTENCE_MARKS).split())
    return _Phrase(whole_start, whole_end, text, key)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _unmatched_closers(text: str, start: int, end: int) -> set[int]:
    depth = 0
    unmatched: set[int] = set()
    for match in _UNESCAPED_BRACKET.finditer(text, start, end):
        bracket = match.group(2)
        if bracket is None:
            continue
        if bracket in _OPEN:
            depth += 1
        elif depth:
            depth -= 1
        else:
            unmatched.add(match.start())
    return unmatched


def _without_weight(text: str, start: int, end: int) -> int:
    """Where the words end before an attention weight such as `:1.2`."""
    colon = text.rfind(":", max(start, end - _LONGEST_WEIGHT), end)
    if colon < 0:
        return end
    try:
        float(text[colon + 1 : end])
    except ValueError:
        return end
    return _trim(text, start, colon)[1]


def _escape(words: str) -> str:
    """Words as a prompt needs them: brackets that are part of a name are not attention syntax."""
    return _UNESCAPED_BRACKET.sub(lambda match: "\\" + match.group(2) if match.group(2) else match.group(0), words)
