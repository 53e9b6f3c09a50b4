// Search box and portraits of the book, from a disk too: files are loaded as scripts, never fetched.
(function () {
  "use strict";
  if (window.cartablePortrait) return;

  const MOST = 12;
  const SMALL = new Set("de du des d la le les l en et au aux a sur sous".split(" "));
  const SPELLINGS = { st: "saint", ste: "sainte", sts: "saints", cc: "communaute communes", ca: "communaute agglomeration", agglo: "agglomeration" };

  function fold(text) {
    const plain = text.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
    const words = plain.split(/[^a-z0-9]+/).filter((word) => word && !SMALL.has(word));
    return words.map((word) => SPELLINGS[word] || word).join(" ");
  }

  function load(address, failed) {
    const script = document.createElement("script");
    script.src = address;
    script.onerror = failed;
    script.onload = () => script.remove();
    document.head.append(script);
  }

  // -- what can be found ------------------------------------------------------------------------

  let entries = null;
  const waiting = [];
  window.cartableIndex = function (epcis, communes) {
    entries = epcis.map(([siren, name, places]) => ({ siren, label: name, detail: `EPCI (${places})`, words: fold(name), commune: 0 }));
    for (const [name, departement, rank] of communes) {
      const [siren, epci] = epcis[rank];
      entries.push({ siren, label: `${name} (${departement})`, detail: epci, words: fold(`${name} ${departement}`), commune: 1 });
    }
    waiting.splice(0).forEach((next) => next());
  };

  function rank(entry, words) {
    const whole = entry.words === words || entry.words.startsWith(`${words} `);
    return [whole ? 0 : 1, entry.commune, entry.words.length];
  }

  function pairs(text) {
    const found = new Map();
    for (let i = 0; i < text.length - 1; i++) found.set(text.slice(i, i + 2), (found.get(text.slice(i, i + 2)) || 0) + 1);
    return found;
  }

  // Share of the pairs of letters that two names have in common: forgives a typo.
  function likeness(mine, words, size) {
    let shared = 0;
    const other = pairs(words);
    for (const [pair, count] of mine) shared += Math.min(count, other.get(pair) || 0);
    return (2 * shared) / (size + Math.min(words.length - 1, size * 1.4));
  }

  function search(typed) {
    const words = fold(typed);
    if (words.length < 2) return [];
    const parts = words.split(" ");
    const found = entries.filter((entry) => parts.every((part) => ` ${entry.words}`.includes(` ${part}`)));
    if (found.length) {
      const keyed = found.map((entry) => [rank(entry, words), entry]);
      keyed.sort(([a, x], [b, y]) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || x.label.localeCompare(y.label, "fr"));
      return keyed.slice(0, MOST).map(([, entry]) => entry);
    }
    const mine = pairs(words);
    const near = entries.map((entry) => [likeness(mine, entry.words, words.length - 1), entry]).filter(([score]) => score > 0.55);
    near.sort(([a, x], [b, y]) => b - a || x.commune - y.commune);
    return near.slice(0, 6).map(([, entry]) => entry);
  }

  // -- the box --------------------------------------------------------------------------------------

  class Box {
    constructor(root) {
      this.root = root;
      this.field = root.querySelector("input");
      this.list = root.querySelector("ul");
      this.help = root.querySelector("[role=status]");
      this.found = [];
      this.current = -1;
      this.field.addEventListener("focus", () => this.ready(() => {}));
      this.field.addEventListener("input", () => this.ready(() => this.propose()));
      this.field.addEventListener("keydown", (event) => this.key(event));
      this.field.addEventListener("blur", () => setTimeout(() => this.close(), 200));
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => {
        const item = event.target.closest("[role=option]");
        if (item) this.choose(Number(item.dataset.rang));
      });
    }

    ready(next) {
      if (entries) return next();
      waiting.push(next);
      if (waiting.length === 1) {
        load(`${this.root.dataset.dossier}index.js`, () => this.say("La liste des territoires manque dans ce livre : refaites-le avec « make book »."));
      }
    }

    say(text) {
      this.help.textContent = text;
    }

    propose() {
      this.found = search(this.field.value);
      this.current = -1;
      this.list.replaceChildren(...this.found.map((entry, i) => this.item(entry, i)));
      const typed = fold(this.field.value).length >= 2;
      const count = this.found.length;
      if (!typed) this.say("Tapez au moins deux lettres.");
      else if (!count) this.say("Aucun territoire trouvé. Vérifiez l’orthographe, ou tapez une commune voisine.");
      else this.say(count > 1 ? `${count} propositions. Les flèches parcourent la liste, Entrée choisit.` : "1 proposition. Entrée la choisit.");
      this.show(count > 0);
    }

    item(entry, i) {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.rang = i;
      const detail = document.createElement("span");
      detail.textContent = entry.detail;
      item.append(entry.label, " ", detail);
      return item;
    }

    show(open) {
      this.list.hidden = !open;
      this.field.setAttribute("aria-expanded", String(open));
      if (!open) this.field.removeAttribute("aria-activedescendant");
    }

    close() {
      this.show(false);
    }

    move(step) {
      if (this.list.hidden || !this.found.length) return;
      this.current = (this.current + step + this.found.length) % this.found.length;
      [...this.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === this.current)));
      const item = this.list.children[this.current];
      this.field.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    }

    key(event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        this.move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter") {
        event.preventDefault();
        this.ready(() => {
          if (!this.found.length) this.propose();
          if (this.current >= 0 || this.found.length === 1) this.choose(Math.max(this.current, 0));
          else if (this.found.length) this.say("Choisissez une proposition avec les flèches, puis Entrée.");
        });
      } else if (event.key === "Escape") {
        this.close();
      }
    }

    choose(i) {
      const entry = this.found[i];
      if (!entry) return;
      this.field.value = entry.label;
      this.close();
      const page = this.root.dataset.page;
      if (document.querySelector(".cartable-portrait")) location.hash = entry.siren;
      else location.href = `${page}#${entry.siren}`;
    }
  }

  // -- the portrait ---------------------------------------------------------------------------------------

  const place = () => document.querySelector(".cartable-portrait");
  let first = ""; // the EPCI that the page was built with
  let wanted = ""; // the last one asked for: a file that arrives late does not replace it

  // Scripts put in place as text do not run: each is replaced by a copy that does.
  function revive(root) {
    root.querySelectorAll("script").forEach((dead) => {
      const script = document.createElement("script");
      for (const { name, value } of dead.attributes) script.setAttribute(name, value);
      script.textContent = dead.textContent;
      dead.replaceWith(script);
    });
  }

  window.cartablePortrait = function (siren, name, html) {
    if (siren !== wanted) return;
    const root = place();
    root.innerHTML = html;
    root.dataset.siren = siren;
    revive(root);
    document.title = `${name} · Portrait d’un territoire`;
    root.setAttribute("aria-label", `Portrait : ${name}`);
    root.setAttribute("role", "group");
    root.focus({ preventScroll: true });
    root.scrollIntoView({ block: "start" });
    document.querySelectorAll(".cartable-territoire [role=status]").forEach((help) => (help.textContent = `Portrait affiché : ${name}.`));
  };

  function follow() {
    const siren = location.hash.slice(1) || first; // « Précédent » leads back to the address without a SIREN
    const box = document.querySelector(".cartable-territoire");
    if (!place() || !box || !/^\d{9}$/.test(siren)) return;
    wanted = siren;
    if (place().dataset.siren === siren) return;
    load(`${box.dataset.dossier}${siren}.js`, () => {
      box.querySelector("[role=status]").textContent = "Ce portrait manque dans ce livre : refaites-le avec « make book ».";
    });
  }

  function begin() {
    document.querySelectorAll(".cartable-territoire").forEach((root) => new Box(root));
    document.querySelectorAll(".cartable-portrait__imprimer").forEach((button) => button.addEventListener("click", () => print()));
    first = place() ? place().dataset.siren : "";
    addEventListener("hashchange", follow);
    follow();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
