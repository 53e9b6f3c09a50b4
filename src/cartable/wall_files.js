// A page without a kernel: its file, the boards that its browser keeps, and how to leave nothing behind.
(() => {
  const { Mur, parties } = globalThis.Cartable.mur;
  const { bouton, champ, choix, creer, pluriel } = globalThis.Cartable.outils;
  const { fichier, lire } = globalThis.Cartable.magasins;
  const { hexa } = globalThis.Cartable.etat;
  if (Mur.prototype.accueillir) return;
  const pourFichier = (texte) => texte.normalize("NFD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40);

  /** How many events are in no file yet. */
  function neufs(mur) {
    return mur.evenements.size - Math.max(mur.magasin.exportes, mur.donnees.evenements.length);
  }

  function fichiers(mur) {
    if (!mur.donnees.page) return;
    const prendre = creer("input", { type: "file", accept: ".json,application/json", class: "mur-fichier" });
    prendre.addEventListener("change", async () => {
      try {
        const repris = mur.accueillir(lire(await prendre.files[0].text()));
        mur.dire(`${pluriel(repris, "geste repris", "gestes repris")} du fichier, aucun n’est doublé.`);
      } catch (erreur) {
        mur.dire(erreur.message, true);
      }
      prendre.value = "";
    });
    mur.sansFichier = creer("span", { class: "mur-sans-fichier" });
    mur.suivi.after(mur.sansFichier);
    mur.apresAttente = () => compter(mur);
    mur.barre.append(bouton("Enregistrer le fichier", () => mur.donner()),
      creer("label", { class: "mur-ouvrir" }, "Ouvrir un fichier", prendre));
    mur.ecouter(globalThis, "beforeunload", (depart) => {
      mur.poserMain();
      if (neufs(mur) > 0) depart.preventDefault();
    });
  }

  function compter(mur) {
    const reste = neufs(mur);
    const dit = `${pluriel(reste, "geste n’est", "gestes ne sont")} dans aucun fichier\u00a0: enregistrez-le avant de partir.`;
    mur.sansFichier.textContent = reste > 0 ? dit : "";
  }

  function donner() {
    this.poserMain();
    const titre = pourFichier(String(this.note(this.tableau)?.champs.titre ?? ""));
    const quand = new Date().toLocaleString("sv-SE").slice(0, 16).replace(/[ :]/g, "-");
    const nom = `${[this.donnees.canevas.slug, titre, quand].filter(Boolean).join("-")}.json`;
    const adresse = URL.createObjectURL(new Blob([fichier(this.evenements.values())], { type: "application/json" }));
    creer("a", { href: adresse, download: nom }).click();
    setTimeout(() => URL.revokeObjectURL(adresse), 1000);
    this.magasin.exportes = this.evenements.size;
    compter(this);
    this.dire(`Fichier «\u00a0${nom}\u00a0» enregistré dans vos téléchargements. La commande « cartable carnet fusionner » le lit.`);
  }

  /** Take the events of a file, and keep them in the store of the page. */
  function accueillir(venus) {
    const nouveaux = venus.filter((un) => !this.evenements.has(un.id));
    for (const un of nouveaux) this.magasin.ecrire(un).catch((erreur) => this.dire(erreur.message, true));
    this.recevoir(nouveaux);
    return nouveaux.length;
  }

  // --- The boards of this browser ------------------------------------------------------------------------------------

  /** A page that is nobody's board may serve several tables, one after the other. */
  function tableaux(mur) {
    if (!mur.donnees.page) return;
    const corps = creer("div");
    const cadre = creer("details", { class: "mur-tableaux" }, creer("summary", {}, "Tableaux de ce navigateur"), corps);
    mur.corps.append(cadre);
    if (!mur.donnees.tableau) corps.append(...listeDesTableaux(mur));
    corps.append(effacement(mur));
  }

  function listeDesTableaux(mur) {
    const place = creer("span");
    const titre = creer("input", { type: "text", maxlength: "60" });
    const nomme = (faire) => () => {
      const nom = titre.value.trim();
      if (!nom) return mur.dire("Donnez d’abord un nom, par exemple «\u00a0Table 2\u00a0».", true);
      titre.value = "";
      return faire(nom);
    };
    const rafraichir = mur.rafraichir.bind(mur);
    mur.rafraichir = () => {
      rafraichir();
      montrer(mur, place);
    };
    return [
      place,
      creer("div", { class: "mur-ligne" }, champ("Nom", titre), bouton("Nouveau tableau", nomme((nom) => mur.nouveau(nom))),
        bouton("Renommer celui-ci", nomme((nom) => mur.renommer(nom)))),
    ];
  }

  function montrer(mur, place) {
    const connus = mur.etat.tous("tableau", { canevas: mur.donnees.canevas.slug });
    const lignes = connus.map((un) => [un.id, `${un.champs.titre ?? "Tableau"} (${pluriel(mur.etat.notes(un.id).length, "papier")})`]);
    const signature = JSON.stringify([lignes, mur.tableau]);
    if (place.dataset.signature === signature) return;
    place.dataset.signature = signature;
    const tenu = place.contains(document.activeElement);
    const liste = choix(lignes, mur.tableau ?? "");
    liste.addEventListener("change", () => mur.passer(liste.value));
    place.replaceChildren(...(lignes.length ? [champ("Tableau montré", liste)] : []));
    if (tenu) liste.focus();
  }

  function passer(id) {
    this.poserMain();
    this.courant = id;
    this.choisis.clear();
    this.rafraichir();
    this.dire(`${pluriel(this.notes().length, "papier")} sur ce tableau.`);
  }

  function nouveau(nom) {
    this.courant = hexa(16);
    this.choisis.clear();
    this.ecrire([], "Nouveau tableau.", [this.ouverture(this.courant, nom)]);
  }

  function renommer(nom) {
    if (!this.tableau || !this.note(this.tableau)) this.nouveau(nom);
    else this.ecrire([["tableau", this.tableau, { titre: nom }]], "Tableau renommé.");
  }

  /** The computer may belong to others: what the browser keeps can be erased, once asked and once confirmed. */
  function effacement(mur) {
    const demande = bouton("Effacer de ce navigateur", () => {
      if (!demande.dataset.sur) {
        const perdus = neufs(mur);
        const reste = perdus > 0 ? ` Dans aucun fichier, donc perdu\u00a0: ${pluriel(perdus, "geste")}.` : "";
        mur.dire(`Pour tout effacer de ce navigateur, appuyez encore.${reste}`, true);
        demande.textContent = "Oui, tout effacer";
        demande.dataset.sur = "oui";
        return;
      }
      revenir();
      mur.oublier();
    });
    const revenir = () => {
      delete demande.dataset.sur;
      demande.textContent = "Effacer de ce navigateur";
    };
    demande.addEventListener("blur", revenir);
    return creer("div", {}, creer("p", {}, "Sur un ordinateur partagé, enregistrez le fichier, puis effacez\u00a0: "
      + "les papiers ne restent que dans le fichier."), demande);
  }

  function oublier() {
    this.magasin.vider();
    this.evenements.clear();
    this.attente.clear();
    Object.assign(this, { gestes: [], defaits: [], courant: undefined });
    this.choisis.clear();
    this.recevoir(this.donnees.evenements);
    this.rafraichir();
    this.dire("Tout est effacé de ce navigateur.");
  }

  Object.assign(Mur.prototype, { donner, accueillir, passer, nouveau, renommer, oublier });
  parties.push(fichiers, tableaux);
})();
