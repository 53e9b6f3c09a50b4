/* « J’ai un atelier demain » : the session that fits, at her hours, and another one; each says why.
   The files of the sessions are loaded as scripts and in frames: nothing is fetched, all works from a disk. */
(function (root) {
  "use strict";
  const { plan, moved, clock, duration, shownEnd, quoted, typed, readHour } = root.Cartable.horloge;
  const NBSP = "\u00a0";
  const NNBSP = "\u202f";
  const SHORT = ["raccourci", "retire", "depasse", "retard"];
  const WORST = 3;

  // --- Choosing ------------------------------------------------------------------------------------------------------

  const lost = (planned) => planned.notices.filter((said) => ["raccourci", "retire"].includes(said.code)).reduce((sum, said) => sum + said.minutes, 0);
  const missing = (planned) => planned.notices.filter((said) => said.code === "depasse").reduce((sum, said) => sum + said.minutes, 0);

  /** 0: fits even if all lasts longer; 1: fits as usual; 2: fits once shortened; 3: does not fit. */
  function grade(usual, prudent) {
    if (prudent.fits) return 0;
    if (usual.fits) return 1;
    return usual.notices.some((said) => ["depasse", "retard"].includes(said.code)) ? WORST : 2;
  }

  /** How a session of one day stands up to what is asked. wish: {step, headcount, start, end, remote}. */
  function judge(session, wish) {
    const placed = moved(session, 1, wish.start, wish.end);
    const [usual, prudent] = ["typique", "prudent"].map((name) => plan(placed, { headcount: wish.headcount, clock: name }));
    const suits = wish.headcount >= session.effectif.min && wish.headcount <= session.effectif.max;
    const day = usual.days[0];
    return {
      session, placed, usual, prudent, day, suits, grade: grade(usual, prudent), made: session.a_distance === wish.remote,
      lost: lost(usual), missing: missing(usual), slack: day.slack,
      warnings: usual.notices.filter((said) => !SHORT.includes(said.code)).length,
    };
  }

  /** Sessions that can be held as asked: in a room, or at a distance (made for it, or whose formats all allow it). */
  function possible(session, wish) {
    if (session.etape !== wish.step || session.jours.length > 1) return false;
    if (!wish.remote) return !session.a_distance;
    return session.a_distance || Object.values(session.fiches).every((sheet) => sheet.distance);
  }

  const order = (one) => [one.made ? 0 : 1, one.grade, one.grade === 2 ? one.lost : 0, one.warnings, Math.max(0, one.slack)];

  function compare(a, b) {
    const [left, right] = [order(a), order(b)];
    const rank = left.findIndex((value, i) => value !== right[i]);
    return rank < 0 ? a.session.slug.localeCompare(b.session.slug) : left[rank] - right[rank];
  }

  /** The best session and another one; without any, what comes nearest. */
  function choose(sessions, wish) {
    const judged = sessions.filter((session) => possible(session, wish)).map((session) => judge(session, wish)).sort(compare);
    const usable = judged.filter((one) => one.suits && one.grade < WORST);
    const [first] = usable;
    if (!first) return { proposals: [], near: nearest(judged, wish), several: sessions.filter((one) => one.etape === wish.step && one.jours.length > 1) };
    const others = usable.slice(1);
    const apart = others.filter((one) => one.grade < 2 || first.grade === 2);
    const second = apart.find((one) => one.session.famille !== first.session.famille) || apart[0] || others[0];
    const proposals = [{ ...first, reasons: reasons(first, wish, null) }];
    if (second) proposals.push({ ...second, reasons: reasons(second, wish, first) });
    return { proposals, near: null, several: [] };
  }

  function nearest(judged, wish) {
    const fitting = judged.filter((one) => one.suits);
    const sorted = (fitting.length ? fitting : judged).slice().sort((a, b) => a.missing - b.missing || a.session.slug.localeCompare(b.session.slug));
    const [best] = sorted;
    if (!best) return null;
    const { min, max } = best.session.effectif;
    const size = `est faite pour ${min} à ${max}${NBSP}personnes, vous en attendez ${wish.headcount}.`;
    const time = `est la plus proche${NBSP}: il lui manque ${duration(best.missing)}, même au plus court.`;
    return { session: best.session, words: fitting.length ? time : size };
  }

  function reasons(one, wish, first) {
    const said = [];
    const latest = shownEnd(one.prudent.days[0], last(one.prudent.days[0]));
    if (one.grade === 0) said.push(`Elle tient sans rien raccourcir. Si tout dure plus longtemps que d’habitude, elle finit à ${clock(latest)}.`);
    if (one.grade === 1) said.push(`Elle tient aux durées habituelles, avec ${duration(one.slack)} de marge. Si les échanges durent, il faudra raccourcir${NBSP}: le minuteur vous dira quoi.`);
    if (one.grade === 2) said.push(`Elle ne tient qu’en gagnant ${duration(one.lost)}. Ce qui change est dit ci-dessous.`);
    if (first) said.push(contrast(one, first));
    else said.push(one.slack >= 15 ? `Il reste ${duration(one.slack)} avant ${clock(wish.end)}${NBSP}: finissez plus tôt, ou laissez parler.` : "C’est elle qui emploie le mieux votre temps.");
    if (wish.remote) said.push(one.made ? "Elle est faite pour la distance." : "Elle est prévue en salle, mais chaque format a son adaptation à distance, sur sa fiche.");
    said.push(`Elle est faite pour ${one.session.effectif.min} à ${one.session.effectif.max}${NBSP}personnes.`);
    return said;
  }

  function contrast(one, first) {
    const gain = one.slack - first.slack;
    if (one.session.famille !== first.session.famille) return "C’est un autre chemin pour la même étape.";
    if (gain > 0) return `Elle est plus courte de ${duration(gain)}.`;
    return gain < 0 ? `Elle est plus longue de ${duration(gain)}.` : "Elle passe par d’autres formats.";
  }

  const last = (day) => day.blocks[day.blocks.length - 1];

  // --- Drawing -------------------------------------------------------------------------------------------------------

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "click") node.addEventListener("click", value);
      else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  class Desk {
    constructor(box) {
      this.box = box;
      this.form = box.querySelector("form");
      this.status = box.querySelector("[role=status]");
      this.place = box.querySelector(".cartable-demain__propositions");
      this.frames = new Map();
      this.hidden = make("div", { class: "cartable-demain__cadres" });
      box.append(this.hidden);
      this.form.addEventListener("change", () => this.propose());
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.propose();
      });
      root.addEventListener("message", (event) => this.heard(event));
      this.load();
    }

    load() {
      root.cartableSeances = (sessions) => {
        this.sessions = sessions;
        this.propose();
      };
      const script = make("script", { src: `${this.box.dataset.minuteurs}index.js` });
      script.addEventListener("error", () => this.say("La liste des séances manque dans ce livre : refaites-le avec « make book ».", true));
      script.addEventListener("load", () => script.remove());
      document.head.append(script);
    }

    say(text, wrong) {
      this.status.dataset.faute = wrong ? "oui" : "";
      if (this.status.textContent !== text) this.status.textContent = text;
    }

    wish() {
      const of = (name) => this.form.elements[name];
      return {
        step: of("etape").value, headcount: Math.round(Number(of("effectif").value)),
        start: readHour(of("debut").value), end: readHour(of("fin").value), remote: of("distance").checked,
      };
    }

    propose() {
      if (!this.sessions) return;
      const wish = this.wish();
      const wrong = !wish.step ? "Choisissez une étape." : !(wish.headcount >= 1) ? "Écrivez le nombre de personnes." : Number.isNaN(wish.start) || Number.isNaN(wish.end) ? `Écrivez les deux heures ainsi${NBSP}: 18:30.` : wish.end <= wish.start ? "La fin vient après le début, le même jour." : "";
      if (wrong) {
        this.place.replaceChildren();
        this.say(wrong, Boolean(wish.step));
        return;
      }
      const { proposals, near, several } = choose(this.sessions, wish);
      this.keep(proposals.map((one) => one.session.slug));
      this.place.replaceChildren(...proposals.map((one, rank) => this.proposal(one, rank, wish)), ...(proposals.length ? [] : [this.nothing(near, several)]));
      const first = proposals[0];
      this.say(first ? `${quoted(first.session.titre)}, de ${clock(first.day.start)} à ${clock(shownEnd(first.day, last(first.day)))}${proposals.length > 1 ? `${NNBSP}; une autre séance est proposée dessous` : ""}.` : "Aucune séance prête ne convient.", !first);
    }

    proposal(one, rank, wish) {
      const { slug, titre } = one.session;
      const hash = `#debut=${typed(wish.start)}&fin=${typed(wish.end)}&effectif=${wish.headcount}&jour=1&horloge=typique`;
      const address = `${this.box.dataset.minuteurs}${slug}.html${hash}`;
      const printer = make("button", { type: "button", click: () => this.print(slug, address) }, "Imprimer le dossier");
      this.frame(one.session, address, hash, printer);
      const told = one.usual.notices.map((said) => make("li", { "data-code": said.code }, said.message));
      return make("article", { class: "cartable-demain__proposition", "data-seance": slug, "data-degre": one.grade },
        make("h2", {}, rank ? `Ou bien${NBSP}: ${titre}` : titre),
        make("p", { class: "cartable-demain__raison" }, one.reasons.join(" ")),
        ...(told.length ? [make("ul", { class: "cartable-demain__avis" }, ...told)] : []),
        make("ol", { class: "cartable-demain__agenda" }, ...one.day.blocks.map((block) => this.line(block)), make("li", {}, make("time", {}, clock(shownEnd(one.day, last(one.day)))), " ", make("span", {}, "Fin"))),
        make("p", { class: "cartable-demain__gestes" }, printer, make("a", { class: "cartable-demain__bouton", href: address }, "Ouvrir le minuteur"), make("a", { href: `${this.box.dataset.fiches}seances/${slug}.html` }, "Lire toute la séance")));
    }

    line(block) {
      const title = block.slug ? make("a", { href: `${this.box.dataset.fiches}${block.slug}.html` }, block.title) : block.title;
      const tracks = block.tracks.map((track) => `${track.name}${NBSP}: ${track.blocks.map((child) => child.title).join(", ")}`);
      return make("li", { "data-genre": block.kind }, make("time", {}, clock(block.shownStart)), " ", make("span", {}, title, ` (${duration(block.minutes)}${block.optional ? ", facultatif" : ""})`, ...tracks.flatMap((text) => [make("br"), text])));
    }

    nothing(near, several) {
      const link = (one) => make("a", { href: `${this.box.dataset.fiches}seances/${one.slug}.html` }, one.titre);
      const open = (one) => make("a", { href: `${this.box.dataset.minuteurs}${one.slug}.html` }, "conducteur, minuteur et dossier");
      const lines = near ? [make("li", {}, link(near.session), ` ${near.words}`)] : [];
      lines.push(...several.map((one) => make("li", {}, link(one), ` dure ${one.jours.length}${NBSP}jours${NBSP}: `, open(one), ".")));
      return make("div", { class: "cartable-demain__rien" }, make("p", {}, "Aucune séance prête de cette étape ne convient. Changez l’heure de fin ou le nombre de personnes, ou assemblez des formats du catalogue."), make("ul", {}, ...lines));
    }

    // --- The file of the session, in a frame that nobody sees ---

    /** The same frame serves as long as its session is proposed: only its settings change. */
    frame(session, address, hash, printer) {
      const found = this.frames.get(session.slug);
      if (found) {
        Object.assign(found, { printer, hash, pages: 0 });
        found.node.contentWindow.postMessage({ cartable: "reglages", adresse: hash }, "*");
        return;
      }
      const node = make("iframe", { src: address, title: `Dossier de la séance ${quoted(session.titre)}`, "aria-hidden": "true", tabindex: "-1" });
      this.frames.set(session.slug, { node, printer, hash, pages: 0 });
      this.hidden.append(node);
    }

    keep(slugs) {
      for (const [slug, { node }] of this.frames) {
        if (slugs.includes(slug)) continue;
        node.remove();
        this.frames.delete(slug);
      }
    }

    heard(event) {
      if (!event.data || event.data.cartable !== "pages") return;
      const found = this.frames.get(event.data.seance);
      if (!found || event.source !== found.node.contentWindow) return;
      if (event.data.adresse !== found.hash) { // it was not ready when its settings changed
        found.node.contentWindow.postMessage({ cartable: "reglages", adresse: found.hash }, "*");
        return;
      }
      found.pages = event.data.pages;
      found.printer.textContent = `Imprimer le dossier (${found.pages}${NBSP}page${found.pages > 1 ? "s" : ""})`;
    }

    print(slug, address) {
      const { node, pages } = this.frames.get(slug);
      if (pages) node.contentWindow.postMessage({ cartable: "imprimer" }, "*");
      else root.location.href = address; // the frame did not answer: the page itself has the same button
    }
  }

  function begin() {
    for (const box of document.querySelectorAll(".cartable-demain:not([data-prise])")) {
      box.dataset.prise = "oui";
      new Desk(box);
    }
  }

  root.Cartable.demain = { choose, judge };
  if (typeof document === "undefined") return;
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})(typeof window === "undefined" ? globalThis : window);
