// Filters of the catalogue, kept in the address: no storage, no request.
(function () {
  "use strict";
  if (window.cartableCatalogue) return;

  function fold(text) {
    const plain = text.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").normalize("NFD").replace(/\p{M}/gu, "");
    return plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  }

  // A word is found by its beginning, an address of the filters too long or unknown is ignored.
  const TESTS = {
    mots: (entry, typed) => fold(typed).every((word) => entry.words.some((known) => known.startsWith(word))),
    etape: (entry, step) => entry.facts.etapes.includes(step),
    duree: (entry, most, n) => window.cartableAteliers.total(entry.card, n) <= Number(most),
    personnes: (entry, count) => entry.card.participants.min <= Number(count) && Number(count) <= entry.card.participants.max,
    livrable: (entry, output) => entry.facts.sorties.includes(output),
    difficulte: (entry, most) => entry.facts.difficulte <= Number(most),
    distance: (entry) => entry.facts.distance,
    ecran: (entry) => entry.facts.ecran,
  };

  class Catalogue {
    constructor(root) {
      this.form = root.querySelector("form");
      this.count = root.querySelector("[role=status]");
      this.entries = [...root.querySelectorAll(".cartable-format")].map((node) => ({
        node,
        card: JSON.parse(node.dataset.fiche),
        facts: JSON.parse(node.dataset.filtres),
        words: node.dataset.mots.split(" "),
      }));
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.form.addEventListener("input", () => this.changed());
      this.form.addEventListener("reset", () => setTimeout(() => this.changed()));
      addEventListener("hashchange", () => this.restore());
      this.restore();
    }

    wanted() {
      const wanted = {};
      for (const [name, value] of new FormData(this.form)) if (value.trim()) wanted[name] = value.trim();
      const people = Number(wanted.personnes);
      if ("personnes" in wanted && !(Number.isInteger(people) && people >= 1 && people <= 500)) delete wanted.personnes;
      return wanted;
    }

    changed() {
      const wanted = this.wanted();
      const query = new URLSearchParams(wanted).toString();
      // The address of a file may change after « # », and only there.
      history.replaceState(null, "", query ? `#${query}` : location.href.split("#")[0]);
      this.show(wanted);
    }

    restore() {
      const asked = new URLSearchParams(location.hash.slice(1));
      const known = [...asked.keys()].some((name) => name in TESTS);
      if (location.hash && !known) return; // the anchor of a heading
      for (const field of this.form.elements) {
        if (!field.name) continue;
        if (field.type === "checkbox") field.checked = asked.get(field.name) === field.value;
        else if (field.type === "number") field.value = /^\d+$/.test(asked.get(field.name)) ? asked.get(field.name) : "";
        else field.value = asked.get(field.name) || "";
      }
      this.show(this.wanted());
    }

    show(wanted) {
      let found = 0;
      for (const entry of this.entries) {
        const n = Number(wanted.personnes) || entry.card.participants.ideal;
        const kept = Object.entries(wanted).every(([name, value]) => TESTS[name](entry, value, n));
        entry.node.hidden = !kept;
        found += kept;
        window.cartableAteliers.show(entry.node, entry.card, n);
      }
      this.say(found, Object.keys(wanted).length);
    }

    say(found, filters) {
      const all = this.entries.length;
      let text = `${found}\u00a0format${found < 2 ? "" : "s"}`;
      if (!filters) text += ", par ordre alphabétique.";
      else if (found) text += ` sur ${all}.`;
      else text = `Aucun format sur ${all}. Retirez un filtre, ou élargissez la durée.`;
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => (this.count.textContent = text), 250);
    }
  }

  function begin() {
    window.cartableCatalogue = [...document.querySelectorAll(".cartable-catalogue")].map((root) => new Catalogue(root));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
