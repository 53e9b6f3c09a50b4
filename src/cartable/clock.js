/* The clock of a session, in a page: what agenda computes, rule for rule, from what timer.description writes.
   A plain script for file://, for a notebook and for Node; evaluated once per output in a notebook. */
(function (root) {
  "use strict";
  const ROUNDING = 5;
  const LONGEST_WITHOUT_BREAK = 90;
  const LUNCH = [11 * 60 + 30, 14 * 60];
  const EVENING = 18 * 60;
  const BREAKS = ["pause", "repas"];
  const PARALLEL = "paralleles";
  const WORKSHOP = "atelier";
  const SHARES = 1000000;
  const CLOCK_SHARES = { optimiste: 0.8, typique: 1, prudent: 1.25 };
  const NBSP = "\u00a0";

  // --- French words (wording.py) -------------------------------------------------------------------------------------

  const two = (value) => String(value).padStart(2, "0");

  /** 1085 → « 18 h 05 ». */
  function clock(minute) {
    const minutes = ((minute % 60) + 60) % 60;
    const hours = (((minute - minutes) / 60) % 24 + 24) % 24;
    return `${hours}${NBSP}h${minutes ? NBSP + two(minutes) : ""}`;
  }

  /** 75 → « 1 h 15 ». */
  function duration(minutes) {
    const length = Math.abs(minutes);
    const hours = Math.floor(length / 60);
    const rest = length % 60;
    if (!hours) return `${rest}${NBSP}min`;
    return `${hours}${NBSP}h${rest ? NBSP + two(rest) : ""}`;
  }

  /** 1085 → « 18:05 », as people type it; read back by readHour, which also takes « 18h05 », « 18 h » and « 18 ». */
  const typed = (minute) => `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;

  function readHour(text) {
    const found = /^\s*(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?\s*$/.exec(text || "");
    const hours = found ? Number(found[1]) : 99, minutes = found ? Number(found[2] || 0) : 0;
    return hours > 23 || minutes > 59 ? NaN : hours * 60 + minutes;
  }

  const quoted = (text) => `«${NBSP}${text}${NBSP}»`;
  const rounded = (minute) => Math.floor((minute + 2) / ROUNDING) * ROUNDING;

  // --- One step (workshop.py) ----------------------------------------------------------------------------------------

  function groupSize(sheet, configuration, n) {
    const largest = { seul: 1, binome: 2, trio: 3, groupe: sheet.par_groupe }[configuration];
    return largest === undefined ? n : Math.min(n, largest);
  }

  function groupCount(sheet, configuration, n) {
    if (configuration === "seul") return n;
    const size = groupSize(sheet, configuration, n);
    return Math.max(1, Math.min(Math.ceil(n / size), Math.floor(n / 2)));
  }

  function stepMinutes(sheet, step, n, chosen) {
    const raw = step.typique + step.par_personne * groupSize(sheet, step.configuration, n);
    const usual = Math.min(step.max, Math.max(step.min, Math.ceil(raw)));
    if (chosen === "optimiste") return Math.max(step.min, Math.floor(usual * CLOCK_SHARES[chosen]));
    return Math.min(step.max, Math.ceil(usual * CLOCK_SHARES[chosen]));
  }

  // --- The lines of a day --------------------------------------------------------------------------------------------

  /** Shares people among parallel groups, largest remainders first, in whole numbers. */
  function split(n, parts) {
    const given = parts.map((part) => (part === null ? null : Math.floor(part * SHARES + 0.5)));
    const missing = given.filter((part) => part === null).length;
    const known = given.reduce((sum, part) => sum + (part || 0), 0);
    const even = missing ? Math.floor(Math.max(0, SHARES - known) / missing) : 0;
    const weights = given.map((part) => (part === null ? even : part));
    const whole = weights.reduce((sum, weight) => sum + weight, 0) || 1;
    const shares = weights.map((weight) => Math.floor((n * weight) / whole));
    const left = weights.map((weight) => (n * weight) % whole);
    const order = parts.map((_, i) => i).sort((a, b) => left[b] - left[a] || a - b);
    const missed = n - shares.reduce((sum, share) => sum + share, 0);
    for (const rank of order.slice(0, missed)) shares[rank] += 1;
    while (shares.includes(0) && Math.max(...shares) > 1) { // nobody runs a group of nobody
      shares[shares.indexOf(0)] += 1;
      shares[shares.indexOf(Math.max(...shares))] -= 1;
    }
    return shares.map((share) => Math.max(1, share));
  }

  function makeLine(context, item, n, id) {
    const line = { id, kind: item.genre, title: item.titre, item, steps: [], tracks: [] };
    if (item.genre === WORKSHOP) {
      const sheet = context.session.fiches[item.fiche];
      const [first, last] = item.etapes || [1, sheet.etapes.length];
      line.title = first === 1 ? sheet.titre : `${sheet.titre}, suite`;
      line.steps = sheet.etapes.map((step, rank) => ({
        id: `${id}-${rank + 1}`, name: step.nom, usual: stepMinutes(sheet, step, n, context.clock), shortest: step.min,
        configuration: step.configuration, groups: groupCount(sheet, step.configuration, n),
        people: groupSize(sheet, step.configuration, n), instruction: step.consigne, trace: step.trace,
      })).slice(first - 1, last);
    } else if (item.genre === PARALLEL) {
      const shares = split(n, item.groupes.map((track) => track.part));
      line.title = "Groupes en parallèle";
      line.tracks = item.groupes.map((track, rank) => ({
        name: track.nom, headcount: shares[rank],
        lines: makeLines(context, track.lignes, shares[rank], id + String.fromCharCode(97 + rank)),
      }));
    } else {
      const usual = { optimiste: item.minutes.min, typique: item.minutes.typique, prudent: item.minutes.max }[context.clock];
      line.steps = [{
        id: `${id}-1`, name: item.titre, usual, shortest: item.minutes.min, configuration: "pleniere", groups: 1,
        people: n, instruction: item.consigne, trace: "",
      }];
    }
    return line;
  }

  const makeLines = (context, items, n, prefix) => items.map((item, i) => makeLine(context, item, n, `${prefix}-${i + 1}`));

  function allSteps(line) {
    return [...line.steps, ...line.tracks.flatMap((track) => track.lines.flatMap(allSteps))];
  }

  function without(lines, removed) {
    for (const line of lines) {
      line.steps = line.steps.filter((step) => !removed.has(step.id));
      for (const track of line.tracks) track.lines = without(track.lines, removed);
    }
    return lines.filter((line) => !removed.has(line.id) && allSteps(line).length > 0);
  }

  const started = (line) => allSteps(line).some((step) => step.actual);

  // --- Lengths, shortening, dropping ---------------------------------------------------------------------------------

  function lasted(step, now) {
    if (!step.actual) return step.usual;
    const { start, end, planned } = step.actual;
    if (end !== null && end !== undefined) return Math.max(0, end - start);
    const told = planned === null || planned === undefined ? step.usual : planned;
    return Math.max(told, (now || 0) - start);
  }

  const begin = (step, at, floor) => (step.actual ? step.actual.start : Math.max(at, floor));

  function finish(line, at, floor) {
    let cursor = at;
    for (const step of line.steps) cursor = begin(step, cursor, floor) + step.minutes;
    return Math.max(cursor, ...line.tracks.map((track) => endOf(track.lines, cursor, floor)));
  }

  function endOf(lines, at, floor) {
    let cursor = at;
    for (const line of lines) cursor = finish(line, cursor, floor);
    return cursor;
  }

  const before = (a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  const best = (ways) => ways.reduce((found, way) => (before(way.key, found.key) < 0 ? way : found));

  /** Lists the ways to win one minute: a step, or one step in each of the slowest parallel groups. */
  function shortenable(lines, at, floor) {
    const ways = [];
    let cursor = at;
    lines.forEach((line, rank) => {
      if (line.tracks.length) ways.push(...shortenableFork(line, rank, cursor, floor));
      cursor = finish(line, cursor, floor);
      for (const step of line.steps) {
        const room = step.actual ? 0 : step.minutes - step.shortest;
        // The least important first, then the one that still has the largest share of its room.
        const share = room / Math.max(1, step.usual - step.shortest);
        if (room > 0) ways.push({ key: [-line.item.priorite, -share, -rank], steps: [step] });
      }
    });
    return ways;
  }

  function shortenableFork(line, rank, at, floor) {
    const longest = finish(line, at, floor);
    const chosen = [];
    for (const track of line.tracks) {
      if (endOf(track.lines, at, floor) < longest) continue;
      const ways = shortenable(track.lines, at, floor);
      if (!ways.length) return [];
      chosen.push(best(ways));
    }
    if (!chosen.length) return []; // every group has ended already
    const highest = (place) => Math.max(...chosen.map((way) => way.key[place]));
    return [{ key: [highest(0), highest(1), -rank], steps: chosen.flatMap((way) => way.steps) }];
  }

  function shorten(lines, span) {
    for (;;) {
      const excess = endOf(lines, span.start, span.floor) - span.stop;
      if (excess <= 0) return 0;
      const ways = shortenable(lines, span.start, span.floor);
      if (!ways.length) return excess;
      for (const step of best(ways).steps) step.minutes -= 1;
    }
  }

  function fit(lines, span, now) {
    const kept = lines.slice();
    const gone = [];
    for (;;) {
      for (const line of kept) for (const step of allSteps(line)) step.minutes = lasted(step, now);
      const late = shorten(kept, span);
      const optional = kept.filter((line) => line.item.facultatif && !started(line) && !BREAKS.includes(line.kind));
      if (!late || !optional.length) return { kept, gone, late };
      // The least important goes first; among equals, the last of the day.
      const weakest = optional.reduce((found, line) => (line.item.priorite >= found.item.priorite ? line : found));
      kept.splice(kept.indexOf(weakest), 1);
      gone.push(weakest);
    }
  }

  // --- The forward pass ----------------------------------------------------------------------------------------------

  const locked = (item) => item.heure !== null && item.heure !== undefined;

  function segments(lines, start, end) {
    const cuts = [{ anchor: start, inside: [] }];
    for (const line of lines) {
      if (locked(line.item)) cuts.push({ anchor: line.item.heure, inside: [] });
      cuts[cuts.length - 1].inside.push(line);
    }
    cuts.forEach((cut, i) => { cut.stop = i + 1 < cuts.length ? cuts[i + 1].anchor : end; });
    return cuts.filter((cut) => cut.inside.length);
  }

  function planDay(number, spec, lines, now) {
    const floor = now !== null && lines.some(started) ? now : 0;
    const blocks = [], notices = [], dropped = [];
    let cursor = spec.debut;
    for (const { anchor, stop, inside } of segments(lines, spec.debut, spec.fin)) {
      const begun = inside.flatMap(allSteps).find((step) => step.actual);
      const arrival = cursor;
      const fixed = locked(inside[0].item);
      cursor = begun ? begun.actual.start : Math.max(anchor, cursor, floor);
      const { kept, gone, late } = fit(inside, { start: cursor, stop, floor }, now);
      if (fixed && cursor > anchor && kept.includes(inside[0])) notices.push(lateNotice(inside[0], anchor, cursor));
      notices.push(...kept.flatMap(changeNotice), ...gone.map(goneNotice));
      dropped.push(...gone.map((line) => line.id));
      kept.forEach((line, i) => {
        const first = i === 0 && fixed;
        const block = makeBlock(line, cursor, first && line === inside[0] ? anchor : null, first ? anchor - arrival : 0, floor);
        blocks.push(block);
        cursor = block.end;
      });
      if (late && kept.length) notices.push(overrunNotice(kept[kept.length - 1], stop, late, stop === spec.fin));
    }
    const last = blocks.length ? blocks[blocks.length - 1].end : spec.debut;
    const day = { number, name: spec.nom, start: spec.debut, end: spec.fin, blocks, finish: last, slack: spec.fin - last };
    return { day, notices, dropped };
  }

  function makeBlock(line, at, anchor, slack, floor) {
    let cursor = at;
    const slots = line.steps.map((step) => {
      const start = begin(step, cursor, floor);
      cursor = start + step.minutes;
      const done = Boolean(step.actual) && step.actual.end !== null && step.actual.end !== undefined;
      return {
        id: step.id, name: step.name, start, end: cursor, minutes: step.minutes, usual: step.usual, shortest: step.shortest,
        configuration: step.configuration, groups: step.groups, people: step.people, instruction: step.instruction,
        trace: step.trace, done, shownStart: rounded(start),
      };
    });
    const tracks = line.tracks.map((track) => makeTrack(track, at, floor));
    const end = Math.max(cursor, ...tracks.map((track) => track.end));
    const firsts = [...slots.slice(0, 1), ...tracks.flatMap((track) => track.blocks.slice(0, 1))];
    const start = Math.min(...firsts.map((first) => first.start));
    return {
      id: line.id, kind: line.kind, title: line.title, start, end, minutes: end - start, slots, slug: line.item.fiche || null,
      tracks: tracks.map((track) => ({ name: track.name, headcount: track.headcount, blocks: track.blocks, wait: end - track.end })),
      optional: line.item.facultatif, priority: line.item.priorite, anchor, slackBefore: slack, why: line.item.pourquoi || "",
      shownStart: anchor === start ? start : rounded(start),
    };
  }

  function makeTrack(track, at, floor) {
    let cursor = at;
    const blocks = track.lines.map((child) => {
      const block = makeBlock(child, cursor, null, 0, floor);
      cursor = block.end;
      return block;
    });
    return { name: track.name, headcount: track.headcount, blocks, end: cursor };
  }

  // --- What the person must know -------------------------------------------------------------------------------------

  const notice = (code, message, block = "", minutes = 0) => ({ code, message, block, minutes });
  const people = (count) => `${count}${NBSP}personnes`;

  function changeNotice(line) {
    const won = allSteps(line).reduce((sum, step) => sum + (step.actual ? 0 : step.usual - step.minutes), 0);
    const title = line.kind === PARALLEL ? "les groupes en parallèle" : line.title;
    return won > 0 ? [notice("raccourci", `${quoted(title)} est raccourci de ${duration(won)} pour tenir dans l’heure.`, line.id, won)] : [];
  }

  function goneNotice(line) {
    const minutes = allSteps(line).reduce((sum, step) => sum + step.usual, 0);
    return notice("retire", `${quoted(line.title)} est retiré${NBSP}: c’est facultatif, et le temps manque.`, line.id, minutes);
  }

  function lateNotice(line, anchor, at) {
    const message = `${quoted(line.title)}, fixé à ${clock(anchor)}, ne commence qu’à ${clock(at)}.`;
    return notice("retard", message, line.id, at - anchor);
  }

  function overrunNotice(line, stop, late, final) {
    const where = final ? "la fin prévue" : "l’heure fixée qui suit";
    const message = `Il manque ${duration(late)}${NBSP}: ${quoted(line.title)} dépasse ${where} (${clock(stop)}), `
      + "même au plus court. Retirez un atelier, ou prolongez la séance.";
    return notice("depasse", message, line.id, late);
  }

  /** The formats and how many people play each: all of them, or those of a parallel group. */
  function uses(session, n) {
    const inside = (items, present) => items.flatMap((item) => {
      if (item.genre === WORKSHOP) return [[item.fiche, present]];
      if (item.genre !== PARALLEL) return [];
      const shares = split(present, item.groupes.map((track) => track.part));
      return item.groupes.flatMap((track, rank) => inside(track.lignes, shares[rank]));
    });
    const all = session.jours.flatMap((day) => inside(day.lignes, n));
    return [...new Map(all.map((use) => [use.join(" "), use])).values()];
  }

  function headcountNotices(session, n) {
    const said = [];
    for (const [slug, present] of uses(session, n)) {
      const { titre, min, max } = session.fiches[slug];
      if (present > max) {
        const message = `${quoted(titre)} convient jusqu’à ${people(max)}${NBSP}: à ${present}, prévoyez deux salles ou un autre format.`;
        said.push(notice("effectif", message, slug));
      }
      if (present < min) {
        said.push(notice("effectif", `${quoted(titre)} demande au moins ${people(min)}${NBSP}: à ${present}, voyez ses variantes.`, slug));
      }
    }
    return said;
  }

  function rhythmNotices(day) {
    const said = [];
    let since = day.start, told = false;
    for (const block of day.blocks) {
      if (BREAKS.includes(block.kind)) {
        since = block.end;
        told = false;
      } else if (block.end - since > LONGEST_WITHOUT_BREAK && !told) {
        told = true;
        const hours = `de ${clock(since)} à ${clock(block.end)}`;
        const message = `Plus de ${LONGEST_WITHOUT_BREAK}${NBSP}minutes sans pause, ${hours}. Ajoutez une pause avant ${quoted(block.title)}.`;
        said.push(notice("sans-pause", message, block.id));
      }
    }
    said.push(...mealNotices(day));
    if (day.slack === 0) {
      const last = day.blocks.length ? day.blocks[day.blocks.length - 1].id : "";
      said.push(notice("sans-marge", `${day.name}${NBSP}: aucune marge avant la fin (${clock(day.end)}).`, last));
    }
    return said;
  }

  function mealNotices(day) {
    const meals = day.blocks.filter((block) => block.kind === "repas");
    const said = meals
      .filter((meal) => meal.start < EVENING && !(LUNCH[0] <= meal.start && meal.end <= LUNCH[1]))
      .map((meal) => {
        const hours = `${clock(meal.start)} à ${clock(meal.end)}`;
        return notice("repas", `Le repas (${hours}) sort du créneau ${clock(LUNCH[0])} à ${clock(LUNCH[1])}.`, meal.id);
      });
    if (!meals.length && day.start < LUNCH[0] && day.end > LUNCH[1]) {
      said.push(notice("repas", `${day.name}${NBSP}: aucun repas prévu sur la mi-journée.`));
    }
    return said;
  }

  // --- What pages call -----------------------------------------------------------------------------------------------

  const SHORT = ["raccourci", "retire", "depasse", "retard"];

  /** Gives every step of a session its times; see agenda.plan for what each option means. */
  function plan(session, options = {}) {
    const n = options.headcount || session.effectif.ideal;
    const now = options.now === undefined ? null : options.now;
    const actuals = options.actuals || {};
    const removed = new Set(options.removed || []);
    const context = { session, clock: options.clock || "typique" };
    const result = { headcount: n, clock: context.clock, days: [], notices: headcountNotices(session, n), dropped: [] };
    session.jours.forEach((spec, i) => {
      const lines = without(makeLines(context, spec.lignes, n, String(i + 1)), removed);
      for (const step of lines.flatMap(allSteps)) step.actual = actuals[step.id] || null;
      const planned = planDay(i + 1, spec, lines, now);
      result.days.push(planned.day);
      result.notices.push(...planned.notices, ...rhythmNotices(planned.day));
      result.dropped.push(...planned.dropped);
    });
    result.overrun = result.days.reduce((sum, day) => sum + Math.max(0, -day.slack), 0);
    result.fits = !result.notices.some((said) => SHORT.includes(said.code));
    return result;
  }

  /** End of a block as printed: the rounding never goes past the hard stop that the block keeps. */
  function shownEnd(day, block) {
    const shown = rounded(block.end);
    return block.end <= day.end ? Math.min(shown, day.end) : shown;
  }

  /** Moves a day to another start, its locked times with it; its end too, unless another is given.
      A locked time that the new day no longer holds is freed. */
  function moved(session, number, start, end) {
    const jours = session.jours.map((day, i) => {
      if (i !== number - 1) return day;
      const gap = start - day.debut;
      const fin = end === undefined || end === null ? day.fin + gap : end;
      const lignes = day.lignes.map((item) => {
        if (!locked(item)) return item;
        const heure = item.heure + gap;
        return { ...item, heure: heure < fin ? heure : null };
      });
      return { ...day, debut: start, fin, lignes };
    });
    return { ...session, jours };
  }

  /** Goes through all blocks of a day, those of parallel groups included. */
  function everyBlock(day) {
    return day.blocks.flatMap((block) => [block, ...block.tracks.flatMap((track) => track.blocks)]);
  }

  root.Cartable = root.Cartable || {};
  root.Cartable.horloge = { plan, moved, split, rounded, shownEnd, everyBlock, clock, duration, quoted, typed, readHour };
})(typeof window === "undefined" ? globalThis : window);
