/* Sheets of paper in a page: times filled from the clock, one headcount or another, cut into A4 pages that are counted.
   The pages are boxes of the size of the paper: what is counted on the screen is what the printer receives. */
(function (root) {
  "use strict";
  const { plan, rounded, shownEnd, everyBlock, clock, duration } = root.Cartable.horloge;
  const NBSP = "\u00a0";
  const MINUS = "\u2212";
  const BREAKS_AT = { noon: 12 * 60, late: 14 * 60, afternoon: 13 * 60, evening: 17 * 60 };
  const TROUBLE = ["retire", "depasse", "retard"];
  // Sizes of type to try, in points: the largest that holds on one page.
  const SIZES = { poster: [40, 36, 32, 28, 24, 20, 16], large: [17, 16, 15, 14, 13, 12, 11], single: [12, 11.5, 11, 10.5, 10, 9.5, 9, 8.5] };
  const SAFE = 6; // pixels: a border more or less never makes a page overflow
  const SEVERAL = [10.5, 10, 9.5]; // over several pages: the largest of those that take the fewest pages

  // --- Another number of people --------------------------------------------------------------------------------------

  function fragment(html, parent) {
    const holder = document.createElement(parent);
    holder.innerHTML = html;
    return holder.firstElementChild;
  }

  function blocksOf(sheet) {
    return [...sheet.children].filter((node) => !node.classList.contains("cartable-papier__titre"));
  }

  function unitsBox(block) {
    return block.matches("[data-unites]") ? block : block.querySelector("[data-unites]");
  }

  /** Makes the sheets those of n people. */
  function resize(sheets, variants, n) {
    const changes = variants && variants.effectifs[n];
    if (!changes) return;
    for (const [sheet, block, rank, text] of changes.unites) {
      const box = unitsBox(blocksOf(sheets[sheet])[block]);
      const fresh = fragment(variants.textes[text], box.tagName);
      if (box.children[rank]) box.children[rank].replaceWith(fresh);
      else box.append(fresh);
    }
    for (const [sheet, block, count] of changes.nombres) {
      const box = unitsBox(blocksOf(sheets[sheet])[block]);
      while (box.children.length > count) box.lastElementChild.remove();
    }
    for (const [sheet, text] of changes.feuilles) {
      const fresh = fragment(variants.textes[text], "div");
      sheets[sheet].replaceWith(fresh);
      sheets[sheet] = fresh;
    }
  }

  // --- The clock -----------------------------------------------------------------------------------------------------

  /** All that a time or a length may belong to, by id. */
  function known(planned) {
    const found = new Map();
    for (const day of planned.days) {
      for (const block of everyBlock(day)) {
        found.set(block.id, { day, item: block });
        for (const slot of block.slots) found.set(slot.id, { day, item: slot });
      }
    }
    return found;
  }

  function fill(sheet, planned, places) {
    for (const row of [...sheet.querySelectorAll("tbody tr")]) dropRow(row, places);
    for (const time of sheet.querySelectorAll("time[data-de]")) {
      const minute = minuteOf(time, planned, places);
      time.dataset.minute = minute;
      time.textContent = clock(minute);
    }
    for (const length of sheet.querySelectorAll("data[data-de]")) {
      const { item } = places.get(length.dataset.de);
      length.value = item.minutes;
      length.textContent = duration(item.minutes);
    }
  }

  function minuteOf(time, planned, places) {
    const place = places.get(time.dataset.de);
    if (time.dataset.bord === "limite") return planned.days[Number(time.dataset.de) - 1].end;
    if (time.dataset.bord !== "fin") return place.item.shownStart;
    if (place) return shownEnd(place.day, place.item);
    const day = planned.days[Number(time.dataset.de.split("-")[0]) - 1];
    return day.blocks.length ? shownEnd(day, day.blocks[day.blocks.length - 1]) : rounded(day.finish);
  }

  /** What is no longer in the plan leaves the table, and with it the row that names its group. */
  function dropRow(row, places) {
    const timed = [...row.querySelectorAll("[data-de]")].filter((node) => !["fin", "limite"].includes(node.dataset.bord));
    if (timed.every((node) => places.has(node.dataset.de))) return;
    const before = row.previousElementSibling;
    if (before && !before.querySelector("[data-de]")) before.remove();
    row.remove();
  }

  // --- What is written from the clock (cartable.dossier) -------------------------------------------------------------

  const textOf = (title) => (found) => found.textContent.trim() === title;

  function cell(node, text) {
    node.replaceChildren(...text.split("\n").flatMap((line, i) => (i ? [document.createElement("br"), line] : [line])));
  }

  function changes(planned, day, people) {
    const kept = planned.notices.filter((said) => !day || said.block.startsWith(`${day.number}-`));
    const titles = new Map(planned.days.flatMap(everyBlock).map((block) => [block.id, block.title]));
    const shorter = kept.filter((said) => said.code === "raccourci").map((said) => `${titles.get(said.block)} (${MINUS}${duration(said.minutes)})`);
    const told = people ? planned.notices.filter((said) => said.code === "effectif").map((said) => said.message) : [];
    if (shorter.length) told.push(`À raccourcir${NBSP}: ${shorter.join(", ")}.`);
    told.push(...kept.filter((said) => TROUBLE.includes(said.code)).map((said) => said.message));
    return [...new Set(told)];
  }

  const last = (day) => day.blocks[day.blocks.length - 1];
  const ends = (day) => (day.blocks.length ? shownEnd(day, last(day)) : day.start);

  function margin(day) {
    const stop = `Fin à ne pas dépasser${NBSP}: ${clock(day.end)}`;
    if (day.slack < 0) return `${stop}. Il manque ${duration(day.slack)}.`;
    return `${stop}. Marge${NBSP}: ${duration(Math.max(0, day.end - ends(day)))}.`;
  }

  function dayOf(sheet, planned) {
    const number = /^[a-z-]+?-(\d+)/.exec(sheet.dataset.feuille);
    return planned.days[number ? Number(number[1]) - 1 : 0];
  }

  function running(sheet, planned) {
    const day = dayOf(sheet, planned);
    sheet.querySelectorAll(".cartable-papier__alerte").forEach((node) => node.parentElement.remove());
    const table = sheet.querySelector("table");
    for (const message of changes(planned, day, false)) {
      const box = fragment('<div class="cartable-papier__paragraph" data-unites><p class="cartable-papier__alerte"></p></div>', "div");
      const strong = document.createElement("strong");
      strong.textContent = `Attention${NBSP}:`;
      box.firstElementChild.append(strong, ` ${message}`);
      table.before(box);
    }
    table.tBodies[0].lastElementChild.children[4].textContent = margin(day);
  }

  function headcounts(table, session, planned) {
    const n = planned.headcount;
    const sizes = [Math.max(2, Math.floor(n / 2)), n, 2 * n];
    [...table.tBodies[0].rows].forEach((row, rank) => {
      const other = plan(session, { headcount: sizes[rank], clock: planned.clock });
      const several = other.days.length > 1;
      cell(row.cells[2], other.days.map((day) => (several ? `Jour ${day.number}${NBSP}: ${clock(ends(day))}` : clock(ends(day)))).join("\n"));
      cell(row.cells[3], changes(other, null, true).join("\n") || "Tous les formats conviennent.");
    });
  }

  function clocks(table, session, planned) {
    const rows = [...table.tBodies[0].rows];
    for (const name of ["optimiste", "typique", "prudent"]) {
      const other = plan(session, { headcount: planned.headcount, clock: name });
      for (const day of other.days) {
        const { cells } = rows.shift();
        cells[2].textContent = clock(ends(day));
        cells[3].textContent = clock(day.end);
        cell(cells[4], changes(other, day, false).join("\n") || "Rien à changer");
      }
    }
  }

  function warnings(sheet, planned) {
    const heading = [...sheet.querySelectorAll("h4")].find(textOf("À savoir avant de commencer"));
    if (heading) {
      heading.parentElement.nextElementSibling.remove();
      heading.parentElement.remove();
    }
    if (!planned.notices.length) return;
    sheet.append(fragment('<div class="cartable-papier__heading" data-unites><h4>À savoir avant de commencer</h4></div>', "div"));
    const list = fragment('<ul class="cartable-papier__puces" data-unites></ul>', "div");
    for (const said of planned.notices) list.append(Object.assign(document.createElement("li"), { textContent: said.message }));
    sheet.append(list);
  }

  function part(start) {
    if (start < BREAKS_AT.noon - 30) return "matin";
    return start < BREAKS_AT.evening ? "après-midi" : "soirée";
  }

  function halfDays(day) {
    const meal = day.blocks.find((block) => block.kind === "repas" && block.start < BREAKS_AT.evening);
    let cut = meal ? meal.start : null;
    if (cut === null && day.start < BREAKS_AT.noon && day.finish > BREAKS_AT.late) cut = BREAKS_AT.afternoon;
    if (cut === null) return [part(day.start)];
    const before = day.blocks.filter((block) => block.start < cut);
    const after = day.blocks.filter((block) => block.start >= cut);
    return [...(before.length ? [part(before[0].start)] : []), ...(after.length ? [part(cut)] : [])];
  }

  /** One sign-in sheet for each half-day, as many as the day now has. */
  function signIn(sheets, planned) {
    const done = [];
    for (const day of planned.days) {
      const mark = planned.days.length > 1 ? `emargement-${day.number}-` : "emargement-";
      const mine = sheets.filter((sheet) => sheet.dataset.feuille.startsWith(mark));
      if (!mine.length) continue;
      const names = halfDays(day);
      const fresh = names.map((name) => named(mine[0].cloneNode(true), mark, name));
      mine[0].replaceWith(...fresh);
      mine.slice(1).forEach((sheet) => sheet.remove());
      done.push([mine, fresh]);
    }
    for (const [mine, fresh] of done) sheets.splice(sheets.indexOf(mine[0]), mine.length, ...fresh);
  }

  function named(sheet, mark, name) {
    const title = sheet.querySelector(".cartable-papier__titre");
    title.textContent = title.textContent.replace(/\([^)]*\)/, `(${name})`);
    sheet.setAttribute("aria-label", title.textContent);
    sheet.dataset.feuille = mark + name.replace(/[èé]/g, "e");
    const table = sheet.querySelector("table");
    table.dataset.legende = `Présences, ${name}`;
    table.caption.textContent = table.dataset.legende;
    return sheet;
  }

  function compute(sheets, session, planned) {
    signIn(sheets, planned);
    for (const sheet of sheets) {
      const id = sheet.dataset.feuille;
      if (/^conducteur(-\d+)?$/.test(id)) running(sheet, planned);
      for (const table of sheet.querySelectorAll("table")) {
        if (table.dataset.legende === "Selon le nombre de personnes") headcounts(table, session, planned);
        if (table.dataset.legende === "Les trois horloges") clocks(table, session, planned);
      }
      if (id === "formateur") warnings(sheet, planned);
    }
  }

  // --- Pages ---------------------------------------------------------------------------------------------------------

  function make(tag, name, ...children) {
    const node = document.createElement(tag);
    node.className = name;
    node.append(...children);
    return node;
  }

  class Press {
    constructor(box, source) {
      this.box = box;
      this.title = source.dataset.titre;
      this.edition = source.dataset.edition;
      this.pages = [];
    }

    page(sheet) {
      const page = make("div", "cartable-feuillet");
      for (const flag of ["paysage", "affiche", "grande"]) if (sheet.dataset[flag]) page.dataset[flag] = "oui";
      const body = make("div", "cartable-feuillet__corps");
      const foot = make("div", "cartable-feuillet__pied");
      page.append(body, foot);
      this.box.append(page);
      this.pages.push({ page, body, foot, title: sheet.querySelector(".cartable-papier__titre").textContent, wide: Boolean(sheet.dataset.paysage) });
      return body;
    }

    /** Puts a sheet on as many pages as it needs, in the largest type that keeps a single sheet single. */
    print(sheet) {
      const copy = sheet.cloneNode(true);
      copy.removeAttribute("aria-label");
      const kind = sheet.dataset.affiche ? "poster" : sheet.dataset.grande ? "large" : "single";
      const body = this.page(sheet);
      body.append(copy);
      const half = sheet.dataset.demie ? body.clientHeight / 2 - 20 : 0;
      for (const size of sheet.dataset.simple ? SIZES[kind] : SEVERAL.slice(0, 1)) {
        copy.style.fontSize = `${size}pt`;
        if (copy.offsetHeight <= (half || body.clientHeight)) {
          if (half) twice(body, copy, half);
          return;
        }
      }
      this.flow(sheet, body, copy);
    }

    flow(sheet, body, copy) {
      const pieces = cut(copy);
      const tries = SEVERAL.map((size) => ({ size, pages: share(measure(copy, pieces, size), body.clientHeight - SAFE) }));
      const fewest = Math.min(...tries.map((one) => one.pages.length));
      const chosen = tries.find((one) => one.pages.length === fewest);
      copy.style.fontSize = `${chosen.size}pt`;
      for (const inside of chosen.pages.slice(1)) this.page(sheet).append(tail(copy, inside));
      prune(copy);
    }

    finish() {
      const total = this.pages.length;
      this.pages.forEach(({ foot, title }, i) => {
        const name = title === this.title ? title : `${this.title} · ${title}`;
        foot.replaceChildren(make("span", "", name), make("span", "", `${this.edition} · page ${i + 1} / ${total}`));
      });
      return total;
    }
  }

  /** The same half sheet twice, to be cut. */
  function twice(body, copy, half) {
    const second = copy.cloneNode(true);
    second.setAttribute("aria-hidden", "true");
    body.classList.add("cartable-feuillet__demies");
    for (const one of [copy, second]) one.style.height = `${half}px`;
    body.append(second);
  }

  /** The pieces of a sheet that stay whole, in order; « tied » stays with the next one. */
  function cut(copy) {
    const pieces = [];
    for (const block of copy.children) {
      const box = block.matches(".cartable-papier__titre") ? null : unitsBox(block);
      const tied = !box || block.classList.contains("cartable-papier__heading");
      if (!box || (block.tagName !== "TABLE" && box.children.length < 2)) pieces.push({ node: block, tied });
      else pieces.push(...[...box.children].map((node, i) => ({ node, block, rank: i, tied: tiedRow(node, i, box) })));
    }
    return pieces;
  }

  /** The first row stays with the second, the name of a format or of a group with its first step. */
  function tiedRow(node, rank, box) {
    if (node.tagName !== "TR") return rank === 0;
    return rank === 0 || node.classList.contains("cartable-papier__forte") || !node.cells[0].textContent.trim();
  }

  function measure(copy, pieces, size) {
    copy.style.fontSize = `${size}pt`;
    const { top } = copy.getBoundingClientRect();
    return pieces.map((piece) => {
      const place = piece.node.getBoundingClientRect();
      return { ...piece, head: piece.block ? headOf(piece.block) : 0, top: place.top - top, bottom: place.bottom - top };
    });
  }

  /** Height of the header that a table repeats on each page. */
  function headOf(block) {
    return block.tagName === "TABLE" ? block.tHead.offsetHeight + block.caption.offsetHeight : 0;
  }

  /** Shares measured pieces among pages; a tied piece goes with the one that follows. */
  function share(pieces, height) {
    const pages = [[]];
    let origin = 0, extra = 0;
    for (let i = 0; i < pieces.length; ) {
      let j = i;
      while (pieces[j].tied && j + 1 < pieces.length && j - i < 3) j += 1;
      const current = pages[pages.length - 1];
      if (current.length && pieces[j].bottom - origin + extra > height) {
        pages.push([]);
        origin = pieces[i].top;
        extra = pieces[i].head || 0;
        continue;
      }
      current.push(...pieces.slice(i, j + 1));
      i = j + 1;
    }
    return pages;
  }

  /** Moves pieces to a copy of the sheet that holds nothing else. */
  function tail(copy, pieces) {
    const rest = copy.cloneNode(false);
    let from = null, twin = null;
    for (const { node, block, rank } of pieces) {
      if (!block) {
        rest.append(node);
        continue;
      }
      if (block !== from) {
        from = block;
        twin = shell(block, rank);
        rest.append(twin);
      }
      unitsBox(twin).append(node);
    }
    return rest;
  }

  function shell(block, rank) {
    const twin = block.cloneNode(true);
    unitsBox(twin).replaceChildren();
    if (block.tagName === "TABLE" && rank) twin.caption.textContent += " (suite)";
    if (block.tagName === "OL") twin.start = rank + 1;
    return twin;
  }

  function prune(copy) {
    for (const block of [...copy.children]) {
      const box = block.querySelector("[data-unites]") || (block.matches("[data-unites]") ? block : null);
      if (box && !box.children.length) block.remove();
    }
  }

  // --- What pages call -----------------------------------------------------------------------------------------------

  /** The dossier of a page: source (never changed), pages drawn in box. */
  class Dossier {
    constructor(source, box, variants) {
      this.source = source;
      this.box = box;
      this.variants = variants;
      this.left = new Set();
    }

    /** The sheets at these hours and for these people, not yet cut into pages. */
    sheets(session, options) {
      const copy = this.source.cloneNode(true);
      const sheets = [...copy.children];
      const planned = plan(session, options);
      resize(sheets, this.variants, planned.headcount);
      const places = known(planned);
      sheets.forEach((sheet) => fill(sheet, planned, places));
      compute(sheets, session, planned);
      return sheets;
    }

    /** Draws the pages and returns how many there are; pagesOf says how many each sheet takes. */
    draw(session, options) {
      this.box.replaceChildren();
      const press = new Press(this.box, this.source);
      this.pagesOf = new Map();
      for (const sheet of this.sheets(session, options)) {
        const id = sheet.dataset.feuille;
        const before = press.pages.length;
        if (!this.left.has(id)) press.print(sheet);
        this.pagesOf.set(id, { title: sheet.querySelector(".cartable-papier__titre").textContent, pages: press.pages.length - before });
      }
      this.count = press.finish();
      return this.count;
    }

    /** Numbers of people that the sheets know. */
    get sizes() {
      return Object.keys(this.variants ? this.variants.effectifs : {}).map(Number);
    }
  }

  root.Cartable.papier = { Dossier, changes, halfDays };
})(window);
