"""The recommender: answers every question about what to use, out of one index that is kept up to date."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from lora_manager.db.catalogue import Catalogue
from lora_manager.db.kinship import kin_of, stems_of
from lora_manager.errors import NotFoundError
from lora_manager.formats.lora_tags import find_tags
from lora_manager.search.ranking.index import RankIndex
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.ranker import Ranker
from lora_manager.services.finding import Finder
from lora_manager.services.recommending.answering import Answering, trigger_evidence
from lora_manager.services.recommending.asking import (
    LONGEST_PROMPT,
    Asked,
    Floats,
    Ids,
    Learning,
    Vectors,
    checked,
)
from lora_manager.services.recommending.by_description import read_description
from lora_manager.services.recommending.goes_with import companions
from lora_manager.services.recommending.index_store import PATIENCE_S, IndexStore
from lora_manager.services.recommending.likeness import present_likeness
from lora_manager.services.recommending.ordering import Order
from lora_manager.services.recommending.presenting import Presenter, concepts_of
from lora_manager.services.recommending.scope import Scope, scope_of
from lora_manager.services.recommending.sessions import Sessions
from lora_manager.services.recommending.similar import likeness
from lora_manager.services.recommending.suggestions import (
    DESCRIPTION,
    FORGOTTEN,
    PROMPT,
    SIMILAR,
    TRIGGER,
    WITH,
    Similar,
    Suggestion,
    Suggestions,
)
from lora_manager.services.tag_names import TagNames

log = logging.getLogger(__name__)

ENCODING_S = 0.25
"""How long an answer waits for the vector of its prompt; it does without one then."""
ENCODING_IN_BATCH_S = 30.0
BATCH_ITEMS = 10

EMPTY = "The library is empty. Scan a LoRA folder first."
BEING_READ = "The library is being read. Ask again in a moment."
NO_WORDS = "The prompt has no words to go by. Describe the picture you want."
NO_MATCH = "No LoRA of the library matches a word of this prompt."
ALL_THERE = "What matches is in the prompt already."
NO_TRIGGER = "No LoRA has a trigger word like the words asked for."
NOTHING_TO_GO_WITH = "Say what it shall go with: put a LoRA into the prompt."
NONE_TOGETHER = "Nothing was used together with these LoRAs yet, and no text is like theirs."
UNWANTED = "Nothing fits this description without what it does not want."
ALL_KNOWN = "Everything that fits was used in the last 60 days."

Progress = Callable[[], "tuple[int, int] | None"]
"""Says how many adapters have been read of how many; None when all have."""


class Recommender:
    """Recommends. Thread-safe. Works with what there is: without vectors, preferences or a trained ranker too."""

    def __init__(
        self,
        catalogue: Catalogue,
        finder: Finder,
        tag_names: TagNames,
        *,
        vectors: Vectors | None = None,
        learning: Learning | None = None,
        progress: Progress = lambda: None,
        encoder: Callable[[], str] = lambda: "",
        sessions: Sessions | None = None,
        ranker_folder: Path | None = None,
    ) -> None:
        self._ranker_folder = ranker_folder
        self._ranker: Ranker | None = None
        self._catalogue = catalogue
        self._tag_names = tag_names
        self._presenter = Presenter(finder)
        self._store = IndexStore(catalogue.database)
        self.vectors = vectors
        self.learning = learning
        self.progress = progress
        self.encoder = encoder
        self.sessions = Sessions() if sessions is None else sessions  # an empty one is false

    @property
    def index(self) -> RankIndex | None:
        """The index as it was last used; None before that."""
        return self._store.kept

    @property
    def ranker(self) -> Ranker:
        """The ranker that is used: its user's own where there is one, read when it is first asked for."""
        if self._ranker is None:
            self._ranker = Ranker.in_folder(self._ranker_folder) if self._ranker_folder else Ranker.shipped()
        return self._ranker

    def use(self, ranker: Ranker) -> None:
        """Rank with this one from now on."""
        self._ranker = ranker

    def warm_up(self) -> None:
        """Read the index now: of 100,000 adapters that takes seconds. Raises CatalogueError."""
        self._store.catch_up()
        _ = self.ranker

    def close(self) -> None:
        """Let go of the catalogue."""
        self._store.close()

    def answer(self, asked: Asked) -> Suggestions:
        """Answer a question about a text. Raises BadInputError."""
        asked = checked(asked)
        asked = replace(asked, prompt=_readable(asked.prompt))
        cosines = self._cosines(asked)
        with self._catalogue.database.read() as connection:
            scope = self._scope(connection, asked)
            index = self._store.current(connection, PATIENCE_S)
            if not scope.total or index is None:
                return self._answer(asked, EMPTY if not scope.total else BEING_READ)
            answering = self._answering(connection, asked, scope, index, cosines)
            parsed, items, reason = self._items(answering)
            concepts = concepts_of(parsed, items)
        answer = self._answer(asked, reason, items)
        answer = replace(answer, concepts=concepts, encoder=self._encoder_of(cosines))
        return self._prepared(answer, scope, index)

    def similar(self, adapter_id: int, by: str, limit: int, asked: Asked) -> Similar:
        """Return what is like an adapter; of `asked` the family, roots and user count. Raises BadInputError and
        NotFoundError."""
        checked(replace(asked, limit=limit))
        with self._catalogue.database.read() as connection:
            if not kin_of(connection, [adapter_id]):
                raise NotFoundError(f"There is no adapter {adapter_id} (any more). Reload the page.")
            scope = self._scope(connection, replace(asked, any_base=True))
            index = self._store.current(connection, PATIENCE_S)
            if index is None:
                return Similar("", by, (), BEING_READ)
            found = likeness(connection, index, scope, self.vectors, adapter_id, by)
            items = present_likeness(connection, self._presenter, scope, found, limit, asked.user_name)
        reason = "" if items else "Nothing in the library is like it in this way."
        shown = [(item.found.card.id, item.score) for item in items]
        session = self.sessions.add(SIMILAR, "", shown, family=asked.family, user_name=asked.user_name)
        return Similar(session.id, by, found.available, reason, items)

    def batch(self, prompts: Iterable[tuple[str, str]], asked: Asked) -> Iterator[tuple[str, list[str]]]:
        """Yield for each (id, prompt) the file names, without ending, of what the page shows first: at most 10.

        Of `asked` everything but the prompt counts. Raises BadInputError.
        """
        asked = checked(replace(asked, limit=BATCH_ITEMS))
        for query_id, prompt in prompts:
            one = replace(asked, prompt=_readable(prompt))
            cosines = self._cosines(one, ENCODING_IN_BATCH_S)
            with self._catalogue.database.read() as connection:
                scope = self._scope(connection, one)
                index = self._store.current(connection, PATIENCE_S)
                if index is None or not scope.total:
                    yield query_id, []
                    continue
                answering = self._answering(connection, one, scope, index, cosines)
                order = answering.for_prompt(ParsedPrompt.of(one.prompt))
                ids = _in_order(order)[:BATCH_ITEMS]
                stems = stems_of(connection, ids)
            yield query_id, [stems[adapter_id] for adapter_id in ids if adapter_id in stems]

    # --- inside ------------------------------------------------------------------------------------------------------

    def _items(self, answering: Answering) -> tuple[ParsedPrompt, list[Suggestion], str]:
        """The parsed text, what is suggested, and why nothing is."""
        asked = answering.asked
        if asked.kind == TRIGGER:
            return self._by_trigger(answering)
        if asked.kind == DESCRIPTION:
            description = read_description(asked.prompt)
            parsed = ParsedPrompt.of(description.wanted)
            order = answering.for_description(parsed, description)
            items = self._presented(answering, order)
            return parsed, items, "" if items else _why_no_description(parsed, bool(description.unwanted))
        parsed = ParsedPrompt.of(asked.prompt)
        if asked.kind == WITH:
            order = answering.going_with(parsed)
            is_asked = bool(asked.ids or answering.in_prompt)
            items = self._presented(answering, order) if is_asked else []
            return parsed, items, "" if items else NONE_TOGETHER if is_asked else NOTHING_TO_GO_WITH
        order = answering.for_prompt(parsed)
        items = self._presented(answering, order)
        return parsed, items, "" if items else self._why_nothing(answering, parsed)

    def _by_trigger(self, answering: Answering) -> tuple[ParsedPrompt, list[Suggestion], str]:
        parsed = ParsedPrompt.of(answering.asked.prompt)
        candidates, words = answering.by_trigger(parsed)
        items = self._presenter.present(
            answering.connection,
            candidates[: answering.asked.limit],
            answering.scope,
            lambda candidate, card, examples: trigger_evidence(words[candidate.id], candidate.words),
            user_name=answering.asked.user_name,
            words=words,
        )
        return parsed, items, "" if items else NO_TRIGGER if len(parsed.words) else NO_WORDS

    def _presented(self, answering: Answering, order: Order) -> list[Suggestion]:
        return self._presenter.present(
            answering.connection,
            order.candidates[: answering.asked.limit],
            answering.scope,
            lambda candidate, card, examples: answering.evident(order, candidate, card, examples),
            user_name=answering.asked.user_name,
        )

    def _why_nothing(self, answering: Answering, parsed: ParsedPrompt) -> str:
        if not len(parsed.terms):
            return NO_WORDS
        scope = answering.scope
        if answering.for_prompt(parsed, excluding=False).candidates:
            return ALL_THERE
        everything = replace(scope, mask=scope.shown)
        if scope.family and answering.for_prompt(parsed, everything).candidates:
            return f"What matches is for other models than {scope.family}. Show all base models to see it."
        if answering.asked.kind == FORGOTTEN:
            used_too = replace(answering, asked=replace(answering.asked, kind=PROMPT))
            return ALL_KNOWN if used_too.for_prompt(parsed).candidates else NO_MATCH
        return NO_MATCH

    def _answer(self, asked: Asked, reason: str, items: Sequence[Suggestion] = ()) -> Suggestions:
        """An answer with these items, kept as a session."""
        shown = [(item.found.card.id, item.score) for item in items]
        session = self.sessions.add(
            asked.kind, asked.prompt, shown, family=asked.family, ranker=self.ranker.name, user_name=asked.user_name
        )
        return Suggestions(session.id, asked.kind, reason, items, family=asked.family)

    def _prepared(self, answer: Suggestions, scope: Scope, index: RankIndex) -> Suggestions:
        """The answer with how far the reading of the library is, where it goes on."""
        progress = self.progress() if scope.unread(index.ids[index.alive]) else None
        if progress is None or progress[0] >= progress[1]:
            return answer
        left = f"{progress[1] - progress[0]} of {progress[1]} LoRAs are still being read: more may come up."
        return replace(answer, reason=f"{left} {answer.reason}".strip(), preparing=progress)

    def _scope(self, connection: Connection, asked: Asked) -> Scope:
        return scope_of(connection, self._catalogue, asked.roots, asked.family, any_base=asked.any_base)

    def _answering(
        self,
        connection: Connection,
        asked: Asked,
        scope: Scope,
        index: RankIndex,
        cosines: tuple[Ids, Floats] | None,
    ) -> Answering:
        names = {tag.name for tag in find_tags(asked.prompt)}
        files = self._tag_names.resolve(connection, names) if names else {}
        in_prompt = tuple(dict.fromkeys(file.adapter_id for file in files.values()))
        together = companions(connection, index, [*asked.ids, *in_prompt], asked.user_name)
        return Answering(connection, asked, scope, index, self.ranker, self.learning, cosines, in_prompt, together)

    def _cosines(self, asked: Asked, patience_s: float = ENCODING_S) -> tuple[Ids, Floats] | None:
        # Asked before the catalogue is: it may wait for the encoder.
        if self.vectors is None or asked.kind == TRIGGER:
            return None
        return self.vectors.query(asked.prompt, patience_s)

    def _encoder_of(self, cosines: tuple[Ids, Floats] | None) -> str:
        return self.encoder() if cosines is not None else ""


def _readable(prompt: str) -> str:
    """The prompt as a database takes it: halves of signs, which some browsers send, become question marks."""
    return prompt[:LONGEST_PROMPT].encode("utf-8", "replace").decode("utf-8")


def _in_order(order: Order) -> list[int]:
    """The ids as a list shows them: each with what is folded below it."""
    return [one for lead in order.candidates for one in (lead.id, *(below for below, _ in lead.below))]


def _why_no_description(parsed: ParsedPrompt, has_unwanted: bool) -> str:
    if not len(parsed.terms):
        return NO_WORDS
    return UNWANTED if has_unwanted else NO_MATCH
