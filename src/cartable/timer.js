/* « Animer » : a large timer on the wall clock, for a projector and a keyboard. What it knows is in live.js. */
(function (root) {
  "use strict";
  const { clock, duration } = root.Cartable.horloge;
  const live = root.Cartable.direct;
  const NBSP = "\u00a0";
  const TICK = 500;
  const LONG = 150; // letters: more than that takes a smaller type, still read from the back
  const FAR = 60; // minutes: beginning so far from the planned time is worth a question
  const KEPT = 36 * 3600 * 1000; // a session of the day before may still be resumed, not an older one
  const TOGETHER = { seul: "Chacun pour soi", binome: "En binômes", trio: "En trios", groupe: "En groupes", pleniere: "Tous ensemble" };

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "click") node.addEventListener("click", value);
      else if (value !== null) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  function button(words, key, action, kind) {
    const hint = key ? [" ", make("kbd", { "aria-hidden": "true" }, key)] : [];
    return make("button", { type: "button", class: kind || null, click: action }, words, ...hint);
  }

  /** Writes only what has changed: nothing flickers, nothing is read twice. */
  function say(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function digits(ms) {
    const seconds = ms >= 0 ? Math.ceil(ms / 1000) : Math.floor(-ms / 1000);
    const minutes = Math.floor(seconds / 60);
    return `${ms < 0 && seconds > 0 ? "+" : ""}${String(minutes).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  }

  // --- What survives a closed lid ------------------------------------------------------------------------------------

  const shelf = {
    name: (session, number) => `cartable-seance:${session.slug}:${number}`,
    read(session, number) {
      try {
        const state = JSON.parse(root.localStorage.getItem(shelf.name(session, number)));
        const good = state && state.version === 1 && state.seance === session.slug && state.jour === number;
        return good && Object.keys(state.reels).length && Date.now() - state.minuit < KEPT ? state : null;
      } catch (refused) {
        return null;
      }
    },
    write(session, state) {
      try {
        root.localStorage.setItem(shelf.name(session, state.jour), JSON.stringify(state));
      } catch (refused) { /* private browsing, or a full disk: the timer goes on */ }
    },
  };

  // --- The screen ----------------------------------------------------------------------------------------------------

  class Timer {
    /** options: session, settings() → {number, headcount, clock, start, end}, closed(). */
    constructor(place, options) {
      this.session = options.session;
      this.settings = options.settings;
      this.closed = options.closed;
      this.build(place);
      document.addEventListener("visibilitychange", () => this.show());
      root.addEventListener("pageshow", () => this.show());
      document.addEventListener("keydown", (event) => this.key(event));
    }

    build(place) {
      const gesture = (name) => () => this.gesture(name);
      this.nodes = {
        clock: make("p", { class: "cartable-minuteur__heure" }),
        block: make("p", { class: "cartable-minuteur__bloc" }),
        step: make("h2", { class: "cartable-minuteur__etape" }),
        said: make("p", { class: "cartable-minuteur__consigne" }),
        trace: make("p", { class: "cartable-minuteur__trace" }),
        groups: make("ul", { class: "cartable-minuteur__groupes" }),
        label: make("p", { class: "cartable-minuteur__libelle" }),
        digits: make("p", { class: "cartable-minuteur__chiffres", role: "timer", "aria-live": "off" }),
        bar: make("progress", { max: "1000", value: "0", "aria-label": "Temps passé dans l’étape" }),
        mood: make("p", { class: "cartable-minuteur__humeur" }),
        next: make("p", { class: "cartable-minuteur__suite" }),
        words: make("div", { class: "cartable-minuteur__mots" }),
        left: make("ul", { class: "cartable-minuteur__reste" }),
        log: make("textarea", { readonly: "", rows: "8", "aria-label": "Journal de la séance, en texte" }),
        status: make("p", { class: "cartable-hors-champ", role: "status" }),
        question: make("div", { class: "cartable-minuteur__question", role: "group", "aria-label": "Avant de commencer" }),
      };
      const n = this.nodes;
      n.question.hidden = true;
      n.main = button("Je commence", "Espace", gesture("main"), "cartable-minuteur__principal");
      n.forward = button("Étape suivante", "N", gesture("forward"));
      n.back = button("Revenir", "B", gesture("back"));
      n.pause = button("Pause", "P", gesture("pause"));
      n.less = button(`−1${NBSP}min`, "−", gesture("less"));
      n.more = button(`+1${NBSP}min`, "+", gesture("more"));
      n.full = button("Plein écran", "F", () => this.fullScreen());
      n.close = button("Quitter", "Échap", () => this.close());
      this.panel = make("details", { class: "cartable-minuteur__animation" }, make("summary", {}, "Pour l’animation", NBSP + ": la suite, ce qu’on retire, le journal"),
        make("div", { class: "cartable-minuteur__volets" },
          make("section", { "aria-label": "Ce qui reste" }, make("h3", {}, "Ce qui reste"), n.left),
          make("section", { "aria-label": "Journal" }, make("h3", {}, "Journal de la séance"), make("p", {}, `Les temps réels, sans aucun nom. Enregistrez-le à la fin${NBSP}: il sert à corriger les durées des fiches.`), n.log,
            make("p", { class: "cartable-minuteur__gestes" }, button("Enregistrer le journal (JSON)", "", () => this.save("json")), button("Enregistrer en texte", "", () => this.save("txt"))))));
      this.node = make("section", { class: "cartable-minuteur", "aria-label": "Minuteur", "data-lm-suppress-shortcuts": "true", tabindex: "-1" },
        make("header", {}, make("p", { class: "cartable-minuteur__seance" }, this.session.titre), n.clock, make("p", { class: "cartable-minuteur__outils" }, n.full, n.close)),
        n.question,
        make("div", { class: "cartable-minuteur__corps" },
          make("div", { class: "cartable-minuteur__texte" }, n.block, n.step, n.said, n.groups, n.trace),
          make("div", { class: "cartable-minuteur__temps" }, n.label, n.digits, n.bar, n.mood)),
        n.next, n.words,
        make("div", { class: "cartable-minuteur__gestes cartable-minuteur__barre" }, n.main, n.forward, n.back, n.pause, n.less, n.more),
        this.panel, n.status);
      this.node.hidden = true;
      this.panel.addEventListener("toggle", () => this.show());
      place.append(this.node);
    }

    get open() {
      return !this.node.hidden && this.node.isConnected;
    }

    launch() {
      this.opener = document.activeElement;
      const settings = this.settings();
      this.state = live.begin(this.session, settings, Date.now());
      this.node.hidden = false;
      this.ticking = this.ticking || setInterval(() => this.show(), TICK);
      this.before = {};
      const kept = shelf.read(this.session, settings.number);
      if (kept) this.askToResume(kept);
      else this.nodes.question.hidden = true;
      this.show();
      if (!kept) this.nodes.main.focus();
    }

    close() {
      clearInterval(this.ticking);
      this.ticking = null;
      if (document.fullscreenElement) document.exitFullscreen();
      this.node.hidden = true;
      this.closed();
      if (this.opener && this.opener.isConnected) this.opener.focus();
    }

    fullScreen() {
      if (document.fullscreenElement) document.exitFullscreen();
      else if (this.node.requestFullscreen) this.node.requestFullscreen().catch(() => say(this.nodes.status, "Ce navigateur refuse le plein écran."));
    }

    // --- Questions ---

    ask(text, ...choices) {
      const { question } = this.nodes;
      const buttons = choices.map(([words, action]) => button(words, "", () => {
        question.hidden = true;
        action();
        this.show();
        this.nodes.main.focus();
      }));
      question.replaceChildren(make("p", {}, text), make("p", { class: "cartable-minuteur__gestes" }, ...buttons));
      question.hidden = false;
      buttons[0].focus();
      say(this.nodes.status, text);
    }

    askToResume(kept) {
      const seen = live.view(this.session, kept, Date.now());
      const journal = live.log(this.session, kept, Date.now());
      const where = seen.over ? "Elle est finie." : `Vous en êtes à «${NBSP}${(seen.current || seen.next).name}${NBSP}».`;
      this.ask(`Une séance commencée à ${journal.debut.replace(":", `${NBSP}h${NBSP}`)} est gardée dans ce navigateur. ${where}`,
        ["Reprendre cette séance", () => { this.state = kept; }],
        ["Recommencer du début", () => {}]);
    }

    askWhen(now) {
      const { start, end, number } = this.settings();
      const here = live.minuteOf(this.state, now);
      this.ask(`La séance est prévue à ${clock(start)}. Il est ${clock(here)}.`,
        ["Commencer maintenant, tout décaler", () => {
          this.state = live.begin(this.session, { ...this.settings(), number, start: here, end: here + end - start }, now);
          this.gesture("main");
        }],
        ["Garder les heures prévues", () => { this.sure = true; this.gesture("main"); }]);
    }

    // --- Gestures ---

    gesture(name, id) {
      const now = Date.now();
      const args = [this.session, this.state, now];
      const seen = live.view(...args);
      if (!this.nodes.question.hidden) return;
      if (seen.index < 0 && ["main", "forward"].includes(name) && !this.sure && Math.abs(live.minuteOf(this.state, now) - this.state.debut) > FAR) {
        this.askWhen(now);
        return;
      }
      const gestures = {
        main: () => (seen.current ? live.finish(...args) : live.start(...args)),
        forward: () => live.forward(...args),
        back: () => live.back(...args),
        pause: () => live.pause(...args),
        more: () => live.adjust(...args, 1),
        less: () => live.adjust(...args, -1),
        remove: () => live.remove(...args, id),
        restore: () => live.restore(...args, id),
      };
      if (gestures[name]()) shelf.write(this.session, this.state);
      this.show();
    }

    key(event) {
      if (!this.open || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      const { target } = event;
      const inside = this.node.contains(target) || target === document.body;
      if (!inside || target.closest("textarea, input, select")) return;
      const native = target.closest("button, summary, a");
      const keys = { " ": "main", Enter: "main", n: "forward", N: "forward", b: "back", B: "back", Backspace: "back", ArrowLeft: "back", p: "pause", P: "pause", "+": "more", "=": "more", "-": "less", "−": "less" };
      if ((event.key === " " || event.key === "Enter") && native) return;
      if (event.repeat) return;
      if (keys[event.key]) this.gesture(keys[event.key]);
      else if (event.key === "f" || event.key === "F") this.fullScreen();
      else if (event.key === "Escape" && !document.fullscreenElement) this.close();
      else return;
      event.preventDefault();
    }

    // --- Drawing ---

    show() {
      if (!this.open) return;
      const now = Date.now();
      const seen = live.view(this.session, this.state, now);
      const n = this.nodes;
      say(n.clock, clock(live.minuteOf(this.state, now)));
      this.showStep(seen);
      this.showTime(seen, now);
      this.showNext(seen);
      this.showMood(seen);
      this.showWords(seen);
      if (this.panel.open) this.showPanel(seen, now);
      this.announce(seen);
    }

    showStep(seen) {
      const n = this.nodes;
      const unit = seen.current || seen.next;
      if (!unit) {
        say(n.block, this.session.titre);
        say(n.step, "La séance est finie");
        say(n.said, "Enregistrez le journal, puis rangez avec le groupe.");
        n.trace.hidden = n.groups.hidden = true;
        n.said.hidden = false;
        return;
      }
      const where = unit.slug && !unit.tracks.length ? ` · ${TOGETHER[unit.configuration]}` : "";
      const title = unit.name === unit.title ? "" : `${unit.title}${where}`;
      say(n.block, seen.current ? title || "En cours" : ["À suivre", title].filter(Boolean).join(`${NBSP}: `));
      say(n.step, unit.name);
      say(n.said, unit.instruction);
      n.said.hidden = !unit.instruction;
      n.said.toggleAttribute("data-longue", unit.instruction.length > LONG);
      say(n.trace, unit.trace ? `À la fin${NBSP}: ${unit.trace}` : "");
      n.trace.hidden = !unit.trace;
      this.showGroups(unit, seen);
    }

    showGroups(unit, seen) {
      const list = this.nodes.groups;
      list.hidden = !unit.tracks.length;
      const minute = live.minuteOf(this.state, seen.now);
      const lines = unit.tracks.map((track) => {
        const slots = track.blocks.flatMap((block) => block.slots);
        const at = slots.find((slot) => seen.current && minute < slot.end) || (seen.current ? null : slots[0]);
        return `${track.name}${NBSP}: ${at ? `${at.name}, jusqu’à ${clock(at.end)}` : "attend les autres"}`;
      });
      if (list.dataset.lignes === lines.join("|")) return;
      list.dataset.lignes = lines.join("|");
      list.replaceChildren(...lines.map((line) => make("li", {}, line)));
    }

    showTime(seen, now) {
      const n = this.nodes;
      let label = "Durée prévue", left = seen.next ? seen.next.minutes * 60000 : 0, share = 0;
      if (seen.current) {
        label = seen.paused ? "En pause, temps restant" : seen.left >= 0 ? "Temps restant" : "Temps dépassé";
        ({ left, share } = seen);
      } else if (seen.next && seen.index >= 0) {
        const wait = this.state.minuit + seen.next.start * 60000 - now;
        if (wait > 30000) [label, left] = [`Avant ${clock(seen.next.start)}`, wait];
      }
      this.node.dataset.etat = seen.over ? "fini" : seen.current ? (left < 0 ? "depasse" : seen.paused ? "pause" : "cours") : "attente";
      say(n.label, seen.over ? "" : label);
      say(n.digits, seen.over ? clock(live.minuteOf(this.state, now)) : digits(left));
      n.bar.value = Math.round(1000 * share);
      n.bar.hidden = !seen.current;
      say(n.main.firstChild, seen.current ? "J’ai fini" : "Je commence");
      n.main.disabled = seen.over;
      n.forward.disabled = !seen.current;
      n.back.disabled = seen.index < 0;
      say(n.pause.firstChild, seen.paused ? "Reprendre" : "Pause");
      n.pause.disabled = n.more.disabled = n.less.disabled = !seen.current;
    }

    showNext(seen) {
      const unit = seen.current ? seen.next : seen.units[seen.index + 2];
      const words = unit ? `Ensuite, à ${clock(unit.start)}${NBSP}: ${unit.name} (${duration(unit.minutes)})` : seen.over ? "" : "C’est la dernière étape.";
      say(this.nodes.next, words);
    }

    showMood(seen) {
      const mood = live.mood(seen.gap);
      const begun = seen.index >= 0;
      this.nodes.mood.dataset.humeur = begun ? mood.code : "attente";
      say(this.nodes.mood, begun ? `${mood.sign} ${mood.words}` : `Prévue à ${clock(this.state.debut)}`);
    }

    showWords(seen) {
      const { words } = this.nodes;
      const said = live.words(this.state, seen);
      const shown = JSON.stringify([said, seen.proposals]);
      if (words.dataset.dit === shown) return;
      words.dataset.dit = shown;
      const offers = seen.proposals.map((block) => button(`Retirer «${NBSP}${block.title}${NBSP}» (${duration(block.minutes)})`, "", () => this.gesture("remove", block.id)));
      words.replaceChildren(...said.map((text) => make("p", {}, text)), ...(offers.length ? [make("p", { class: "cartable-minuteur__gestes" }, ...offers)] : []));
    }

    showPanel(seen, now) {
      const begun = new Set(seen.units.slice(0, seen.index + 1).map((unit) => unit.block));
      const optional = new Set(seen.units.filter((unit) => unit.optional).map((unit) => unit.block));
      const rows = seen.day.blocks.filter((block) => !begun.has(block.id)).map((block) => ({ id: block.id, text: `${clock(block.shownStart)}${NBSP}: ${block.title} (${duration(block.minutes)})${optional.has(block.id) ? ", facultatif" : ""}`, act: live.breaks.includes(block.kind) ? null : "remove" }));
      const journal = live.log(this.session, this.state, now);
      rows.push(...journal.retires.map((gone) => ({ id: gone.id, text: `Retiré${NBSP}: ${gone.bloc}`, act: "restore" })));
      const { left, log } = this.nodes;
      const shown = JSON.stringify(rows);
      if (left.dataset.dit !== shown) {
        left.dataset.dit = shown;
        const words = { remove: "Retirer", restore: "Remettre" };
        left.replaceChildren(...rows.map((row) => {
          const act = row.act ? [" ", button(words[row.act], "", () => this.gesture(row.act, row.id))] : [];
          if (row.act) act[1].setAttribute("aria-label", `${words[row.act]} ${row.text.replace(/^Retiré\u00a0: /, "")}`);
          return make("li", {}, row.text, ...act);
        }));
        if (!rows.length) left.append(make("li", {}, "Plus rien."));
      }
      const text = live.asText(journal);
      if (log.value !== text) log.value = text;
    }

    /** Tells a screen reader what matters, never each second. */
    announce(seen) {
      const unit = seen.current || seen.next;
      const now = {
        unit: seen.over ? "fin" : `${unit.id}${seen.current ? "" : " attente"}`,
        minute: Boolean(seen.current) && seen.left <= 60000 && seen.told > 1,
        over: Boolean(seen.current) && seen.left <= 0,
        mood: seen.index >= 0 ? live.mood(seen.gap).code : "attente",
        paused: seen.paused,
      };
      const was = this.before;
      this.before = now;
      if (was.unit === undefined) return;
      const { status } = this.nodes;
      if (now.unit !== was.unit) {
        if (seen.over) say(status, "La séance est finie.");
        else if (seen.current) say(status, `${unit.name}, ${duration(seen.told)}. ${unit.instruction}`);
        else say(status, `Terminé. À suivre${NBSP}: ${unit.name}.`);
      } else if (now.over && !was.over) say(status, "Temps écoulé.");
      else if (now.minute && !was.minute) say(status, "Il reste une minute.");
      else if (now.paused !== was.paused) say(status, now.paused ? "En pause." : "Le temps reprend.");
      else if (now.mood !== was.mood) say(status, `${live.mood(seen.gap).words}.`);
    }

    save(kind) {
      const journal = live.log(this.session, this.state, Date.now());
      const text = kind === "json" ? `${JSON.stringify(journal, null, 2)}\n` : live.asText(journal);
      const type = kind === "json" ? "application/json" : "text/plain";
      const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` })), download: `journal-${journal.seance}-${journal.date}.${kind}` });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      say(this.nodes.status, `Journal enregistré${NBSP}: cherchez-le dans vos téléchargements.`);
    }
  }

  root.Cartable.minuteur = { Timer, make, button, say, shelf };
})(window);
