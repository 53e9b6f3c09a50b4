// Votes with a budget: by table or by show of hands, in silence, then unveiled. And the file of a page without a kernel.
(() => {
  const { Mur, creer, parties, pluriel } = globalThis.Cartable.mur;
  if (Mur.prototype.points) return;
  const MAIN_LEVEE = "main-levee";
  const bouton = (texte, faire, autres = {}) => creer("button", { type: "button", onclick: faire, ...autres }, texte);
  const champ = (texte, element) => creer("label", { class: "mur-champ" }, creer("span", {}, texte), element);

  /** Points of each paper, of the ballots that were unveiled: in silence, nobody sees them. */
  function points() {
    const totaux = new Map();
    for (const scrutin of this.scrutins()) {
      if (!scrutin.champs.devoile) continue;
      for (const [cible, voix] of this.etat.points(scrutin.id)) {
        const somme = [...voix.values()].reduce((total, une) => total + une, 0);
        totaux.set(cible, (totaux.get(cible) ?? 0) + somme);
      }
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

  function tables() {
    const seance = this.etat.choses.get(this.tableau)?.champs.seance ?? null;
    const connues = seance ? this.etat.tous("table", { seance }) : [];
    if (!connues.length) return [{ id: "unique", nom: "Toute la table", personnes: 1 }];
    return connues.map((une) => ({
      id: une.id, nom: une.champs.nom ?? "Table",
      personnes: Object.values(une.champs.roles ?? {}).reduce((total, n) => total + (Number.isInteger(n) ? n : 0), 0),
    }));
  }

  function voter(cible, donnes) {
    const scrutin = ouvert(this);
    const votant = this.champVotant.value;
    const voix = this.etat.points(scrutin.id);
    const avant = voix.get(cible)?.get(votant) ?? 0;
    const total = [...voix.values()].reduce((somme, par) => somme + (par.get(votant) ?? 0), 0);
    const reste = plafond(this, scrutin, votant) - (total - avant);
    const points = Math.max(0, Math.min(Math.trunc(donnes) || 0, 99));
    if (points > reste) {
      this.dire(`Il ne reste que ${pluriel(reste, "point")} à «\u00a0${this.champVotant.selectedOptions[0].text}\u00a0».`, true);
      return avant;
    }
    const connu = this.etat.tous("vote", { scrutin: scrutin.id, cible, votant })[0];
    this.ecrire([["vote", connu?.id ?? null, { scrutin: scrutin.id, cible, votant, points }]], "Vote noté.");
    return points;
  }

  // --- What is shown -------------------------------------------------------------------------------------------------

  function panneau(mur) {
    mur.voteCorps = creer("div");
    mur.vote = creer("details", { class: "mur-vote" }, creer("summary", {}, "Voter"), mur.voteCorps);
    mur.vote.addEventListener("toggle", () => mur.dessinerVote());
    mur.racine.insertBefore(mur.vote, mur.plan);
    const rafraichir = mur.rafraichir.bind(mur);
    mur.rafraichir = () => {
      rafraichir();
      if (mur.vote.open) mur.dessinerVote();
    };
  }

  function dessinerVote() {
    const scrutin = ouvert(this);
    const signature = JSON.stringify([scrutin?.id, this.notes().map((une) => [une.id, une.champs.texte]), this.scrutins().length]);
    if (this.voteCorps.dataset.signature === signature) return scrutin ? this.compter() : undefined;
    this.voteCorps.dataset.signature = signature;
    this.voteCorps.replaceChildren(...(scrutin ? urne(this, scrutin) : annonce(this)));
    if (scrutin) this.compter();
    return undefined;
  }

  /** No ballot is open: how to open one, and the results of those that were unveiled. */
  function annonce(mur) {
    const titre = creer("input", { type: "text", maxlength: "80" });
    titre.value = "Vote";
    const budget = creer("input", { type: "number", min: "1", max: "20" });
    budget.value = mur.donnees.canevas.budget;
    const mode = creer("select", {}, creer("option", { value: "table" }, "par table"),
      creer("option", { value: MAIN_LEVEE }, "à main levée"));
    const ouvrir = () => {
      if (!mur.tableau) return mur.dire("Ajoutez d’abord des papiers.", true);
      const champs = { tableau: mur.tableau, titre: titre.value.trim() || "Vote", budget: Number(budget.value) || 3, mode: mode.value, devoile: false };
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
    mur.champVotant = creer("select", { onchange: () => mur.compter() },
      ...votants.map(([cle, nom]) => creer("option", { value: cle }, nom)));
    if (votants.some(([cle]) => cle === avant)) mur.champVotant.value = avant;
    mur.reste = creer("p", { class: "mur-reste", role: "status" });
    const devoiler = () => mur.ecrire([["scrutin", scrutin.id, { devoile: true }]], "Vote dévoilé.");
    return [
      creer("p", {}, parTable
        ? "Les points restent cachés jusqu’à ce que vous dévoiliez. Saisissez table par table."
        : "Comptez les mains pour chaque papier. Le nombre reste caché jusqu’à ce que vous dévoiliez."),
      creer("div", { class: "mur-ligne" }, champ("Qui vote", mur.champVotant), bouton("Dévoiler le vote", devoiler, { class: "mur-principal" })),
      mur.reste,
      creer("ul", { class: "mur-bulletins" }, ...mur.notes().map((une) => bulletin(mur, une))),
    ];
  }

  function bulletin(mur, note) {
    const nombre = creer("input", { type: "number", min: "0", max: "99", "data-cible": note.id });
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
    let donnes = 0;
    for (const nombre of this.voteCorps.querySelectorAll("input[data-cible]")) {
      const siens = voix.get(nombre.dataset.cible)?.get(votant) ?? 0;
      donnes += siens;
      if (nombre !== document.activeElement) nombre.value = siens;
    }
    const reste = plafond(this, scrutin, votant) - donnes;
    this.reste.textContent = Number.isFinite(reste) ? `${pluriel(reste, "point")} à donner.` : `${pluriel(donnes, "main levée", "mains levées")}.`;
  }

  function resultats(mur, scrutin) {
    const voix = [...mur.etat.points(scrutin.id)]
      .map(([cible, par]) => [String(mur.note(cible)?.champs.texte ?? "(papier enlevé)"), [...par.values()].reduce((a, b) => a + b, 0)])
      .sort((un, autre) => autre[1] - un[1]);
    return creer("table", { class: "mur-resultats" },
      creer("caption", {}, `${scrutin.champs.titre ?? "Vote"}\u00a0: résultat`),
      creer("thead", {}, creer("tr", {}, creer("th", { scope: "col" }, "Papier"), creer("th", { scope: "col" }, "Points"))),
      creer("tbody", {}, ...voix.map(([texte, total]) => creer("tr", {}, creer("th", { scope: "row" }, creer("bdi", {}, texte)), creer("td", {}, String(total))))));
  }

  // --- The file of a page without a kernel -----------------------------------------------------------------------------

  function fichiers(mur) {
    if (!mur.donnees.page) return;
    const { fichier, lire } = globalThis.Cartable.magasins;
    const prendre = creer("input", { type: "file", accept: ".json,application/json", class: "mur-fichier" });
    prendre.addEventListener("change", async () => {
      try {
        const venus = lire(await prendre.files[0].text());
        const neufs = mur.accueillir(venus);
        mur.dire(`${pluriel(neufs, "geste repris", "gestes repris")} du fichier, aucun n’est doublé.`);
      } catch (erreur) {
        mur.dire(erreur.message, true);
      }
      prendre.value = "";
    });
    const donner = () => {
      const nom = `${mur.donnees.canevas.slug}-${new Date().toISOString().slice(0, 10)}.json`;
      const adresse = URL.createObjectURL(new Blob([fichier(mur.evenements.values())], { type: "application/json" }));
      creer("a", { href: adresse, download: nom }).click();
      setTimeout(() => URL.revokeObjectURL(adresse), 1000);
      mur.exporte = true;
      mur.dire(`Fichier «\u00a0${nom}\u00a0» enregistré dans vos téléchargements. « cartable carnet fusionner » le lit.`);
    };
    mur.barre.append(bouton("Enregistrer le fichier", donner), creer("label", { class: "mur-ouvrir" }, "Ouvrir un fichier", prendre));
    addEventListener("beforeunload", (depart) => {
      if (!mur.exporte && (mur.attente.size || mur.magasin.avertissement)) depart.preventDefault();
    });
  }

  /** Take the events of a file, and keep them in the store of the page. */
  function accueillir(venus) {
    const neufs = venus.filter((un) => !this.evenements.has(un.id));
    for (const un of neufs) this.magasin.ecrire(un).catch((erreur) => this.dire(erreur.message, true));
    this.recevoir(neufs);
    return neufs.length;
  }

  Object.assign(Mur.prototype, { points, scrutins, tables, voter, dessinerVote, compter, accueillir });
  parties.push(panneau, fichiers);
})();
