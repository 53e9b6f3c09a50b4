// Durations and quantities of a workshop card for any number of people: the same computation as cartable.workshop.
(function () {
  "use strict";
  if (window.cartableAteliers) return;

  const SIZES = { seul: 1, binome: 2, trio: 3 };
  const NAMES = { binome: ["binôme", "binômes"], trio: ["trio", "trios"], groupe: ["groupe", "groupes"] };
  const DUST = 1e-9;

  function groupSize(card, configuration, n) {
    const largest = configuration === "groupe" ? card.participants.par_groupe : SIZES[configuration] || n;
    return Math.min(n, largest);
  }

  function groupCount(card, configuration, n) {
    if (configuration === "seul") return n;
    return Math.max(1, Math.min(Math.ceil(n / groupSize(card, configuration, n)), Math.floor(n / 2)));
  }

  function minutes(card, step, n, clock) {
    const [least, fixed, most, each, configuration] = step;
    const usual = Math.min(most, Math.max(least, Math.ceil(fixed + each * groupSize(card, configuration, n))));
    const share = card.horloges[clock || "typique"];
    if (clock === "optimiste") return Math.max(least, Math.floor(usual * share));
    return Math.min(most, Math.ceil(usual * share));
  }

  function total(card, n, clock) {
    return card.etapes.reduce((sum, step) => sum + minutes(card, step, n, clock), 0);
  }

  function quantity(card, rank, n) {
    const [each, per] = card.materiel[rank];
    const units = { personne: n, groupe: groupCount(card, "groupe", n), salle: 1 }[per];
    return Math.ceil(each * units - DUST);
  }

  function duration(length) {
    const hours = Math.floor(length / 60);
    const rest = length % 60;
    if (!hours) return `${rest}\u00a0min`;
    return `${hours}\u00a0h${rest ? `\u00a0${String(rest).padStart(2, "0")}` : ""}`;
  }

  const plural = (count, [one, many]) => `${count}\u00a0${count < 2 ? one : many}`;

  // What each « data-calcul » shows: its name, and a step, a thing or a clock after the colon.
  const SHOWN = {
    effectif: (card, n) => plural(n, ["personne", "personnes"]),
    total: (card, n, clock) => duration(total(card, n, clock)),
    debut: (card, n, rank) => duration(card.etapes.slice(0, rank).reduce((sum, step) => sum + minutes(card, step, n), 0)),
    duree: (card, n, rank) => duration(minutes(card, card.etapes[rank], n)),
    groupes: (card, n, configuration) => plural(groupCount(card, configuration || "groupe", n), NAMES[configuration || "groupe"]),
    materiel: (card, n, rank) => String(quantity(card, rank, n)),
  };

  function show(root, card, n) {
    root.querySelectorAll("[data-calcul]").forEach((node) => {
      const [name, detail] = node.dataset.calcul.split(":");
      const text = SHOWN[name](card, n, detail);
      if (node.textContent !== text) node.textContent = text;
    });
  }

  window.cartableAteliers = { groupCount, minutes, total, quantity, duration, show };

  // -- the control of a page --------------------------------------------------------------------

  function advice(card, n) {
    const { min, max, par_groupe: size } = card.participants;
    const people = plural(n, ["personne", "personnes"]);
    if (n < min) return `Ce format demande au moins ${plural(min, ["personne", "personnes"])}\u00a0: à ${n}, voyez les variantes.`;
    if (n > max) return `Ce format convient jusqu’à ${plural(max, ["personne", "personnes"])}\u00a0: à ${n}, prévoyez deux salles ou un autre format.`;
    const lengths = `${duration(total(card, n))} d’habitude, ${duration(total(card, n, "prudent"))} en comptant large`;
    return `À ${people}\u00a0: ${lengths}. ${plural(groupCount(card, "groupe", n), ["groupe", "groupes"])} de ${size} au plus. Le tableau et le matériel suivent.`;
  }

  function control(panel) {
    const card = JSON.parse(panel.dataset.fiche);
    const field = panel.querySelector("input");
    const said = panel.querySelector("[role=status]");
    if (!field) return;
    let waiting = 0;
    field.addEventListener("input", () => {
      const n = Number(field.value);
      clearTimeout(waiting);
      if (!Number.isInteger(n) || n < 1 || n > 500) {
        said.textContent = "Écrivez un nombre entier de personnes, de 1 à 500.";
        field.setAttribute("aria-invalid", "true");
        return;
      }
      field.removeAttribute("aria-invalid");
      show(document.querySelector("article") || document.body, card, n);
      waiting = setTimeout(() => (said.textContent = advice(card, n)), 400); // a screen reader hears the last number only
    });
    // A browser that comes back to the page keeps what was typed.
    if (Number(field.value) !== card.participants.ideal) field.dispatchEvent(new Event("input"));
  }

  function begin() {
    document.querySelectorAll(".cartable-enbref[data-fiche]").forEach(control);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
