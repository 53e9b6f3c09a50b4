/* The page of a session: hours and people to change, the running sheet, « Animer » and the file to print.
   Evaluated once per output in a notebook: everything here may run again. */
(function (root) {
  "use strict";
  const { plan, moved, clock, duration, shownEnd, quoted, typed, readHour } = root.Cartable.horloge;
  const { Timer, make, button, say } = root.Cartable.minuteur;
  const NBSP = "\u00a0";
  const WAIT = 150;
  const MOST = 500;
  // Not « time »: browsers write it in their own language, with « PM » for some.
  const HOUR = { type: "text", required: "", autocomplete: "off", size: "6", maxlength: "8" };
  const TOGETHER = { seul: "chacun pour soi", pleniere: "tous ensemble" };
  const GROUPS = { binome: ["binôme", "binômes"], trio: ["trio", "trios"], groupe: ["groupe", "groupes"] };
  const CLOCKS = [["typique", "Durées habituelles"], ["prudent", "Prudente : tout dure plus longtemps"], ["optimiste", "Optimiste : tout s’enchaîne"]];
  let serial = 0;

  function groupsOf(slot) {
    if (TOGETHER[slot.configuration]) return TOGETHER[slot.configuration];
    const [one, many] = GROUPS[slot.configuration];
    return `${slot.groups}${NBSP}${slot.groups > 1 ? many : one}`;
  }

  class Page {
    constructor(box) {
      const data = JSON.parse(box.querySelector('script[type="application/json"]').textContent);
      this.box = box;
      this.data = data;
      this.session = data.seance;
      this.hours = this.session.jours.map((day) => [day.debut, day.fin]);
      this.settings = { number: 1, headcount: data.effectif, clock: data.horloge };
      this.readAddress(root.location.hash);
      this.build();
      this.timer = new Timer(box, { session: this.session, settings: () => this.chosen(), closed: () => this.animate(false) });
      this.update();
      if (data.page) this.asPage();
    }

    // --- Hours and people ---

    chosen() {
      const [start, end] = this.hours[this.settings.number - 1];
      return { ...this.settings, start, end };
    }

    /** #debut=18:00&fin=20:30&effectif=14&jour=1&horloge=typique */
    readAddress(address) {
      if (!this.data.page) return;
      this.asked = address;
      const asked = new URLSearchParams(address.slice(1));
      const number = Number(asked.get("jour") || this.settings.number);
      if (this.session.jours[number - 1]) this.settings.number = number;
      const [start, end] = ["debut", "fin"].map((name) => readHour(asked.get(name)));
      const hours = this.hours[this.settings.number - 1];
      const length = hours[1] - hours[0];
      if (!Number.isNaN(start)) hours.splice(0, 2, start, Number.isNaN(end) || end <= start ? Math.min(1439, start + length) : end);
      const headcount = Number(asked.get("effectif"));
      if (headcount >= 1 && headcount <= MOST) this.settings.headcount = Math.round(headcount);
      if (CLOCKS.some(([name]) => name === asked.get("horloge"))) this.settings.clock = asked.get("horloge");
    }

    keepAddress() {
      if (!this.data.page) return;
      const { number, headcount, clock: chosen, start, end } = this.chosen();
      const address = `#debut=${typed(start)}&fin=${typed(end)}&effectif=${headcount}&jour=${number}&horloge=${chosen}`;
      try {
        root.history.replaceState(null, "", address);
      } catch (refused) { /* some browsers refuse it from a disk */ }
    }

    // --- Building ---

    build() {
      serial += 1;
      const id = (name) => `cartable-${name}-${serial}`;
      const { settings } = this;
      const [start, end] = this.hours[settings.number - 1];
      const field = (name, words, node) => {
        node.id = id(name);
        node.addEventListener("change", () => this.change());
        return make("p", {}, make("label", { for: node.id }, words), node);
      };
      const option = (value, words, selected) => make("option", selected ? { value, selected: "" } : { value }, words);
      this.fields = {
        day: make("select", {}, ...this.session.jours.map((day, i) => option(i + 1, day.nom, i + 1 === settings.number))),
        start: make("input", { ...HOUR, value: typed(start) }),
        end: make("input", { ...HOUR, value: typed(end) }),
        headcount: make("input", { type: "number", required: "", min: 1, max: MOST, step: 1, value: settings.headcount }),
        clock: make("select", {}, ...CLOCKS.map(([value, words]) => option(value, words.replace(" : ", `${NBSP}: `), value === settings.clock))),
      };
      const f = this.fields;
      const form = make("form", { class: "cartable-reglages", "aria-label": "Réglages de la séance" },
        ...(this.session.jours.length > 1 ? [field("jour", "Jour", f.day)] : []),
        field("debut", "Début", f.start), field("fin", "Fin à ne pas dépasser", f.end), field("effectif", "Nombre de personnes", f.headcount), field("horloge", "Horloge", f.clock));
      form.addEventListener("submit", (event) => event.preventDefault());
      this.actions = make("p", { class: "cartable-actions" }, button("Animer avec le minuteur", "", () => this.animate(true), "cartable-principal"));
      this.told = make("p", { class: "cartable-bilan", role: "status" });
      this.notices = make("ul", { class: "cartable-avis-seance" });
      this.sheet = make("ol", { class: "cartable-deroule" });
      const level = this.data.page ? "h2" : "h3";
      this.content = make("div", { class: "cartable-preparer" }, form, this.actions, this.told, this.notices, make(level, {}, "Le conducteur"), this.sheet);
      this.box.append(this.content);
      if (this.data.page && this.box.querySelector(".cartable-papier")) this.buildDossier(id);
    }

    buildDossier(id) {
      const source = this.box.querySelector(".cartable-papier");
      source.remove();
      this.printer = button("Imprimer le dossier", "", () => this.print());
      this.actions.append(this.printer);
      this.choices = make("fieldset", { class: "cartable-feuilles" }, make("legend", {}, "Feuilles à imprimer"));
      this.fault = make("p", { class: "cartable-bilan" });
      this.pages = make("div", { class: "cartable-pages" });
      const view = make("div", { class: "cartable-apercu", role: "region", tabindex: "0", "aria-label": "Aperçu des pages du dossier" }, this.pages);
      this.content.append(make("h2", { id: id("dossier") }, "Le dossier à imprimer"), this.fault, this.choices, view);
      this.dossier = new root.Cartable.papier.Dossier(source, this.pages, this.data.variantes);
    }

    // --- Reacting ---

    change() {
      const f = this.fields;
      const number = Number(f.day.value) || 1;
      if (number !== this.settings.number) {
        this.settings.number = number;
        [f.start.value, f.end.value] = this.hours[number - 1].map(typed);
      }
      const start = readHour(f.start.value), end = readHour(f.end.value), n = Math.round(Number(f.headcount.value));
      const wrong = Number.isNaN(start) || Number.isNaN(end) ? `Écrivez les deux heures ainsi${NBSP}: 18:30.` : end <= start ? "La fin vient après le début, le même jour." : !(n >= 1 && n <= MOST) ? `Écrivez un nombre de personnes, de 1 à ${MOST}.` : "";
      this.told.dataset.faute = wrong ? "oui" : "";
      if (wrong) {
        say(this.told, wrong);
        return;
      }
      this.hours[number - 1] = [start, end];
      this.settings.headcount = n;
      this.settings.clock = f.clock.value;
      this.keepAddress();
      this.update();
    }

    placed() {
      return this.hours.reduce((session, [start, end], i) => moved(session, i + 1, start, end), this.session);
    }

    update() {
      const here = this.placed();
      const planned = plan(here, { headcount: this.settings.headcount, clock: this.settings.clock });
      const day = planned.days[this.settings.number - 1];
      this.showNotices(planned, day);
      this.sheet.replaceChildren(...day.blocks.map((block) => this.line(block, day)));
      clearTimeout(this.waiting);
      if (this.dossier) this.waiting = setTimeout(() => this.draw(here), WAIT);
    }

    showNotices(planned, day) {
      const mine = planned.notices.filter((said) => said.code === "effectif" || said.block.startsWith(`${day.number}-`));
      const short = planned.days.length ? mine.filter((said) => ["raccourci", "retire", "depasse", "retard"].includes(said.code)) : [];
      const last = day.blocks[day.blocks.length - 1];
      const finish = last ? shownEnd(day, last) : day.start;
      const margin = day.end - finish;
      let words = `De ${clock(day.start)} à ${clock(finish)}`;
      if (day.slack < 0) words += `, soit ${duration(day.slack)} de trop.`;
      else words += margin > 0 ? `, puis ${duration(margin)} de marge avant ${clock(day.end)}.` : ", sans marge.";
      words += short.length ? " Il a fallu ajuster, voyez ci-dessous." : " Tout tient sans rien raccourcir.";
      say(this.told, words);
      this.notices.replaceChildren(...mine.map((said) => make("li", { "data-code": said.code }, said.message)));
      this.notices.hidden = !mine.length;
    }

    line(block, day) {
      const title = block.slug && this.data.fiches ? make("a", { href: `${this.data.fiches}${block.slug}.html` }, block.title) : block.title;
      const head = make("p", { class: "cartable-deroule__bloc" }, make("time", {}, clock(block.shownStart)), " ", make("strong", {}, title), " ",
        make("span", {}, `${duration(block.minutes)}${block.optional ? ", facultatif" : ""}${block.anchor !== null ? ", heure fixée" : ""}`));
      const item = make("li", { "data-genre": block.kind }, head);
      const only = block.slots.length === 1 && block.slots[0].name === block.title;
      if (only && block.slots[0].instruction) item.append(make("p", { class: "cartable-deroule__dire" }, quoted(block.slots[0].instruction)));
      if (block.slots.length && !only) item.append(make("ol", {}, ...block.slots.map((slot) => this.step(slot))));
      for (const track of block.tracks) {
        const wait = track.wait ? `, puis ${duration(track.wait)} d’attente` : "";
        item.append(make("p", { class: "cartable-deroule__groupe" }, `${track.name} (${track.headcount}${NBSP}personnes${wait})`), make("ol", {}, ...track.blocks.map((child) => this.line(child, day))));
      }
      return item;
    }

    step(slot) {
      const shorter = slot.minutes < slot.usual ? ` au lieu de ${duration(slot.usual)}` : "";
      return make("li", {}, make("p", {}, make("time", {}, clock(slot.shownStart)), " ", make("b", {}, slot.name), " ", make("span", {}, `${duration(slot.minutes)}${shorter}, ${groupsOf(slot)}`)),
        ...(slot.instruction ? [make("p", { class: "cartable-deroule__dire" }, quoted(slot.instruction))] : []));
    }

    // --- The file to print ---

    draw(here) {
      const sizes = this.dossier.sizes;
      const n = sizes.length ? Math.min(Math.max(this.settings.headcount, Math.min(...sizes)), Math.max(...sizes)) : this.settings.headcount;
      this.pages.style.setProperty("--cartable-zoom", 1); // measured at the size of the paper
      const count = this.dossier.draw(here, { headcount: n, clock: this.settings.clock });
      say(this.fault, n === this.settings.headcount ? "" : `Le dossier compte ${n}${NBSP}personnes${NBSP}: cette séance est faite pour ${Math.min(...sizes)} à ${Math.max(...sizes)}.`);
      this.fault.hidden = n === this.settings.headcount;
      say(this.printer, `Imprimer le dossier (${count}${NBSP}page${count > 1 ? "s" : ""})`);
      this.printer.disabled = !count;
      this.showChoices();
      this.scale();
      this.box.dataset.pages = count;
      if (this.listener) this.listener(count);
    }

    showChoices() {
      for (const [id, { title, pages }] of this.dossier.pagesOf) {
        let label = this.choices.querySelector(`[data-feuille="${id}"]`);
        if (!label) {
          const tick = make("input", { type: "checkbox", checked: "" });
          tick.addEventListener("change", () => {
            if (tick.checked) this.dossier.left.delete(id);
            else this.dossier.left.add(id);
            this.draw(this.placed());
          });
          label = make("label", { "data-feuille": id }, tick, make("span", {}));
          this.choices.append(label);
        }
        say(label.lastElementChild, pages ? `${title} (${pages}${NBSP}page${pages > 1 ? "s" : ""})` : title);
      }
      for (const label of this.choices.querySelectorAll("[data-feuille]")) if (!this.dossier.pagesOf.has(label.dataset.feuille)) label.remove();
    }

    /** The preview fits its width; the printer does not see it. */
    scale() {
      const room = this.pages.parentElement.clientWidth - 24;
      const wide = 297 * (96 / 25.4);
      this.pages.style.setProperty("--cartable-zoom", Math.min(1, Math.max(0.28, room / wide)).toFixed(3));
    }

    print() {
      clearTimeout(this.waiting);
      this.draw(this.placed());
      root.print();
    }

    // --- A page of its own ---

    asPage() {
      const ready = document.fonts ? Promise.all([document.fonts.load("12pt Atkinson"), document.fonts.load("bold 12pt Atkinson")]).then(() => document.fonts.ready) : Promise.resolve();
      this.ready = ready.catch(() => {}).then(() => {
        clearTimeout(this.waiting);
        if (this.dossier) this.draw(this.placed());
        this.box.dataset.prete = "oui";
        this.talk();
      });
      root.addEventListener("hashchange", () => this.follow(root.location.hash));
      root.addEventListener("resize", () => this.dossier && this.scale());
    }

    follow(address) {
      this.readAddress(address);
      const { number, headcount, clock: chosen, start, end } = this.chosen();
      const values = { day: number, start: typed(start), end: typed(end), headcount, clock: chosen };
      for (const [name, value] of Object.entries(values)) this.fields[name].value = value;
      this.update();
    }

    /** Inside the page « J’ai un atelier demain »: says how many pages there are, prints when asked. */
    talk() {
      if (root.parent === root || !this.dossier) return;
      this.listener = (pages) => root.parent.postMessage({ cartable: "pages", seance: this.session.slug, adresse: this.asked, pages }, "*");
      this.listener(this.dossier.count);
      root.addEventListener("message", (event) => {
        if (event.source !== root.parent || !event.data) return;
        if (event.data.cartable === "reglages") this.follow(event.data.adresse);
        if (event.data.cartable === "imprimer") this.print();
      });
    }

    animate(open) {
      const others = [...this.box.children].filter((node) => node !== this.timer.node);
      if (this.data.page) {
        for (const node of [...others, ...document.querySelectorAll(".cartable-page-seance > header, .cartable-page-seance > footer")]) node.inert = open;
        document.body.classList.toggle("cartable-anime", open);
      } else {
        this.content.hidden = open;
      }
      if (open) this.timer.launch();
    }
  }

  function begin() {
    for (const box of document.querySelectorAll(".cartable-seance:not([data-prise])")) {
      box.dataset.prise = "oui";
      box.cartable = new Page(box);
    }
  }

  root.Cartable.seance = { begin };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})(window);
