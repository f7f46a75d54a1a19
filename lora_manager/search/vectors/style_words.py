"""Words that say how a picture is made rather than what is on it: medium, technique, light, colour, camera, time."""

from __future__ import annotations

import re
from functools import cache

_WORDS = """
abstract acrylic airbrush analog anime aquarelle aquatint aesthetic art artbook artstyle backlit backlight baroque
bauhaus blackletter blueprint bokeh brushstroke brushstrokes brushwork byzantine calligraphy caricature cartoon cel
celshaded ceramic chalk charcoal chiaroscuro chibi chrome cinematic claymation clay collage colored colorful colors
comic comics concept contrast crayon crosshatch crosshatching cubism cubist cyberpunk dadaism daguerreotype dark decal
deco depth desaturated diesel dieselpunk digital diorama dof doodle drawing dreamy dripping duotone dutch embroidery
enamel engraving etching expressionism expressionist fauvism felt film filmic fisheye flat fluorescent foreshortening
fresco fuji gameboy ghibli gouache gothic graffiti grain grainy graphic graphite grayscale greyscale grunge halftone
hatching hdr highcontrast holographic hyperrealism hyperrealistic illustration impasto impressionism impressionist
infrared ink inked isometric kawaii kodachrome kodak lenticular lighting lineart linework linocut lithograph lofi
lomography lowpoly lowkey macro manga marble marker mecha medieval metallic minimalism minimalist minimalistic mono
monochrome monochromatic mosaic mural muted neoclassical neon noir nouveau octane oil origami ornate painterly painting
palette panorama papercraft parchment pastel pastels pencil pencils photo photograph photography photorealism
photorealistic photoreal pixar pixel pixelart plastic playstation polaroid pointillism pop portraiture poster posterized
postcard pottery print printmaking psychedelic psx realism realistic refraction render rendering rendered renaissance
retro retrowave risograph rococo romanticism saturated scifi screenprint scribble sculpture semirealistic sepia shaded
shading sketch sketchy silhouette silhouettes softfocus solarpunk stained stencil steampunk sticker stopmotion street
stroke strokes style styled stylised stylized suprematism surreal surrealism surrealist synthwave tapestry tattoo
tempera texture textured tilt tiltshift tintype tone toned toon ukiyo ukiyoe unreal unsaturated vaporwave vector velvet
vhs victorian vignette vintage vivid volumetric voxel wash watercolor watercolour watercolors wireframe woodblock
woodcut wool woodcarving wpap xerox zine
"""
_PHRASES = (
    *("black and white", "long exposure", "double exposure", "rim light", "soft light", "hard light", "golden hour"),
    *("blue hour", "low key", "high key", "depth of field", "line art", "cel shading", "pixel art", "low poly"),
    *("concept art", "art nouveau", "art deco", "pop art", "stained glass", "paper cut", "oil painting", "3d render"),
    *("film grain", "lens flare", "wide angle", "close up", "ray tracing", "film still", "game cg", "flat color"),
    *("limited palette", "visual novel", "comic book", "stop motion", "35mm", "8-bit", "16-bit", "90s", "80s", "70s"),
)


@cache
def _style() -> re.Pattern[str]:
    every = sorted((*_WORDS.split(), *_PHRASES), key=len, reverse=True)  # of two that begin alike the longer one first
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, every))})(?![^\W_])")


def says_how(phrase: str) -> bool:
    """Return whether a phrase says how a picture is made: `watercolor, loose strokes` does, `red fox` does not."""
    return _style().search(phrase.casefold().replace("_", " ")) is not None
