"""Archetypes, the tags that say one outright, and words that hint at one."""

from __future__ import annotations

from collections.abc import Iterable

from lora_manager.search.insight.texts import Texts, key_of

ARCHETYPES = (
    "character", "style", "concept", "clothing", "pose", "background", "object", "vehicle", "creature", "building",
    "action", "tool", "celebrity",
)  # fmt: skip

CATEGORY_TAGS = {
    "celebrity": "celebrity",
    "character": "character",
    "clothing": "clothing",
    "style": "style",
    "pose": "pose",
    "poses": "pose",
    "vehicle": "vehicle",
    "vehicles": "vehicle",
    "animal": "creature",
    "creature": "creature",
    "building": "building",
    "buildings": "building",
    "background": "background",
    "object": "object",
    "objects": "object",
    "assets": "object",
    "action": "action",
    "tool": "tool",
    "concept": "concept",
}
"""Tags that are a category of a model site or the name of an archetype. Of several the first one here counts."""

_HINTS = {
    "character": (
        "character, characters, waifu, vtuber, protagonist, heroine, villain, hololive, oc, husbando, キャラ, 角色"
    ),
    "style": (
        "style, styles, art style, artstyle, artist, painting, illustration, aesthetic, lineart, line art, "
        "watercolor, watercolour, sketch, pixel art, render, photography, comic, cartoon, manga style, film, "
        "vintage, 画风, 風格, 风格"
    ),
    "concept": (
        "concept, effect, effects, meme, morph, expression, anatomy, transformation, theme, lighting, eyes, hair"
    ),
    "clothing": (
        "clothing, clothes, outfit, dress, costume, uniform, suit, armor, armour, lingerie, skirt, kimono, hanfu, "
        "qipao, cheongsam, swimsuit, bikini, jacket, coat, hat, shoes, boots, heels, stockings, pantyhose, jeans, "
        "shirt, sweater, hoodie, hanbok, cosplay, fashion, wear, latex, 衣服, 服装"
    ),
    "pose": (
        "pose, poses, posing, gesture, kneeling, squatting, crouching, sitting, lying, arms up, from behind, 姿势"
    ),
    "background": (
        "background, backgrounds, scenery, landscape, landscapes, room, interior, street, backdrop, environment, "
        "scene, bedroom, forest, beach, 背景"
    ),
    "object": (
        "object, objects, assets, item, items, weapon, weapons, gun, rifle, pistol, sword, furniture, icon, icons, "
        "food, toy, jewelry, bottle, chair, prop, product"
    ),
    "vehicle": (
        "vehicle, vehicles, car, cars, motorcycle, motorbike, truck, tank, aircraft, airplane, plane, spaceship, "
        "ship, train, bicycle, bike, boat, helicopter, automobile"
    ),
    "creature": (
        "creature, creatures, animal, animals, monster, monsters, dragon, dog, cat, horse, wolf, bird, beast, "
        "fish, insect, dinosaur, spider"
    ),
    "building": (
        "building, buildings, architecture, architectural, house, castle, temple, tower, church, villa, "
        "skyscraper, interior design, 建筑"
    ),
    "action": "action, fighting, running, dancing, jumping, attack, punching, riding, hugging, kissing, carrying",
    "tool": (
        "tool, tools, slider, sliders, detailer, enhancer, tweaker, utility, lcm, lightning, turbo, hyper, dmd, "
        "add detail, add details, more details, detail enhancer, quality, fix, fixer, offset noise, low steps, 滑块"
    ),
    "celebrity": (
        "celebrity, celebrities, celeb, actress, actor, singer, real person, kpop, k pop, politician, supermodel, "
        "instagram model, influencer, youtuber, tiktoker, pornstar, footballer, hollywood, bollywood, public figure"
    ),
}


def _by_phrase() -> dict[tuple[str, ...], str]:
    return {key_of(phrase): archetype for archetype, listed in _HINTS.items() for phrase in listed.split(", ")}


_ARCHETYPE_OF = _by_phrase()
_LONGEST = max(map(len, _ARCHETYPE_OF))
_LONGEST_TAG = 40


def archetype_said(tags: Iterable[str]) -> str | None:
    """Return the archetype that a category tag says, if one does."""
    lowered = {tag.strip().lower() for tag in tags if len(tag) <= _LONGEST_TAG}
    return next((archetype for tag, archetype in CATEGORY_TAGS.items() if tag in lowered), None)


def hints_in(texts: Texts) -> dict[str, int]:
    """Return how many hints at each archetype stand in the name, the tags and the trigger words."""
    found: dict[str, int] = {}
    for phrase in (*texts.name, *texts.tags, *texts.triggers):
        for start in range(len(phrase)):
            for end in range(start + 1, min(start + _LONGEST, len(phrase)) + 1):
                archetype = _ARCHETYPE_OF.get(phrase[start:end])
                if archetype is not None:
                    found[archetype] = found.get(archetype, 0) + 1
    return found


def archetype_by_hints(texts: Texts) -> str | None:
    """Return the archetype with the most hints, the one named first here of several; None without any.

    What the trained classifier is compared with.
    """
    found = hints_in(texts)
    return max(ARCHETYPES, key=lambda archetype: found.get(archetype, 0)) if found else None
