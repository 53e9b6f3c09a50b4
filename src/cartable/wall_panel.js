// Everything that can be done with the papers chosen, and the list that screen readers and narrow screens use.
(() => {
  const { Mur, creer, signe, parties, plie, pluriel } = globalThis.Cartable.mur;
  if (Mur.prototype.dessinerListe) return;
  const SENS = [["À gauche", -1, 0], ["À droite", 1, 0], ["Vers le haut", 0, -1], ["Vers le bas", 0, 1]];
  const PAS = 0.05;
  const bouton = (texte, faire, autres = {}) => creer("button", { type: "button", onclick: faire, ...autres }, texte);
  const champ = (texte, element) => creer("label", { class: "mur-champ" }, creer("span", {}, texte), element);
  const choix = (lignes, valeur) => {
    const liste = creer("select", {}, ...lignes.map(([cle, nom]) => creer("option", { value: cle }, nom)));
    liste.value = valeur;
    return liste;
  };

  // --- The bar -------------------------------------------------------------------------------------------------------

  function barre(mur) {
    const vues = [["mur", "Mur"], ["liste", "Liste"]].map(([vue, nom]) => {
      const un = bouton(nom, () => mur.voir(vue), { "data-vue": vue });
      return un;
    });
    const cherche = creer("input", { type: "search", name: "cherche", autocomplete: "off" });
    cherche.addEventListener("input", () => {
      mur.cherche = plie(cherche.value.trim());
      mur.rafraichir();
      const trouves = mur.notes().filter((une) => mur.trouve(une)).length;
      mur.dire(mur.cherche ? `${pluriel(trouves, "papier trouvé", "papiers trouvés")}.` : "Recherche effacée.");
    });
    const projeter = bouton("Projecteur", () => mur.projeter(!mur.racine.classList.contains("mur-projete")));
    mur.barre.append(
      creer("span", { class: "mur-vues", role: "group", "aria-label": "Vue" }, ...vues),
      champ("Chercher", cherche),
      bouton("Annuler", () => mur.annuler()), bouton("Rétablir", () => mur.retablir()), projeter,
    );
    const voir = mur.voir.bind(mur);
    mur.voir = (vue) => {
      for (const un of vues) un.setAttribute("aria-pressed", String(un.dataset.vue === vue));
      voir(vue);
    };
  }

  // --- The papers chosen ---------------------------------------------------------------------------------------------

  function groupesNommes() {
    return this.tableau ? this.etat.tous("groupe", { tableau: this.tableau }).map((un) => [un.id, un.champs.titre ?? "Groupe"]) : [];
  }

  function contenu(mur, choisies) {
    const titre = choisies.length > 1 ? `${choisies.length} papiers choisis` : "Papier choisi";
    const corps = choisies.length > 1 ? plusieurs(mur, choisies) : un(mur, choisies[0]);
    const ids = choisies.map((une) => une.id);
    return [
      creer("h2", { tabindex: "-1", "data-nom": "titre" }, titre), ...corps,
      creer("div", { class: "mur-boutons" },
        bouton("Mettre à la corbeille", () => mur.supprimer(ids), { "data-nom": "supprimer" }),
        bouton("Ne plus choisir", () => {
          mur.choisir("");
          mur.retourner(ids[0]);
        }, { "data-nom": "laisser" })),
    ];
  }

  function un(mur, note) {
    const { donnees } = mur;
    const { texte = "", zone, couleur = "", symbole = "", role = "", groupe = "" } = note.champs;
    const ecrit = creer("textarea", { rows: "3", "data-nom": "texte" });
    ecrit.value = texte;
    const change = (nom, element, faire) => {
      element.dataset.nom = nom;
      element.addEventListener("change", () => faire(element.value));
      return element;
    };
    const champs = (cle, dit) => (valeur) => mur.modifier(note.id, { [cle]: valeur || null }, dit);
    const zones = donnees.canevas.zones.map((une) => [une.cle, `${une.prefixe} · ${une.titre}`]);
    const couleurs = [["", "celle de la zone"], ...Object.keys(donnees.couleurs).map((nom) => [nom, nom])];
    const signes = [["", "celui de la zone"], ...Object.entries(donnees.nomsDesSignes)];
    const roles = [["", "non dit"], ...Object.entries(donnees.roles)];
    const groupes = [["", "aucun"], ...mur.groupesNommes()];
    return [
      champ("Texte", ecrit),
      creer("div", { class: "mur-ligne" },
        champ("Zone", change("zone", choix(zones, zone), (valeur) => mur.changerZone(note.id, valeur))),
        champ("Couleur", change("couleur", choix(couleurs, couleur ?? ""), champs("couleur", "Couleur changée."))),
        champ("Signe", change("signe", choix(signes, symbole ?? ""), champs("symbole", "Signe changé."))),
        champ("Qui parle", change("role", choix(roles, role ?? ""), champs("role", "Rôle changé."))),
        champ("Groupe", change("groupe", choix(groupes, groupe ?? ""), champs("groupe", "Groupe changé.")))),
      creer("div", { class: "mur-boutons" },
        bouton("Garder ce texte", () => corriger(mur, note, ecrit.value), { "data-nom": "garder" }),
        ...SENS.map(([nom, dx, dy]) => bouton(nom, () => mur.deplacer(note.id, dx * PAS, dy * PAS), { "data-nom": nom }))),
    ];
  }

  function corriger(mur, note, texte) {
    const ecrit = texte.trim();
    if (!ecrit) mur.dire("Un papier ne peut pas être vide. Pour l’enlever, mettez-le à la corbeille.", true);
    else mur.modifier(note.id, { texte: ecrit }, "Texte corrigé.");
  }

  function plusieurs(mur, choisies) {
    const ids = choisies.map((une) => une.id);
    const textes = [...new Set(choisies.map((une) => String(une.champs.texte ?? "")))];
    const titre = creer("input", { type: "text", maxlength: "80", "data-nom": "groupe" });
    const commun = creer("textarea", { rows: "3", "data-nom": "commun" });
    commun.value = textes.join(" / ");
    return [
      creer("ul", { class: "mur-extraits" }, ...textes.slice(0, 12).map((texte) => creer("li", {}, creer("bdi", {}, texte.slice(0, 160))))),
      creer("div", { class: "mur-ligne" }, champ("Nom du groupe", titre),
        bouton("Grouper", () => mur.grouper(ids, titre.value.trim() || "Sans nom"), { "data-nom": "grouper" })),
      creer("div", { class: "mur-ligne" }, champ("Texte commun", commun),
        bouton("Fusionner en un seul papier", () => mur.fusionner(ids, commun.value.trim() || textes[0]), { "data-nom": "fusionner" })),
    ];
  }

  // --- The list ------------------------------------------------------------------------------------------------------

  function dessinerListe(notes) {
    this.lignes ??= new Map();
    this.rubriques ??= new Map();
    for (const zone of this.donnees.canevas.zones) {
      const rubrique = this.rubriques.get(zone.cle) ?? batirRubrique(this, zone);
      const siennes = notes.filter((une) => une.champs.zone === zone.cle && this.trouve(une));
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
    const rubrique = creer("section", {}, creer("h2", {}, signe(mur.donnees.signes[zone.symbole], fort), compte),
      creer("p", { class: "mur-question" }, zone.question), liste);
    mur.liste.append(rubrique);
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
    const ligne = creer("li", { "data-note": id }, creer("label", {}, coche, creer("bdi", { class: "mur-texte", dir: "auto" })),
      creer("span", { class: "mur-details" }), bouton("Modifier", () => {
        mur.choisir(id);
        mur.ouvrirVolet();
      }));
    mur.lignes.set(id, ligne);
    return ligne;
  }

  function peindreLigne(mur, ligne, note) {
    const { texte = "", numero, groupe, role } = note.champs;
    const zone = mur.zones.get(note.champs.zone);
    const etat = mur.enCours.get(note.id);
    const points = mur.totaux.get(note.id);
    const details = [
      numero ? `${zone.prefixe}${numero}` : "", mur.donnees.roles[role] ?? "",
      groupe ? `groupe «\u00a0${mur.etat.choses.get(groupe)?.champs.titre ?? ""}\u00a0»` : "", points ? pluriel(points, "point") : "",
      etat === undefined ? "" : etat === "en cours" ? "en cours" : "non enregistré",
    ].filter(Boolean).join(" · ");
    const signature = JSON.stringify([texte, details, mur.choisis.has(note.id)]);
    if (ligne.dataset.signature === signature) return;
    ligne.dataset.signature = signature;
    ligne.querySelector("input").checked = mur.choisis.has(note.id);
    ligne.querySelector(".mur-texte").textContent = texte;
    ligne.querySelector(".mur-details").textContent = details;
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
    mur.corbeille.replaceChildren(
      creer("summary", {}, `Corbeille\u00a0: ${pluriel(jetes.length, "papier")}`),
      creer("ul", {}, ...jetes.map((une) => creer("li", {}, creer("bdi", {}, String(une.champs.texte ?? "").slice(0, 300)), " ",
        bouton("Restaurer", () => mur.restaurer(une.id), { "aria-label": `Restaurer\u00a0: ${String(une.champs.texte ?? "").slice(0, 80)}` })))),
    );
  }

  function ouvrirVolet() {
    (this.volet.querySelector("textarea") ?? this.volet.querySelector("h2"))?.focus();
  }

  function retourner(id) {
    const la = this.racine.querySelector(`[data-note="${id}"]`);
    (la?.querySelector("button") ?? la)?.focus();
  }

  Object.assign(Mur.prototype, { dessinerListe, groupesNommes, ouvrirVolet, retourner });
  Mur.prototype.dessinerVolet = function dessinerVolet(notes) {
    const choisies = notes.filter((une) => this.choisis.has(une.id));
    const signature = JSON.stringify([choisies.map((une) => [une.id, une.champs]), this.groupesNommes()]);
    if (this.volet.dataset.signature === signature) return;
    const nom = this.volet.contains(document.activeElement) ? document.activeElement.dataset.nom : "";
    this.volet.dataset.signature = signature;
    this.volet.hidden = !choisies.length;
    this.volet.replaceChildren(...(choisies.length ? contenu(this, choisies) : []));
    if (nom) this.volet.querySelector(`[data-nom="${CSS.escape(nom)}"]`)?.focus();
  };
  parties.push(barre);
})();
