/* A session under way: what has begun, what is left, early or late. Pure: the time is always given, nothing is drawn.
   The state is plain data in French, kept by the browser and exported as the log of the session. */
(function (root) {
  "use strict";
  const { plan, moved, clock, duration, quoted, everyBlock } = root.Cartable.horloge;
  const MINUTE = 60000;
  const NBSP = "\u00a0";
  const NNBSP = "\u202f";
  const BREAKS = ["pause", "repas"];
  const ON_TIME = 1; // minutes: nobody is late for so little

  const midnight = (ms) => new Date(ms).setHours(0, 0, 0, 0);
  const minuteOf = (state, ms) => Math.floor((ms - state.minuit) / MINUTE);
  const pad = (value) => String(value).padStart(2, "0");

  function isoDate(ms) {
    const day = new Date(ms);
    return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
  }

  // --- The session, ready to be run ----------------------------------------------------------------------------------

  /** The same session where nothing is dropped on its own: during a session, a person decides. */
  function firm(session) {
    const jours = session.jours.map((day) => ({ ...day, lignes: day.lignes.map((item) => ({ ...item, facultatif: false })) }));
    return { ...session, jours };
  }

  const day = (planned, state) => planned.days[state.jour - 1];

  /** What is begun and ended by one gesture: a step, or parallel groups as a whole. */
  function unitsOf(block, optional) {
    const common = { block: block.id, title: block.title, kind: block.kind, slug: block.slug, optional };
    if (block.tracks.length) return [{ ...common, id: block.id, name: block.title, tracks: block.tracks, start: block.start, end: block.end, minutes: block.minutes, usual: usualOf(block), instruction: "", trace: "" }];
    return block.slots.map((slot) => ({ ...common, ...slot, tracks: [] }));
  }

  function usualOf(block) {
    const lengths = block.tracks.map((track) => track.blocks.flatMap((child) => child.slots).reduce((sum, slot) => sum + slot.usual, 0));
    return Math.max(...lengths);
  }

  /** State of a session that begins now.
      options: number (of the day), headcount, clock, start and end (minutes since midnight). */
  function begin(session, options, now) {
    const here = moved(session, options.number, options.start, options.end);
    const planned = plan(here, { headcount: options.headcount, clock: options.clock });
    const state = {
      version: 1, seance: session.slug, jour: options.number, effectif: planned.headcount, horloge: planned.clock,
      date: isoDate(now), minuit: midnight(now), debut: here.jours[options.number - 1].debut,
      fin: here.jours[options.number - 1].fin, reference: {}, reels: {}, retires: planned.dropped.slice(), pause: null,
    };
    for (const unit of day(planned, state).blocks.flatMap((block) => unitsOf(block))) state.reference[unit.id] = [unit.start, unit.end];
    return state;
  }

  /** The session at the hours of the state. */
  const placed = (session, state) => moved(session, state.jour, state.debut, state.fin);

  /** What the engine must know of the steps begun, in minutes. */
  function actuals(state, now) {
    const found = {};
    for (const [id, real] of Object.entries(state.reels)) {
      const start = minuteOf(state, real.debut);
      const end = real.fin === null ? null : minuteOf(state, real.fin);
      const idle = paused(state, real, now);
      const planned = Math.ceil(real.prevu + idle / MINUTE);
      if (real.groupes) groupActuals(real, start, end, planned, found);
      else found[id] = { start, end, planned };
    }
    return found;
  }

  /** Nobody clicks for each group: their steps follow one another as told, and end when the groups meet again. */
  function groupActuals(real, start, end, planned, found) {
    const longest = Math.max(...real.groupes.map((step) => step.decalage + step.minutes));
    for (const step of real.groupes) {
      const last = step.decalage + step.minutes === longest;
      const from = start + step.decalage;
      if (end === null) found[step.id] = { start: from, end: null, planned: step.minutes + (last ? planned - longest : 0) };
      else found[step.id] = { start: Math.min(from, end), end: last ? end : Math.min(from + step.minutes, end), planned: null };
      if (found[step.id].planned !== null) found[step.id].planned = Math.max(0, found[step.id].planned);
    }
  }

  function paused(state, real, now) {
    const running = state.pause !== null && real.fin === null ? now - state.pause : 0;
    return real.pause + Math.max(0, running);
  }

  // --- What is shown -------------------------------------------------------------------------------------------------

  /** All that a screen says at one moment. */
  function view(session, state, now) {
    const here = placed(session, state);
    const options = { headcount: state.effectif, clock: state.horloge, actuals: actuals(state, now), now: minuteOf(state, now), removed: state.retires };
    const planned = plan(firm(here), options);
    const today = day(planned, state);
    const optional = new Set(here.jours[state.jour - 1].lignes.map((item, i) => (item.facultatif ? `${state.jour}-${i + 1}` : "")));
    const units = today.blocks.flatMap((block) => unitsOf(block, optional.has(block.id)));
    const last = units.reduce((found, unit, i) => (state.reels[unit.id] ? i : found), -1);
    const running = last >= 0 && state.reels[units[last].id].fin === null;
    const current = running ? units[last] : null;
    const next = units[last + 1] || null;
    const seen = { now, planned, day: today, units, current, next, index: last, over: !next && !running, paused: state.pause !== null };
    if (current) Object.assign(seen, countdown(state, current, now));
    seen.gap = gap(state, seen);
    seen.shortened = units.slice(last + 1).filter((unit) => unit.minutes < unit.usual);
    seen.missing = planned.notices.filter((said) => said.code === "depasse" && said.block.startsWith(`${state.jour}-`)).reduce((sum, said) => sum + said.minutes, 0);
    seen.late = Math.max(0, -today.slack);
    seen.proposals = proposals(here, options, state, today, seen);
    return seen;
  }

  function countdown(state, unit, now) {
    const real = state.reels[unit.id];
    const end = real.debut + real.prevu * MINUTE + paused(state, real, now);
    const spent = now - real.debut - paused(state, real, now);
    return { left: end - now, spent, told: real.prevu, share: Math.min(1, Math.max(0, spent / (real.prevu * MINUTE))) };
  }

  /** Minutes late (early when negative) on the plan that the session began with. */
  function gap(state, seen) {
    const unit = seen.current || seen.next;
    if (!unit) return seen.units.length ? seen.day.finish - lastReference(state) : 0;
    const told = state.reference[unit.id];
    if (!told) return 0; // put back by a person: it was not in the plan
    if (!seen.current) return unit.start - told[0];
    const end = seen.now + Math.max(0, seen.left);
    return Math.round((end - state.minuit) / MINUTE - told[1]);
  }

  const lastReference = (state) => Math.max(...Object.values(state.reference).map((times) => times[1]));

  /** Early, on time or late: a code for the colour, a sign and words. */
  function mood(minutes) {
    if (minutes > ON_TIME) return { code: "retard", sign: "▼", words: `${duration(minutes)} de retard` };
    if (minutes < -ON_TIME) return { code: "avance", sign: "▲", words: `${duration(minutes)} d’avance` };
    return { code: "heure", sign: "●", words: "À l’heure" };
  }

  /** When shortening is not enough: the optional blocks to take out. */
  function proposals(here, options, state, today, seen) {
    if (!seen.missing) return [];
    const gone = new Set(plan(here, options).dropped);
    const begun = new Set(seen.units.slice(0, seen.index + 1).map((unit) => unit.block));
    return today.blocks.filter((block) => gone.has(block.id) && !begun.has(block.id)).map((block) => ({ id: block.id, title: block.title, minutes: block.minutes }));
  }

  /** Sentences on what is recomputed: never a change without a word. */
  function words(state, seen) {
    const said = [];
    if (seen.shortened.length) {
      const shown = seen.shortened.slice(0, 4).map((unit) => `${quoted(unit.name)}, ${duration(unit.minutes)} au lieu de ${duration(unit.usual)}`);
      const others = seen.shortened.length - shown.length;
      const rest = others > 0 ? `${NNBSP}; et ${others} autre${others > 1 ? "s" : ""}` : "";
      said.push(`Pour finir à ${clock(state.fin)}, on raccourcit${NBSP}: ${shown.join(`${NNBSP}; `)}${rest}.`);
    }
    if (seen.missing) said.push(`Même au plus court, il manque ${duration(seen.missing)}. ${seen.proposals.length ? "Retirez ce qui est facultatif, ou prolongez." : "Retirez une étape, ou prolongez."}`);
    if (seen.day.slack > 0 && !seen.over) said.push(`Fin vers ${clock(seen.day.finish)}, avec ${duration(seen.day.slack)} de marge.`);
    else if (!seen.over) said.push(`Fin vers ${clock(seen.day.finish)}${seen.late ? `, ${duration(seen.late)} après l’heure prévue` : ", sans marge"}.`);
    return said;
  }

  // --- Gestures: each returns whether something changed ----------------------------------------------------------------

  function start(session, state, now) {
    const seen = view(session, state, now);
    if (seen.current || !seen.next) return false;
    const unit = seen.next;
    const real = { debut: now, fin: null, prevu: Math.max(1, unit.minutes), pause: 0 };
    if (unit.tracks.length) real.groupes = unit.tracks.flatMap((track) => track.blocks).flatMap((block) => block.slots).map((slot) => ({ id: slot.id, decalage: slot.start - unit.start, minutes: slot.minutes }));
    state.reels[unit.id] = real;
    return true;
  }

  function finish(session, state, now) {
    const seen = view(session, state, now);
    if (!seen.current) return false;
    if (seen.paused) resume(session, state, now);
    state.reels[seen.current.id].fin = now;
    return true;
  }

  /** Ends what is under way and begins what follows, in one gesture. */
  function forward(session, state, now) {
    const ended = finish(session, state, now);
    return start(session, state, now) || ended;
  }

  /** Undoes the last gesture: what has begun has not, what has ended goes on. */
  function back(session, state, now) {
    const seen = view(session, state, now);
    if (seen.index < 0) return false;
    state.pause = null;
    const real = state.reels[seen.units[seen.index].id];
    if (real.fin !== null) real.fin = null;
    else {
      delete state.reels[seen.units[seen.index].id];
      if (seen.index > 0) state.reels[seen.units[seen.index - 1].id].fin = null;
    }
    return true;
  }

  function pause(session, state, now) {
    if (state.pause !== null) return resume(session, state, now);
    if (!view(session, state, now).current) return false;
    state.pause = now;
    return true;
  }

  function resume(session, state, now) {
    const { current } = view(session, state, now);
    if (current) state.reels[current.id].pause += Math.max(0, now - state.pause);
    state.pause = null;
    return true;
  }

  function adjust(session, state, now, minutes) {
    const { current } = view(session, state, now);
    if (!current) return false;
    const real = state.reels[current.id];
    const before = real.prevu;
    real.prevu = Math.max(1, real.prevu + minutes);
    return real.prevu !== before;
  }

  function remove(session, state, now, id) {
    if (state.retires.includes(id)) return false;
    state.retires.push(id);
    return true;
  }

  function restore(session, state, now, id) {
    state.retires = state.retires.filter((one) => one !== id);
    return true;
  }

  // --- The log -------------------------------------------------------------------------------------------------------

  const hourOf = (state, ms) => { const minute = minuteOf(state, ms); return `${pad(Math.floor(minute / 60) % 24)}:${pad(minute % 60)}`; };
  const written = (minute) => `${pad(Math.floor(minute / 60) % 24)}:${pad(minute % 60)}`;

  function log(session, state, now) {
    const seen = view(session, state, now);
    const done = seen.units.filter((unit) => state.reels[unit.id]);
    const entries = done.map((unit) => {
      const real = state.reels[unit.id];
      const end = real.fin === null ? null : real.fin;
      const entry = {
        id: unit.id, atelier: unit.slug, bloc: unit.title, etape: unit.name, prevu: real.prevu,
        debut: hourOf(state, real.debut), fin: end === null ? null : hourOf(state, end),
        secondes: end === null ? null : Math.max(0, Math.round((end - real.debut - real.pause) / 1000)),
        pause: Math.round(paused(state, real, now) / 1000),
      };
      return entry;
    });
    const ends = entries.filter((entry) => entry.fin);
    const removed = state.retires.map((id) => ({ id, bloc: titleOf(session, state, id) }));
    return {
      format: "journal-cartable", version: 1, seance: session.slug, titre: session.titre, jour: state.jour, date: state.date,
      effectif: state.effectif, horloge: state.horloge, debut_prevu: written(state.debut), fin_prevue: written(state.fin),
      debut: entries.length ? entries[0].debut : null, fin: ends.length ? ends[ends.length - 1].fin : null,
      etapes: entries, retires: removed,
    };
  }

  function titleOf(session, state, id) {
    const whole = plan(firm(placed(session, state)), { headcount: state.effectif, clock: state.horloge });
    const block = whole.days.flatMap(everyBlock).find((one) => one.id === id);
    return block ? block.title : id;
  }

  function asText(journal) {
    const lines = [`${journal.titre}`, `Le ${journal.date.split("-").reverse().join("/")}, ${journal.effectif}${NBSP}personnes, de ${journal.debut || "?"} à ${journal.fin || "?"} (prévu de ${journal.debut_prevu} à ${journal.fin_prevue}).`, ""];
    for (const entry of journal.etapes) {
      const real = entry.secondes === null ? "en cours" : `${Math.round(entry.secondes / 60)}${NBSP}min`;
      const idle = entry.pause >= 30 ? `, plus ${Math.round(entry.pause / 60)}${NBSP}min de pause` : "";
      const name = entry.etape === entry.bloc ? entry.bloc : `${entry.bloc}, ${entry.etape}`;
      lines.push(`${entry.debut}  ${name}${NBSP}: ${real} (prévu ${entry.prevu}${NBSP}min${idle})`);
    }
    for (const gone of journal.retires) lines.push(`Retiré${NBSP}: ${gone.bloc}`);
    return `${lines.join("\n")}\n`;
  }

  root.Cartable.direct = {
    begin, view, placed, firm, mood, words, start, finish, forward, back, pause, adjust, remove, restore, log, asText,
    minuteOf, breaks: BREAKS,
  };
})(typeof window === "undefined" ? globalThis : window);
