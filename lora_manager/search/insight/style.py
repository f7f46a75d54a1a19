"""The style of the pictures that an adapter makes, by the words that say one and where they stand."""

from __future__ import annotations

from collections.abc import Iterable

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.insight.archetype import Guess
from lora_manager.search.insight.texts import Texts, key_of

LEAST_CONFIDENCE = 0.35
"""Below this confidence no style is told."""
_UNKNOWN = 1.2
"""Evidence that stands for all that is not known: a lone word is no proof."""
_NAME, _TAG, _TRIGGER, _DESCRIPTION, _SEEN = 2.0, 2.0, 1.5, 0.5, 1.5
_MOST_OF_DESCRIPTION = 1.0
_OF_FAMILY = {"Pony": ("anime", 0.4), "Illustrious": ("anime", 0.8), "NoobAI": ("anime", 0.8), "Anima": ("anime", 0.8)}
_OF_CHECKPOINT = {
    "anime": (
        "anime",
        "novelai",
        "nai_",
        "nai-",
        "nai.",
        "anything",
        "counterfeit",
        "animagine",
        "waifu",
        "aom3",
        "abyssorange",
        "meina",
    ),
    "photographic": ("photo", "chilloutmix", "realisticvision", "realvis", "epicrealism", "juggernaut"),
}
"""Parts of the names of checkpoints that were made for a style: what an adapter was trained on it makes, too."""
_CHECKPOINT_SAYS = 0.8
_MAX_CHECKPOINT = 200

# Words of a style with how much each says; 1 where no number stands. What prompts say out of habit ("realistic", "8k",
# "illustration") says little.
_WORDS = {
    "photographic": (
        "photographic, photography, photograph, photo, photorealistic, photorealism, photo realistic, "
        "photorealistic style, raw photo 0.7, realistic 0.6, realism 0.7, hyperrealistic 0.8, film photography, "
        "analog photo, polaroid, dslr 0.5, film grain 0.4, 35mm 0.5, kodak, fujifilm, cinematic 0.5, "
        "cinematography 0.7, cinestill, bokeh 0.2, real person, real life, selfie 0.6, cosplay 0.6, 写真, 摄影, "
        "实拍"
    ),
    "anime": (
        "anime, anime style, anime girl, anime screencap 1.3, anime character, anime coloring, manga 0.4, hentai, "
        "waifu 0.7, moe 0.7, ghibli, studio ghibli, shonen, shoujo, bishoujo, galgame, visual novel 0.7, "
        "vtuber 0.7, 1girl 0.1, 1boy 0.1, anime art, retro anime, アニメ, 动漫, 動漫, 二次元"
    ),
    "cartoon": (
        "cartoon, cartoons, cartoon style, cartoony, toon, disney 0.8, pixar 0.6, dreamworks 0.6, nickelodeon, "
        "western animation, animated series, rubber hose, caricature, kids drawing 0.6, 卡通"
    ),
    "comic": (
        "comic, comics, comic style, comic book, comic art, graphic novel, marvel comics, dc comics, "
        "superhero comic, halftone 0.7, bande dessinee, franco belgian, ligne claire, manhwa 0.8, webtoon 0.8, "
        "漫画 0.5"
    ),
    "manga": (
        "manga 0.9, manga style 1.2, manga art, monochrome manga, screentone, doujinshi 0.5, black and white manga"
    ),
    "painting": (
        "painting, oil painting 1.3, paintings, painterly, acrylic painting, gouache, impasto, impressionism, "
        "impressionist, baroque 0.7, renaissance 0.7, fresco, classical painting, expressionism, surrealism 0.6, "
        "ukiyo e, brush strokes 0.6, brushwork 0.6, fine art 0.5, 油画, 絵画, 厚涂"
    ),
    "watercolour": (
        "watercolor 1.4, watercolour 1.4, water color, watercolors, watercolor painting 1.6, aquarelle, 水彩, 水彩画"
    ),
    "ink": (
        "ink wash 1.3, ink painting 1.3, sumi e 1.3, ink 0.6, chinese ink 1.3, shuimo, calligraphy 0.6, 水墨, "
        "墨心, 水墨画"
    ),
    "sketch": (
        "sketch 1.2, sketches, sketchy, line art 1.2, lineart 1.2, pencil drawing 1.3, pencil sketch 1.4, "
        "pencil 0.6, charcoal, doodle, graphite 0.7, rough sketch, crayon 0.8, chalk 0.6, coloring book 1.2, "
        "line drawing, crosshatching, engraving 0.8, etching 0.8, blueprint 0.6, 线稿, 线条, 素描, 線画"
    ),
    "3d render": (
        "3d render 1.4, 3d 0.8, 3d style, 3dcg, cgi, blender 0.8, octane render 0.4, unreal engine 0.3, c4d 0.8, "
        "3d model 1.2, 3d art, low poly 1.2, lowpoly 1.2, isometric 0.6, voxel, claymation 0.8, clay 0.5, "
        "figurine 0.6, blindbox, zbrush, source filmmaker, sfm, mmd 0.7, 3d anime 0.6, 盲盒"
    ),
    "pixel art": (
        "pixel art 1.6, pixelart 1.6, pixel 0.9, 8bit, 8 bit, 16bit, 16 bit, pixelated, sprite, spritesheet, 像素"
    ),
    "chibi": "chibi 1.4, chibis, super deformed, nendoroid, q version, puchi, ちび, q版",
    "flat": (
        "flat color 0.8, flat colors 0.8, flat design, flat style, flat illustration 1.2, vector 0.8, "
        "vector art 1.2, vector illustration 1.2, minimalist 0.5, minimalism 0.5, papercut, paper cut, "
        "paper craft, sticker 0.6, logo 0.6, icon 0.5, 扁平, 剪纸"
    ),
    "illustration": (
        "illustration 0.5, illustrations 0.5, illustrator 0.6, digital illustration 0.8, digital art 0.6, "
        "digital painting 0.8, concept art 0.7, storybook 1.2, childrens book, children s book 1.2, "
        "book illustration 1.2, artbook 0.6, semi realistic 0.6, splash art 0.8, art nouveau 0.8, poster 0.4, "
        "tarot 0.6, 插画, 插畫, 插图, 绘本"
    ),
}
STYLES = tuple(_WORDS)


def _table() -> dict[tuple[str, ...], tuple[tuple[str, float], ...]]:
    table: dict[tuple[str, ...], tuple[tuple[str, float], ...]] = {}
    for style, listed in _WORDS.items():
        for entry in listed.split(", "):
            phrase, _, last = entry.rpartition(" ")
            is_number = last.replace(".", "", 1).isdigit() and bool(phrase) and "." in last
            words, weight = (key_of(phrase), float(last)) if is_number else (key_of(entry), 1.0)
            table[words] = (*table.get(words, ()), (style, weight))
    return table


_STYLES_OF = _table()
_LONGEST = max(map(len, _STYLES_OF))


def style_of(facts: AdapterFacts, texts: Texts) -> Guess | None:
    """Return the style with the most evidence, and its share of it; None where no style has much."""
    found: dict[str, float] = {}
    for phrases, weight, most in (
        (texts.name, _NAME, _NAME * 2),
        (texts.tags, _TAG, _TAG * 3),
        (texts.triggers, _TRIGGER, _TRIGGER * 2),
        (texts.description, _DESCRIPTION, _MOST_OF_DESCRIPTION),
    ):
        _add(found, evidence_in(phrases), weight, most)
    _add_seen(found, texts)
    of_family = _OF_FAMILY.get(facts.family)
    if of_family:
        found[of_family[0]] = found.get(of_family[0], 0.0) + of_family[1]
    checkpoint = str(facts.header.get("base_checkpoint") or "")[:_MAX_CHECKPOINT].lower()
    for style, parts in _OF_CHECKPOINT.items():
        if any(part in checkpoint for part in parts):
            found[style] = found.get(style, 0.0) + _CHECKPOINT_SAYS
    best = max(STYLES, key=lambda style: found.get(style, 0.0))
    confidence = found.get(best, 0.0) / (sum(found.values()) + _UNKNOWN)
    return Guess(best, round(confidence, 3)) if confidence >= LEAST_CONFIDENCE else None


def evidence_in(phrases: Iterable[tuple[str, ...]]) -> dict[str, float]:
    """Return what phrases say of each style. The longest words of a style count where several overlap."""
    found: dict[str, float] = {}
    for phrase in phrases:
        start = 0
        while start < len(phrase):
            length, said = _longest_at(phrase, start)
            for style, weight in said:
                found[style] = found.get(style, 0.0) + weight
            start += length
    return found


def _longest_at(phrase: tuple[str, ...], start: int) -> tuple[int, tuple[tuple[str, float], ...]]:
    for length in range(min(_LONGEST, len(phrase) - start), 0, -1):
        said = _STYLES_OF.get(phrase[start : start + length])
        if said:
            return length, said
    return 1, ()


def _add(found: dict[str, float], evidence: dict[str, float], weight: float, most: float) -> None:
    for style, amount in evidence.items():
        found[style] = found.get(style, 0.0) + min(weight * amount, most)


def _add_seen(found: dict[str, float], texts: Texts) -> None:
    """What the example prompts and the training captions say: by the share of them, each style once per prompt."""
    for example in texts.examples:
        for style, amount in evidence_in(example).items():
            found[style] = found.get(style, 0.0) + _SEEN * min(amount, 1.0) / len(texts.examples)
    most = max(texts.counts, default=0)
    for phrase, count in zip(texts.captions, texts.counts, strict=True):
        for style, amount in evidence_in([phrase]).items():
            found[style] = found.get(style, 0.0) + _SEEN * amount * (count / most if most else 0.0)
