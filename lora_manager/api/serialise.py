"""Plain values for JSON out of the services' data classes. Lists are built by hand: they are the hot path."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from lora_manager.api.safe_html import safe_html
from lora_manager.clock import utc_from_ns
from lora_manager.db.columns.counting import Count
from lora_manager.db.details import AdapterDetail, FileDetail
from lora_manager.db.facets import Facets
from lora_manager.db.generations import RecordedGeneration
from lora_manager.formats.file_names import relative_below
from lora_manager.services.analytics import Analytics
from lora_manager.services.compose import AdapterInPrompt, Composed
from lora_manager.services.finding import FoundCard, Page
from lora_manager.services.jobs import Job


def card_json(found: FoundCard) -> dict[str, Any]:
    """Return a card as the page reads it."""
    card = found.card
    return {
        "id": card.id,
        "name": card.name,
        "version": card.version,
        "author": card.author,
        "base_model": card.base_model,
        "family": card.family,
        "tag_name": found.tag_name,
        "hidden_by": _below_root(found.hidden_by, card.root) if found.hidden_by is not None else None,
        "file_name": card.file_name,
        "relative_path": card.relative_path,
        "folder": card.folder,
        "root_id": card.root_id,
        "state": card.state,
        "trigger_groups": card.trigger_groups,
        "default_group": 0,
        "weight": found.weight,
        "weight_source": card.weight_source or "default",
        "uses": card.uses,
        "last_used_at": card.last_used_at,
        "favourite": card.favourite,
        "rating": card.rating,
        "archetype": card.archetype,
        "nsfw_level": card.nsfw_level,
        "size": card.size,
        "active": card.active,
        "algorithm": card.algorithm,
        "rank": card.rank,
        "downloads": card.downloads,
        "published_at": card.published_at,
        "added_at": card.added_at,
        "modified_at": utc_from_ns(card.mtime_ns),
        "preview": card.preview_version,
        "score": None if found.score is None else round(found.score, 4),
    }


def detail_json(found: FoundCard, detail: AdapterDetail) -> dict[str, Any]:
    """Return everything on record of an adapter."""
    fields = detail.fields
    model_id, version_id = fields["model_id"], fields["version_id"]
    first = detail.files[0] if detail.files else None
    return {
        **card_json(found),
        **{key: fields[key] for key in _DETAIL_FIELDS},
        "description_html": safe_html(fields["description"] or ""),
        "tags": detail.tags,
        "extra": detail.extra,
        "edited": detail.edited,
        "sources_said": {name: {"value": value, "source": source} for name, (value, source) in detail.said.items()},
        "description": fields["description"],
        "algorithm": first.algorithm if first else "",
        "rank": first.rank if first else None,
        "alpha": first.alpha if first else None,
        "network": _network_json(first) if first else None,
        "model_url": _model_url(model_id, version_id),
        "files": [
            {
                "path": f"{file.root}/{file.relative_path}",
                "root": file.root,
                "relative_path": file.relative_path,
                "size": file.size,
                "mtime": utc_from_ns(file.mtime_ns),
                "sha256": file.sha256,
                "sha256_state": file.sha256_state,
                "autov2": file.autov2,
                "autov3": file.autov3,
                "autov3_computed": file.autov3_computed,
                "state": file.state,
                "download_url": file.download_url,
                "published_name": file.published_name,
            }
            for file in detail.files
        ],
        "sidecars": [
            {
                "path": sidecar.path,
                "format": sidecar.format,
                "size": sidecar.size,
                "mtime": utc_from_ns(sidecar.mtime_ns),
                "last_read_at": sidecar.last_read_at,
                "problem": sidecar.problem,
            }
            for sidecar in detail.sidecars
        ],
        "recent": [vars(image) for image in detail.recent],
    }


def _network_json(file: FileDetail) -> dict[str, Any]:
    """Return what the file's own header told. Read before there were details: those are empty until the next scan."""
    details = file.details
    return {
        "algorithm": file.algorithm,
        "naming": file.naming,
        "rank": file.rank,
        "rank_max": file.rank_max,
        "alpha": file.alpha,
        "dtype": file.dtype,
        "size": file.size,
        "modules": details.get("modules", {}),
        "ranks": details.get("ranks", {}),
        "alphas": details.get("alphas", []),
        "dora": details.get("dora", False),
        "embeddings": details.get("embeddings", 0),
        "trainer": details.get("trainer", ""),
        "evidence": details.get("evidence", []),
    }


_DETAIL_FIELDS = (
    "canonical_version_name", "author_username", "published_at", "visibility", "trained_words", "activation_text",
    "negative_text", "notes", "ordinal", "supports_generation", "sd_version", "stats", "sources",
    "archetype_confidence", "made_by_hand", "added_at", "updated_at", "model_id", "version_id", "weight_min",
    "weight_max",
)  # fmt: skip


def page_json(page: Page, family: str | None) -> dict[str, Any]:
    """Return a part of a result as the page reads it. `family`: that of the loaded model, None when nobody knows it."""
    return {
        "total": page.total,
        "library_total": page.library_total,
        "revision": page.revision,
        "items": [card_json(item) for item in page.items],
        "hints": [asdict(hint) for hint in page.hints],
        "suggestion": page.suggestion,
        "fit": {"family": family, "label": family, "hidden": page.hidden_by_fit} if family else None,
    }


def facets_json(revision: int, facets: Facets) -> dict[str, Any]:
    """Return the counts for the filters."""
    return {
        "revision": revision,
        "total": facets.total,
        "base_models": counts_json(facets.base_models),
        "types": counts_json(facets.types),
        "archetypes": counts_json(facets.archetypes),
        "authors": counts_json(facets.authors),
        "tags": counts_json(facets.tags),
        "folders": [asdict(folder) for folder in facets.folders],
        "flags": facets.flags,
    }


def composed_json(composed: Composed) -> dict[str, Any]:
    """Return a composed prompt and what stands in it."""
    return {
        "prompt": composed.prompt,
        "added": composed.added,
        "removed": composed.removed,
        "adapters": [adapter_in_prompt_json(item) for item in composed.adapters],
    }


def adapter_in_prompt_json(item: AdapterInPrompt) -> dict[str, Any]:
    """Return one tag of a prompt."""
    return {
        "id": item.adapter_id,
        "name": item.name,
        "tag_name": item.tag_name,
        "weight": item.weight,
        "known": item.known,
        **({"renamed_to": item.renamed_to} if item.renamed_to else {}),
        "preview": item.preview_version,
    }


def job_json(job: Job) -> dict[str, Any]:
    """Return a job as it stands now."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "message": job.message,
        "eta_seconds": job.eta_seconds,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "error": job.error,
        "result": job.result,
        "user_name": job.user_name,
    }


def generation_json(run: RecordedGeneration) -> dict[str, Any]:
    """Return a recorded generation."""
    return {**run.fields, "images": run.images, "uses": run.uses}


def analytics_json(figures: Analytics) -> dict[str, Any]:
    """Return the figures of the Analytics tab."""
    return {
        "days": figures.days,
        "tiles": vars(figures.totals),
        "over_time": [vars(day) for day in figures.over_time],
        "top": [card_json(found) for found in figures.top],
        "by_base_model": [vars(row) for row in figures.by_base_model],
    }


def _below_root(path: Path, root: str) -> str:
    return relative_below(path, Path(root)) or str(path)


def counts_json(counts: list[Count]) -> list[dict[str, Any]]:
    """Return a filter's values with their counts."""
    return [{"value": count.value, "count": count.count} for count in counts]


def _model_url(model_id: int | None, version_id: int | None) -> str | None:
    if model_id is None:
        return None
    version = f"?modelVersionId={version_id}" if version_id is not None else ""
    return f"https://civitai.com/models/{model_id}{version}"
