/* Sorts, filters and exports the tables of Cartable. Evaluated once per output in a notebook: it may run again. */
(() => {
  "use strict";
  const french = new Intl.Collator("fr", { numeric: true, sensitivity: "base", ignorePunctuation: true });
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const key = (cell) => cell.dataset.tri ?? cell.textContent;

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  /** Compares two cells; what is missing always comes last. */
  function compare(a, b, numeric, direction) {
    const [x, y] = [key(a), key(b)];
    if (!x || !y) return (x ? 0 : 1) - (y ? 0 : 1);
    return direction * (numeric ? Number(x) - Number(y) : french.compare(x, y));
  }

  class Sortable {
    constructor(root) {
      this.root = root;
      this.table = root.querySelector("table");
      this.body = this.table.tBodies[0];
      this.rows = [...this.body.rows];
      this.headings = [...this.table.tHead.rows[0].cells];
      this.headings.forEach((heading, rank) => this.button(heading, rank));
      this.status = element("span", { className: "cartable-tableau__annonce" });
      this.status.setAttribute("role", "status");
      this.bar();
      root.dataset.prete = "oui";
    }

    button(heading, rank) {
      const arrow = element("span", { className: "cartable-tableau__fleche" });
      arrow.setAttribute("aria-hidden", "true");
      const button = element("button", { type: "button" }, element("span", {}, ...heading.childNodes), arrow);
      button.addEventListener("click", () => this.sort(rank));
      heading.replaceChildren(button);
    }

    bar() {
      const save = element("button", { type: "button", className: "cartable-tableau__csv", textContent: "Télécharger en CSV" });
      save.addEventListener("click", () => this.save());
      const bar = element("div", { className: "cartable-tableau__barre" });
      if (this.root.dataset.filtre) bar.append(this.filter());
      bar.append(this.status, save);
      this.root.prepend(bar);
    }

    filter() {
      const field = element("input", { type: "search", id: `${this.root.id}-filtre`, autocomplete: "off" });
      field.addEventListener("input", () => this.keep(fold(field.value.trim())));
      const label = element("label", { htmlFor: field.id, textContent: "Filtrer" });
      return element("span", { className: "cartable-tableau__filtre" }, label, " ", field);
    }

    keep(words) {
      let kept = 0;
      for (const row of this.rows) {
        row.hidden = !fold(row.textContent).includes(words);
        kept += !row.hidden;
      }
      this.status.textContent = `${kept} ligne${kept > 1 ? "s" : ""} sur ${this.rows.length}`;
    }

    /** Numbers start with the highest, texts with A; a second press turns the order round. */
    sort(rank) {
      const heading = this.headings[rank];
      const numeric = heading.classList.contains("nombre");
      const before = heading.getAttribute("aria-sort");
      const down = before ? before === "ascending" : numeric;
      this.rows.sort((a, b) => compare(a.cells[rank], b.cells[rank], numeric, down ? -1 : 1));
      this.body.append(...this.rows);
      for (const other of this.headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      this.status.textContent = `Trié par ${heading.dataset.csv}, ordre ${down ? "décroissant" : "croissant"}`;
    }

    // Export

    csv() {
      const safe = (text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
      const quoted = (text) => (/[;"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
      const field = (cell) => {
        const number = cell.classList.contains("nombre") && !Number.isNaN(Number(key(cell)));
        return quoted(number ? key(cell).replace(".", ",") : safe(cell.textContent));
      };
      const rows = [...this.rows.filter((row) => !row.hidden), ...(this.table.tFoot?.rows ?? [])];
      const lines = rows.map((row) => [...row.cells].map(field).join(";"));
      const head = this.headings.map((heading) => quoted(safe(heading.dataset.csv))).join(";");
      return `\ufeff${[head, ...lines].join("\r\n")}\r\n`;
    }

    save() {
      const name = fold(this.table.caption.textContent).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60);
      const href = URL.createObjectURL(new Blob([this.csv()], { type: "text/csv;charset=utf-8" }));
      element("a", { href, download: `${name || "tableau"}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 10000);
      this.status.textContent = "Tableau téléchargé";
    }
  }

  function start(id) {
    for (const root of document.querySelectorAll(`.cartable-tableau[id="${id}"]:not([data-prete])`)) new Sortable(root);
  }

  const waiting = Array.isArray(window.cartableTableaux) ? window.cartableTableaux : [];
  window.cartableTableaux = { push: start };
  const begin = () => waiting.forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
