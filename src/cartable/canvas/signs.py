"""What tells zones and notes apart: a colour, its light tint, a symbol. Each pair is readable in grey too."""

from __future__ import annotations

COLOURS = {
    "bleu": ("#1f5f8b", "#e1eef8"), "vert": ("#2f6b3a", "#e2f1e5"), "ocre": ("#8a4b08", "#fbecd7"),
    "rose": ("#9c2a5b", "#fbe4ee"), "violet": ("#5a3d8a", "#ebe4f7"), "gris": ("#4f5f66", "#eceff0"),
}  # fmt: skip
"""Strong colour (text and border) and tint (ground) of each name: at least 4.5 to 1 between them."""
GREYS = ("#333333", "#f1f1f1")
# In a square from -1 to 1.
SYMBOLS = {
    "●": "M1,0A1,1 0 1 1 -1,0A1,1 0 1 1 1,0Z",
    "■": "M-.9,-.9H.9V.9H-.9Z",
    "▲": "M0,-1L1,.85H-1Z",
    "◆": "M0,-1.1L1,0L0,1.1L-1,0Z",
    "⬢": "M-.5,-.9H.5L1,0L.5,.9H-.5L-1,0Z",
    "★": "M0,-1.1L.29,-.35L1.05,-.34L.47,.13L.65,.9L0,.45L-.65,.9L-.47,.13L-1.05,-.34L-.29,-.35Z",
    "✚": "M-.35,-1H.35V-.35H1V.35H.35V1H-.35V.35H-1V-.35H-.35Z",
    "◐": "M0,-1A1,1 0 1 0 0,1A1,1 0 1 0 0,-1M0,-.78A.78,.78 0 0 1 0,.78Z",
}
NAMES = {
    "●": "rond", "■": "carré", "▲": "triangle", "◆": "losange", "⬢": "hexagone", "★": "étoile", "✚": "croix",
    "◐": "demi-rond",
}  # fmt: skip
"""How a symbol is said aloud."""


def inks(colour: str, *, grey: bool = False) -> tuple[str, str]:
    """Return the strong colour and the tint of a name; those of « gris » for a name that is not known."""
    return GREYS if grey else COLOURS.get(colour, COLOURS["gris"])


def symbol(mark: str, x: float, y: float, size: float, fill: str) -> str:
    """Draw a symbol centred on a point; ``size`` is its half-width. A mark that is not known is a round."""
    shape = SYMBOLS.get(mark, SYMBOLS["●"])
    return (
        f'<path d="{shape}" transform="translate({x:.2f} {y:.2f}) scale({size:.3g})" fill="{fill}" '
        'fill-rule="evenodd"/>'
    )
