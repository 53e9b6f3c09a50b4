// Votes with a budget: by table or by show of hands, in silence, then unveiled.
(() => {
  const { Mur, parties } = globalThis.Cartable.mur;
  const { bouton, champ, choix, creer, isole, pluriel } = globalThis.Cartable.outils;
  if (Mur.prototype.points) return;
  const MAIN_LEVEE = "main-levee";
  const MOST = 999;
  const somme = (voix) => [...voix.values()].reduce((total, une) => total + une, 0);

  /** Points of each paper, of the ballots that were unveiled: in silence, nobody sees them. */
  function points() {
    const totaux = new Map();
    for (const scrutin of this.scrutins()) {
      if (!scrutin.champs.devoile) continue;
      for (const [cible, voix] of this.etat.points(scrutin.id)) totaux.set(cible, (totaux.get(cible) ?? 0) + somme(voix));
    }
    return totaux;
  }

  function scrutins() {
    return this.tableau ? this.etat.tous("scrutin", { tableau: this.tableau }) : [];
  }

  const ouvert = (mur) => mur.scrutins().filter((un) => !un.champs.devoile).at(-1);

  function plafond(mur, scrutin, votant) {
    if (votant === MAIN_LEVEE) return Infinity;
    const table = mur.tables().find((une) => `table:${une.id}` === votant);
    return (scrutin.champs.budget ?? 3) * Math.max(1, table?.personnes ?? 1);
  }

  /** The tables of the session; a board that is in no session has one, itself. */
  function tables() {
    const seance = this.etat.choses.get(this.tableau)?.champs.seance ?? null;
    const connues = seance ? this.etat.tous("table", { seance }) : [];
    if (!connues.length) return [{ id: "unique", nom: "Toute la table", personnes: 1 }];
    return connues.map((une) => ({
      id: une.id,
      nom: String(une.champs.nom ?? "Table"),
      personnes: Object.values(une.champs.roles ?? {}).reduce((total, n) => total + (Number.isInteger(n) ? n : 0), 0),
    }));
  }

  function voter(cible, donnes) {
    const scrutin = ouvert(this);
    const votant = this.champVotant.value;
    const voix = this.etat.points(scrutin.id);
    const avant = voix.get(cible)?.get(votant) ?? 0;
    const total = [...voix.values()].reduce((tous, par) => tous + (par.get(votant) ?? 0), 0);
    const reste = plafond(this, scrutin, votant) - (total - avant);
    const voulus = Math.max(0, Math.min(Math.trunc(donnes) || 0, MOST));
    if (voulus === avant) return avant;
    if (voulus > reste) {
      const nom = isole(this.champVotant.selectedOptions[0].text);
      this.dire(`Il ne reste que ${pluriel(reste, "point")} à «\u00a0${nom}\u00a0» pour ce papier.`, true);
      return avant;
    }
    const connu = this.etat.tous("vote", { scrutin: scrutin.id, cible, votant })[0];
    this.ecrire([["vote", connu?.id ?? null, { scrutin: scrutin.id, cible, votant, points: voulus }]], "Vote noté.");
    return voulus;
  }

  // --- What is shown -------------------------------------------------------------------------------------------------

  function panneau(mur) {
    mur.voteCorps = creer("div");
    mur.voteTitre = creer("summary", {}, "Voter");
    mur.vote = creer("details", { class: "mur-vote" }, mur.voteTitre, mur.voteCorps);
    mur.vote.addEventListener("toggle", () => mur.dessinerVote());
    mur.corps.prepend(mur.vote);
    const rafraichir = mur.rafraichir.bind(mur);
    mur.rafraichir = () => {
      rafraichir();
      if (mur.vote.open) mur.dessinerVote();
    };
  }

  function dessinerVote() {
    const scrutin = ouvert(this);
    const vus = this.scrutins().map((un) => [un.id, un.champs.devoile]);
    const signature = JSON.stringify([scrutin?.id, this.notes().map((une) => [une.id, une.champs.texte]), vus, this.tables()]);
    if (this.voteCorps.dataset.signature === signature) return scrutin ? this.compter() : undefined;
    const tenu = this.voteCorps.contains(document.activeElement) ? document.activeElement.dataset.cible ?? "" : null;
    this.voteCorps.dataset.signature = signature;
    this.voteCorps.replaceChildren(...(scrutin ? urne(this, scrutin) : annonce(this)));
    if (scrutin) this.compter();
    if (tenu !== null) (this.voteCorps.querySelector(`[data-cible="${tenu}"]`) ?? this.voteTitre).focus();
    return undefined;
  }

  /** No ballot is open: how to open one, and the results of those that were unveiled. */
  function annonce(mur) {
    const titre = creer("input", { type: "text", maxlength: "80", value: "Vote" });
    const budget = creer("input", { type: "number", min: "1", max: "20", value: String(mur.donnees.canevas.budget) });
    const mode = choix([["table", "par table"], [MAIN_LEVEE, "à main levée"]], "table");
    const ouvrir = () => {
      if (!mur.notes().length) return mur.dire("Ajoutez d’abord des papiers.", true);
      const points = Math.max(1, Math.min(Math.trunc(Number(budget.value)) || 3, 20));
      const champs = { tableau: mur.tableau, titre: titre.value.trim() || "Vote", budget: points, mode: mode.value, devoile: false };
      return mur.ecrire([["scrutin", null, champs]], "Vote ouvert, en silence.");
    };
    return [
      creer("div", { class: "mur-ligne" }, champ("Question", titre), champ("Points par personne", budget), champ("Comment", mode),
        bouton("Ouvrir le vote", ouvrir, { class: "mur-principal" })),
      ...mur.scrutins().filter((un) => un.champs.devoile).map((un) => resultats(mur, un)),
    ];
  }

  function urne(mur, scrutin) {
    const parTable = scrutin.champs.mode !== MAIN_LEVEE;
    const votants = parTable ? mur.tables().map((une) => [`table:${une.id}`, une.nom]) : [[MAIN_LEVEE, "Mains levées"]];
    const avant = mur.champVotant?.value;
    const garde = votants.some(([cle]) => cle === avant) ? avant : votants[0][0];
    mur.champVotant = choix(votants, garde, { onchange: () => mur.compter() });
    mur.reste = creer("p", { class: "mur-reste", role: "status" });
    const devoiler = () => mur.ecrire([["scrutin", scrutin.id, { devoile: true }]], "Vote dévoilé.");
    return [
      creer("p", {}, parTable
        ? "Les points restent cachés jusqu’à ce que vous dévoiliez. Saisissez table par table."
        : "Comptez les mains pour chaque papier. Le nombre reste caché jusqu’à ce que vous dévoiliez."),
      creer("div", { class: "mur-ligne" }, champ("Qui vote", mur.champVotant),
        bouton("Dévoiler le vote", devoiler, { class: "mur-principal" })),
      mur.reste,
      creer("ul", { class: "mur-bulletins" }, ...mur.notes().map((une) => bulletin(mur, une))),
    ];
  }

  function bulletin(mur, note) {
    const nombre = creer("input", { type: "number", min: "0", max: String(MOST), "data-cible": note.id });
    nombre.addEventListener("change", () => {
      nombre.value = mur.voter(note.id, Number(nombre.value));
      mur.compter();
    });
    return creer("li", {}, creer("label", {}, nombre, creer("bdi", { dir: "auto" }, String(note.champs.texte ?? "").slice(0, 200))));
  }

  /** Fill in the points of the voter chosen, and say how many are left. */
  function compter() {
    const scrutin = ouvert(this);
    if (!scrutin || !this.champVotant) return;
    const voix = this.etat.points(scrutin.id);
    const votant = this.champVotant.value;
    for (const nombre of this.voteCorps.querySelectorAll("input[data-cible]")) {
      if (nombre !== document.activeElement) nombre.value = voix.get(nombre.dataset.cible)?.get(votant) ?? 0;
    }
    const donnes = [...voix.values()].reduce((tous, par) => tous + (par.get(votant) ?? 0), 0);
    const reste = plafond(this, scrutin, votant) - donnes;
    const dit = Number.isFinite(reste) ? `${pluriel(reste, "point")} à donner.` : `${pluriel(donnes, "main levée", "mains levées")}.`;
    if (this.reste.textContent !== dit) this.reste.textContent = dit;
  }

  function resultats(mur, scrutin) {
    const voix = [...mur.etat.points(scrutin.id)]
      .map(([cible, par]) => [String(mur.note(cible)?.champs.texte ?? "(papier enlevé)"), somme(par)])
      .sort((un, autre) => autre[1] - un[1]);
    const lignes = voix.map(([texte, total]) => creer("tr", {},
      creer("th", { scope: "row" }, creer("bdi", { dir: "auto" }, texte)), creer("td", {}, String(total))));
    return creer("table", { class: "mur-resultats" },
      creer("caption", {}, `${isole(scrutin.champs.titre ?? "Vote")}\u00a0: résultat`),
      creer("thead", {}, creer("tr", {}, creer("th", { scope: "col" }, "Papier"), creer("th", { scope: "col" }, "Points"))),
      creer("tbody", {}, ...lignes));
  }

  Object.assign(Mur.prototype, { points, scrutins, tables, voter, dessinerVote, compter });
  parties.push(panneau);
})();
