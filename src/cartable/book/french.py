"""French to the end: search without accents, and the last English words that dependencies leave in pages."""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import sphinx
from docutils import nodes
from sphinx.search.fr import SearchFrench, french_stopwords
from sphinx.transforms import SphinxTransform

from cartable import wording

if TYPE_CHECKING:
    from sphinx.application import Sphinx

STEMMERS = Path(sphinx.package_dir, "search", "minified-js")
JS_STEMMER = """
var Stemmer = function () {
  var french = new FrenchStemmer();
  this.stemWord = function (word) {
    var plain = word.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae");
    return french.stemWord(plain.normalize("NFD").replace(/\\p{M}/gu, ""));
  };
};
"""

NARROW = re.compile(r"(?<=\S) (?=[;!?%])")
QUOTES_AND_COLON = re.compile(r"(?<=«) | (?=[:»])")
CODE = (nodes.literal, nodes.FixedTextElement, nodes.raw)
SUMMARY = '<summary aria-label="Toggle hidden content">'
EMPTY_HEADER = re.compile(r"<th[^>]*>(?:<p></p>)?</th>")
HEADER = re.compile(r'<th class="(?=[^"]*\b(head|stub)\b)')
CHECKBOX = re.compile(r"<input(?=[^>]*task-list-item-checkbox)([^>]*?)/?>")


def plain(word: str) -> str:
    """Remove case, accents and ligatures from a word, as ``JS_STEMMER`` does in the browser."""
    word = word.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.category(c).startswith("M"))


class FoldedFrench(SearchFrench):
    """Sphinx's French search, deaf to accents: both the index and the query lose them before stemming."""

    stopwords = frozenset(french_stopwords | {plain(word) for word in french_stopwords})  # type: ignore[assignment]
    # Without a « rawcode », Sphinx embeds the code below as it stands.
    js_stemmer_rawcode = ""
    js_stemmer_code = "\n".join(
        [
            *((STEMMERS / name).read_text("utf-8") for name in ("base-stemmer.js", "french-stemmer.js")),
            JS_STEMMER,
        ]
    )

    def init(self, options: dict[str, str]) -> None:
        """Prepare a stemmer that remembers: the same few thousand words make up the whole book."""
        super().init(options)
        self.remembered = functools.cache(super().stem)

    def stem(self, word: str) -> str:
        """Stem a word, its accents put aside."""
        return self.remembered(plain(word))


class Spaces(SphinxTransform):
    """Keep « ; : ! ? % » and quotation marks with their word, however the author typed the space."""

    default_priority = 750

    def apply(self, **_kwargs: object) -> None:
        """Run on the document just read."""
        for node in list(self.document.findall(nodes.Text)):
            if " " in node and not isinstance(node.parent, CODE):
                text = QUOTES_AND_COLON.sub(wording.NBSP, NARROW.sub(wording.NNBSP, node))
                if text != node:
                    node.parent.replace(node, nodes.Text(text))


def _labelled(checkbox: re.Match[str]) -> str:
    label = "Fait" if "checked" in checkbox[1] else "À faire"
    return f'<input{checkbox[1]} aria-label="{label}">'


def polish(html: str) -> str:
    """Repair what dependencies write in pages: English labels, headers without scope, unnamed boxes."""
    html = EMPTY_HEADER.sub("<td></td>", html.replace(SUMMARY, "<summary>"))
    html = HEADER.sub(lambda th: f'<th scope="{"row" if th[1] == "stub" else "col"}" class="', html)
    return CHECKBOX.sub(_labelled, html)


def setup(app: Sphinx) -> None:
    """Register the search language and the typography."""
    app.add_search_language(FoldedFrench)
    app.add_transform(Spaces)
