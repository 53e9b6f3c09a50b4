"""Tous les canevas en A0, dans un seul PDF : secondes, octets, et rapport avec un seul canevas."""

from __future__ import annotations

import time

from cartable import canvas
from cartable.canvas.drawing import draw
from cartable.documents import canvases


def timed(slugs: list[str]) -> tuple[float, int]:
    """Draw and print some canvases; return seconds and bytes."""
    known = canvas.load()
    start = time.perf_counter()
    content = canvases.pdf([draw(known[slug], "A0") for slug in slugs], "Canevas")
    return time.perf_counter() - start, len(content)


def main() -> None:
    """Measure once cold, then all of them, then all of them in A4 sheets."""
    slugs = list(canvas.load().canvases)
    one, _ = timed(slugs[:1])  # the fonts are read
    one, single = timed(slugs[:1])
    every, total = timed(slugs)
    print(f"{len(slugs)} canevas en A0 : {every:.2f} s, {total / 1000:.0f} ko")
    print(f"soit {every / one:.1f} fois le temps d’un seul, et {total / single:.1f} fois ses octets")


if __name__ == "__main__":
    main()
