// Everything that can be done with the papers chosen, and the list that screen readers and narrow screens use.
(() => {
  const { Mur, parties } = globalThis.Cartable.mur;
  const { attendre, bouton, champ, choix, creer, isole, plie, pluriel, signe } = globalThis.Cartable.outils;
  if (Mur.prototype.dessinerListe) return;
  const SENS = [["À gauche", -1, 0], ["À droite", 1, 0], ["Vers le haut", 0, -1], ["Vers le bas", 0, 1]];
  const PAS = 0.05;
  const texteDe = (note) => String(note.champs.texte ?? "");

  // --- The bar -------------------------------------------------------------------------------------------------------

  function barre(mur) {
    const vues = [["mur", "Mur"], ["liste", "Liste"]].map(([vue, nom]) => bouton(nom, () => mur.voir(vue), { "data-vue": vue }));
    mur.boutonScene = bouton("Projecteur", () => mur.projeter(true));
    mur.barre.append(
      creer("span", { class: "mur-vues", role: "group", "aria-label": "Vue" }, ...vues), champRecherche(mur),
      bouton("Annuler", () => mur.annuler()), bouton("Rétablir", () => mur.retablir()), mur.boutonScene,
    );
    const voir = mur.voir.bind(mur);
    mur.voir = (vue) => {
      for (const un of vues) un.setAttribute("aria-pressed", String(un.dataset.vue === vue));
      voir(vue);
    };
  }

  function champRecherche(mur) {
    const cherche = creer("input", { type: "search", name: "cherche", autocomplete: "off" });
    cherche.addEventListener("input", () => {
      mur.cherche = plie(cherche.value.trim());
      mur.rafraichir();
      const trouves = mur.notes().filter((une) => mur.trouve(une)).length;
      mur.dire(mur.cherche ? `${pluriel(trouves, "papier trouvé", "papiers trouvés")}.` : "Recherche effacée.");
    });
    const etiquette = champ("Chercher", cherche);
    etiquette.classList.add("mur-cote");
    return etiquette;
  }

  // --- The papers chosen ---------------------------------------------------------------------------------------------

  function groupesNommes() {
    if (!this.tableau) return [];
    return this.etat.tous("groupe", { tableau: this.tableau }).map((un) => [un.id, String(un.champs.titre ?? "Groupe")]);
  }

  function contenu(mur, choisies) {
    const ids = choisies.map((une) => une.id);
    const corps = ids.length > 1 ? plusieurs(mur, choisies) : un(mur, choisies[0]);
    const laisser = () => {
      mur.choisir("");
      mur.retourner(ids[0]);
    };
    return [
      creer("h2", { tabindex: "-1", "data-nom": "titre" }, ids.length > 1 ? `${ids.length} papiers choisis` : "Papier choisi"),
      ...corps,
      creer("div", { class: "mur-boutons" },
        bouton("Mettre à la corbeille", () => mur.supprimer(ids), { "data-nom": "supprimer" }),
        bouton("Ne plus choisir", laisser, { "data-nom": "laisser" })),
    ];
  }

  function un(mur, note) {
    const ecrit = creer("textarea", { rows: "3", "data-nom": "texte" }, texteDe(note));
    return [
      champ("Texte", ecrit),
      creer("div", { class: "mur-boutons" },
        bouton("Garder ce texte", () => corriger(mur, note, ecrit.value), { "data-nom": "garder" })),
      creer("div", { class: "mur-ligne" }, ...menus(mur, note)),
      creer("div", { class: "mur-boutons" },
        ...SENS.map(([nom, dx, dy]) => bouton(nom, () => mur.deplacer(note.id, dx * PAS, dy * PAS), { "data-nom": nom }))),
    ];
  }

  function menus(mur, note) {
    const { donnees } = mur;
    const { zone, couleur, symbole, role, groupe } = note.champs;
    const noter = (cle, dit) => (valeur) => mur.modifier(note.id, { [cle]: valeur || null }, dit);
    const lignes = [
      ["Zone", "zone", mur.nomsDesZones(), zone, (valeur) => mur.changerZone(note.id, valeur)],
      ["Couleur", "couleur", [["", "de la zone"], ...Object.keys(donnees.couleurs).map((nom) => [nom, nom])], couleur,
        noter("couleur", "Couleur changée.")],
      ["Signe", "signe", [["", "de la zone"], ...Object.entries(donnees.nomsDesSignes)], symbole,
        noter("symbole", "Signe changé.")],
      ["Qui parle", "role", [["", "non dit"], ...Object.entries(donnees.roles)], role, noter("role", "Rôle changé.")],
      ["Groupe", "groupe", [["", "aucun"], ...mur.groupesNommes()], groupe, noter("groupe", "Groupe changé.")],
    ];
    return lignes.map(([titre, nom, options, valeur, faire]) => {
      const liste = choix(options, valeur ?? "", { "data-nom": nom });
      liste.addEventListener("change", () => faire(liste.value));
      return champ(titre, liste);
    });
  }

  function corriger(mur, note, texte) {
    const ecrit = texte.trim();
    if (!ecrit) mur.dire("Un papier ne peut pas être vide. Pour l’enlever, mettez-le à la corbeille.", true);
    else if (mur.court(ecrit)) mur.modifier(note.id, { texte: ecrit }, "Texte corrigé.");
  }

  function plusieurs(mur, choisies) {
    const ids = choisies.map((une) => une.id);
    const textes = [...new Set(choisies.map(texteDe))];
    const titre = creer("input", { type: "text", maxlength: "80", "data-nom": "groupe" });
    const commun = creer("textarea", { rows: "3", "data-nom": "commun" }, textes.join(" / "));
    return [
      creer("ul", { class: "mur-extraits" },
        ...textes.slice(0, 12).map((texte) => creer("li", {}, creer("bdi", { dir: "auto" }, texte.slice(0, 160))))),
      creer("div", { class: "mur-ligne" }, champ("Nom du groupe", titre),
        bouton("Grouper", () => mur.grouper(ids, titre.value.trim() || "Sans nom"), { "data-nom": "grouper" })),
      creer("div", { class: "mur-ligne" }, champ("Texte commun", commun),
        bouton("Fusionner en un seul papier", () => mur.fusionner(ids, commun.value.trim() || textes[0]), { "data-nom": "fusionner" })),
    ];
  }

  /** Draw the panel again when what it shows has changed; what is being typed in it stays. */
  function dessinerVolet(notes) {
    const choisies = notes.filter((une) => this.choisis.has(une.id));
    const vus = choisies.map(({ id, champs: { x, y, ...autres } }) => [id, autres]); // where they are does not show
    const signature = JSON.stringify([vus, this.groupesNommes()]);
    if (this.volet.dataset.signature === signature) return;
    const qui = JSON.stringify(choisies.map((une) => une.id));
    const saisis = this.volet.dataset.qui === qui ? enCours(this.volet) : [];
    const nom = this.volet.contains(document.activeElement) ? document.activeElement.dataset.nom : "";
    Object.assign(this.volet.dataset, { signature, qui });
    this.volet.hidden = !choisies.length;
    this.volet.replaceChildren(...(choisies.length ? contenu(this, choisies) : []));
    for (const [cle, valeur] of saisis) this.volet.querySelector(`[data-nom="${cle}"]`).value = valeur;
    if (nom && choisies.length) (this.volet.querySelector(`[data-nom="${CSS.escape(nom)}"]`) ?? this.volet.firstChild).focus();
  }

  /** What was typed and is not written yet. */
  function enCours(volet) {
    const champs = [...volet.querySelectorAll("textarea, input")];
    return champs.filter((un) => un.value !== un.defaultValue).map((un) => [un.dataset.nom, un.value]);
  }

  function ouvrirVolet() {
    this.poserMain();
    (this.volet.querySelector("textarea") ?? this.volet.querySelector("h2"))?.focus();
  }

  // --- The list ------------------------------------------------------------------------------------------------------

  function dessinerListe(notes) {
    this.lignes ??= new Map();
    this.rubriques ??= new Map();
    const parZone = new Map(this.donnees.canevas.zones.map((une) => [une.cle, []]));
    for (const note of notes) if (this.trouve(note)) parZone.get(note.champs.zone).push(note);
    for (const zone of this.donnees.canevas.zones) {
      const rubrique = this.rubriques.get(zone.cle) ?? batirRubrique(this, zone);
      const siennes = parZone.get(zone.cle);
      rubrique.compte.textContent = `${zone.prefixe} · ${zone.titre}, ${pluriel(siennes.length, "papier")}`;
      ranger(this, rubrique.liste, siennes);
    }
    const vus = new Set(notes.map((une) => une.id));
    for (const id of this.lignes.keys()) if (!vus.has(id)) this.lignes.delete(id);
    corbeille(this);
  }

  function batirRubrique(mur, zone) {
    const compte = creer("span");
    const fort = mur.donnees.couleurs[zone.couleur][0];
    const liste = creer("ul");
    const titre = creer("h2", {}, signe(mur.donnees.signes[zone.symbole], fort), compte);
    mur.liste.append(creer("section", {}, titre, creer("p", { class: "mur-question" }, zone.question), liste));
    mur.rubriques.set(zone.cle, { compte, liste });
    return mur.rubriques.get(zone.cle);
  }

  /** Put the lines in order, touching only those that changed: with 500 papers, the page stays quick. */
  function ranger(mur, liste, notes) {
    let suivant = liste.firstElementChild;
    for (const note of notes) {
      const ligne = mur.lignes.get(note.id) ?? batirLigne(mur, note.id);
      peindreLigne(mur, ligne, note);
      if (ligne === suivant) suivant = ligne.nextElementSibling;
      else liste.insertBefore(ligne, suivant);
    }
    while (suivant) {
      const apres = suivant.nextElementSibling;
      suivant.remove();
      suivant = apres;
    }
  }

  function batirLigne(mur, id) {
    const coche = creer("input", { type: "checkbox", onchange: () => mur.choisir(id, true) });
    const ouvrir = bouton("Modifier", () => {
      mur.choisir(id);
      mur.ouvrirVolet();
    });
    const ligne = creer("li", { "data-note": id }, creer("label", {}, coche, creer("bdi", { class: "mur-texte", dir: "auto" })),
      creer("span", { class: "mur-details" }), ouvrir);
    mur.lignes.set(id, ligne);
    return ligne;
  }

  function details(mur, note) {
    const { numero, groupe, role, couleur, symbole } = note.champs;
    const points = mur.totaux.get(note.id);
    const nomme = groupe && mur.etat.choses.get(groupe)?.champs.titre;
    return [
      numero ? `${mur.zones.get(note.champs.zone).prefixe}${numero}` : "", mur.donnees.roles[role] ?? "",
      couleur && mur.donnees.couleurs[couleur] ? couleur : "", mur.donnees.nomsDesSignes[symbole] ?? "",
      nomme ? `groupe «\u00a0${isole(nomme)}\u00a0»` : "", points ? pluriel(points, "point") : "",
      attendre(mur.enCours.get(note.id)),
    ].filter(Boolean).join(" · ");
  }

  function peindreLigne(mur, ligne, note) {
    const texte = texteDe(note);
    const autour = details(mur, note);
    const choisi = mur.choisis.has(note.id);
    const signature = JSON.stringify([texte, autour, choisi]);
    if (ligne.dataset.signature === signature) return;
    ligne.dataset.signature = signature;
    ligne.querySelector("input").checked = choisi;
    ligne.querySelector(".mur-texte").textContent = texte;
    ligne.querySelector(".mur-details").textContent = autour;
    ligne.querySelector("button").setAttribute("aria-label", `Modifier\u00a0: ${texte.slice(0, 80)}`);
  }

  function corbeille(mur) {
    const jetes = mur.etat.supprimes("note").filter((une) => une.champs.tableau === mur.tableau);
    mur.corbeille ??= creer("details", { class: "mur-corbeille" });
    if (!mur.corbeille.isConnected) mur.liste.append(mur.corbeille);
    mur.corbeille.hidden = !jetes.length;
    const signature = JSON.stringify(jetes.map((une) => une.id));
    if (mur.corbeille.dataset.signature === signature) return;
    mur.corbeille.dataset.signature = signature;
    mur.corbeille.replaceChildren(creer("summary", {}, `Corbeille\u00a0: ${pluriel(jetes.length, "papier")}`),
      creer("ul", {}, ...jetes.map((une) => jete(mur, une))));
  }

  function jete(mur, note) {
    const texte = texteDe(note);
    const restaurer = () => {
      mur.restaurer(note.id);
      mur.retourner(note.id);
    };
    return creer("li", {}, creer("bdi", { dir: "auto" }, texte.slice(0, 300)), " ",
      note.champs.fusionnee_dans ? creer("span", { class: "mur-details" }, "fusionné dans un autre") : "",
      bouton("Restaurer", restaurer, { "aria-label": `Restaurer\u00a0: ${texte.slice(0, 80)}` }));
  }

  Object.assign(Mur.prototype, { dessinerListe, dessinerVolet, groupesNommes, ouvrirVolet });
  parties.push(barre);
})();
