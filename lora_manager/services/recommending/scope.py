"""Which adapters may be suggested: those whose file is there, in this host's roots, of a family that fits the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from lora_manager.db.catalogue import Catalogue, CatalogueQuery
from lora_manager.db.columns.table import Columns, Ints, Mask
from lora_manager.db.columns.vocabulary import NO_VALUE
from lora_manager.formats.family_fit import Fit, fit

FAMILY_PRIOR: Mapping[str, float] = {"same": 1.0, "usable": 0.5, "unknown": 0.5, "not": 0.0}
"""What a fit counts as, for the ranking."""


@dataclass(frozen=True)
class Scope:
    """The adapters that may be suggested. Masks and fits go by the columns' positions and codes.

    `shown` are those that are there; `mask` those of them that may be suggested. `family` is the model's, "" for none.
    """

    columns: Columns
    shown: Mask
    mask: Mask
    family: str
    fits: Mapping[int, Fit]

    @property
    def total(self) -> int:
        """How many are there, whether they fit or not."""
        return int(self.shown.sum())

    def unread(self, ids: Ints) -> int:
        """Return how many of those that are there are not among these ids: nothing is known of them yet."""
        return self.total - int(np.append(self.shown, False)[self.columns.positions_or_none(ids)].sum())

    def fit_of(self, adapter_id: int) -> Fit:
        """Return how an adapter fits the model."""
        positions = self.columns.positions([adapter_id])
        code = int(self.columns["family"][positions[0]]) if len(positions) else NO_VALUE
        return self.fits.get(code) or fit("", self.family)

    def mask_of(self, ids: Ints, more: Mask | None = None) -> Mask:
        """Return which of these ids may be suggested. `more`: of those at these positions only."""
        mask = self.mask if more is None else self.mask & more
        positions = self.columns.positions_or_none(ids)
        found: Mask = np.append(mask, False)[positions]  # NO_VALUE is -1, the last
        return found

    def family_prior(self, ids: Ints) -> NDArray[np.float32]:
        """Return for each id how well its family fits, 0 to 1, as the ranking reads it."""
        by_code = np.full(len(self.fits), FAMILY_PRIOR["unknown"], np.float32)
        for code, found in self.fits.items():
            by_code[code] = FAMILY_PRIOR[found.kind]  # NO_VALUE is -1, the last
        codes = np.append(self.columns["family"], np.int32(NO_VALUE))[self.columns.positions_or_none(ids)]
        prior: NDArray[np.float32] = by_code[codes]
        return prior


def scope_of(
    connection: Connection, catalogue: Catalogue, roots: tuple[int, ...], family: str, *, any_base: bool
) -> Scope:
    """Return the scope for a model of this family; `any_base` keeps what does not fit it."""
    columns = catalogue.columns(connection)

    def compute() -> Scope:
        found = catalogue.find(connection, CatalogueQuery(roots=roots, sort="added"))
        shown = columns.mask_of_ids(np.frombuffer(found.ids, np.int64) if len(found.ids) else [])
        names = columns.vocabularies["family"].values
        fits = {code: fit(name, family) for code, name in enumerate(names)}
        fits[NO_VALUE] = fit("", family)
        wrong = [code for code, found in fits.items() if found.kind == "not" and code != NO_VALUE]
        mask = shown if any_base or not wrong else shown & ~columns.mask_of_codes("family", wrong)
        return Scope(columns, shown, mask, family, fits)

    return catalogue.cached(connection, ("recommending", roots, family, any_base, columns.revision), compute)
