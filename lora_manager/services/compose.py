"""Composing a prompt from adapters of the catalogue: tags and trigger words in, or out again, never twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from lora_manager.db.cards import Card, cards
from lora_manager.db.engine import Database
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.formats.lora_tags import LoraTag, find_tags
from lora_manager.services.compose_text import Insertion, insert, remove
from lora_manager.services.finding import DEFAULT_WEIGHT
from lora_manager.services.tag_names import ReachedFile, TagNames

MAX_PROMPT = 100_000
MAX_WEIGHT = 100.0
MAX_CHANGES = 500
MAX_TAGS = 500
"""In a prompt that is to be changed: each is looked up again for every LoRA that goes out."""
MOST_READ = 2_000_000
"""Characters that one call reads: every change reads the prompt whole, two seconds in all at the most."""
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Addition:
    """An adapter to put in; None takes its recommended weight, or its first group of trigger words."""

    adapter_id: int
    weight: float | None = None
    triggers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class AdapterInPrompt:
    """One tag of a prompt: the adapter it reaches, or `known` False when no file has that name."""

    adapter_id: int | None
    name: str
    tag_name: str
    weight: float
    known: bool
    preview_version: str | None = None
    renamed_to: str = ""
    """The tag name that its file has now, where the tag is one that it had before."""


@dataclass(frozen=True)
class Composed:
    """The resulting prompt and what stands in it, in order."""

    prompt: str
    added: list[int]
    removed: list[int]
    adapters: list[AdapterInPrompt]


class Composer:
    """Knows the catalogue and the host's tag names."""

    def __init__(self, database: Database, tag_names: TagNames) -> None:
        self._database = database
        self._tag_names = tag_names

    def compose(
        self,
        prompt: str,
        add: Sequence[Addition] = (),
        remove_ids: Sequence[int] = (),
        caret: int | None = None,
    ) -> Composed:
        """Take adapters out of a prompt and put adapters in: at the end, or at the caret (characters before it).

        Raises NotFoundError for an unknown id, BadInputError for a prompt or weight beyond reason, or for a file that
        this host cannot reach by name.
        """
        _check_length(prompt)
        if len(add) + len(remove_ids) > MAX_CHANGES:
            raise BadInputError(f"At most {MAX_CHANGES} LoRAs can be put in or taken out at once.")
        if add or remove_ids:
            _check_tags(prompt)
        with self._database.read() as connection:
            wanted = self._cards(connection, [*remove_ids, *(item.adapter_id for item in add)])
            read = 0
            for adapter_id in remove_ids:
                read = _count_reading(read, len(prompt))
                prompt = self._take_out(connection, prompt, wanted[adapter_id])
            for item in add:
                read = _count_reading(read, len(prompt) + _length_of_words(item))
                before = len(prompt)
                prompt = self._put_in(connection, prompt, wanted[item.adapter_id], item, caret)
                caret = caret + len(prompt) - before if caret is not None else None
                _check_length(prompt)
            return Composed(
                prompt=prompt,
                added=[item.adapter_id for item in add],
                removed=list(remove_ids),
                adapters=self._in_prompt(connection, prompt),
            )

    def resolve(self, prompt: str) -> list[tuple[AdapterInPrompt, ReachedFile | None, float]]:
        """Return every distinct tag of a prompt with the file it reaches and its U-Net weight."""
        with self._database.read() as connection:
            return self._resolve(connection, prompt)

    def _cards(self, connection: Connection, ids: Sequence[int]) -> dict[int, Card]:
        found = {card.id: card for card in cards(connection, [i for i in ids if abs(i) <= LARGEST_ID])}
        for adapter_id in ids:
            if adapter_id not in found:
                raise NotFoundError(f"There is no adapter {adapter_id} (any more). Reload the page.")
        return found

    def _put_in(self, connection: Connection, prompt: str, card: Card, item: Addition, caret: int | None) -> str:
        weight = item.weight if item.weight is not None else card.weight if card.weight is not None else DEFAULT_WEIGHT
        if not -MAX_WEIGHT <= weight <= MAX_WEIGHT:
            raise BadInputError(f"A weight of {weight} is beyond reason; use {-MAX_WEIGHT:g} to {MAX_WEIGHT:g}.")
        first = card.trigger_groups[0] if card.trigger_groups else []
        triggers = item.triggers if item.triggers is not None else tuple(first)
        tag_name = self._tag_names.of_cards(connection, [card])[0]
        hiding = self._tag_names.hiding(card, tag_name)
        if hiding is not None:
            raise BadInputError(
                f"This web UI cannot reach {card.relative_path} by name: {hiding} has the same name. "
                "Rename one of them."
            )
        return insert(prompt, Insertion(tag_name, weight, triggers), caret)

    def _take_out(self, connection: Connection, prompt: str, card: Card) -> str:
        """Take out every tag that reaches the card's file, however it is spelled."""
        in_prompt = self._in_prompt(connection, prompt)
        others = {item.adapter_id for item in in_prompt if item.adapter_id is not None} - {card.id}
        needed = {
            word.casefold()
            for other in cards(connection, list(others))
            for group in other.trigger_groups
            for word in group
        }
        own = [word for group in card.trigger_groups for word in group if word.casefold() not in needed]
        spelled = [item.tag_name for item in in_prompt if item.adapter_id == card.id]
        prompt = remove(prompt, self._tag_names.of_cards(connection, [card])[0], own)
        for tag_name in spelled:
            prompt = remove(prompt, tag_name)
        return prompt

    def _in_prompt(self, connection: Connection, prompt: str) -> list[AdapterInPrompt]:
        return [item for item, _, _ in self._resolve(connection, prompt)]

    def _resolve(self, connection: Connection, prompt: str) -> list[tuple[AdapterInPrompt, ReachedFile | None, float]]:
        tags: dict[str, LoraTag] = {}
        for tag in find_tags(prompt):
            tags.setdefault(tag.name, tag)
        files = self._tag_names.resolve(connection, tags)
        known = {card.id: card for card in cards(connection, [file.adapter_id for file in files.values()])}
        former = [known[file.adapter_id] for file in files.values() if file.is_former and file.adapter_id in known]
        new_names = dict(zip((card.id for card in former), self._tag_names.of_cards(connection, former), strict=True))
        found = []
        for name, tag in tags.items():
            file = files.get(name)
            card = known.get(file.adapter_id) if file is not None else None
            item = AdapterInPrompt(
                adapter_id=card.id if card else None,
                name=card.name if card else name,
                tag_name=name,
                weight=tag.te_weight,
                known=card is not None,
                preview_version=card.preview_version if card else None,
                renamed_to=new_names[card.id] if card and file is not None and file.is_former else "",
            )
            found.append((item, file, tag.unet_weight))
        return found


def _check_length(prompt: str) -> None:
    if len(prompt) > MAX_PROMPT:
        raise BadInputError(f"The prompt is longer than {MAX_PROMPT} characters.")


def _check_tags(prompt: str) -> None:
    number = len(find_tags(prompt))
    if number > MAX_TAGS:
        raise BadInputError(f"The prompt has {number} LoRA tags; one of at most {MAX_TAGS} can be changed.")


def _length_of_words(item: Addition) -> int:
    """Return the characters of an addition's own trigger words. Raises BadInputError when no prompt holds them."""
    length = sum(len(word) + 1 for word in item.triggers or ())
    if length > MAX_PROMPT:
        raise BadInputError(f"The prompt would be longer than {MAX_PROMPT} characters.")
    return length


def _count_reading(read: int, more: int) -> int:
    """Return the characters read so far with one more change. Raises BadInputError when they are too many."""
    read += more
    if read > MOST_READ:
        raise BadInputError("These are too many changes at once for a prompt this long; make them in parts.")
    return read
