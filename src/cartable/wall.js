// The board of a workshop: notes on a canvas, the same in a notebook and in a page opened from a disk.
// Whatever participants wrote goes through textContent: nothing of it is ever read as HTML.
(() => {
  const espace = (globalThis.Cartable ??= {});
  if (espace.mur) return;
  const { Etat, evenement, hexa } = espace.etat;
  const LONG = 20000;
  const ETROIT = 700;
  const { creer, bouton, champ, choix, signe, plie, pluriel, isole, borner, arrondi, attendre, corps } = espace.outils;

  const posee = ({ champs: { x, y } }) => Number.isFinite(x) && Number.isFinite(y);

  class Mur {
    constructor(racine, donnees, magasin) {
      this.racine = racine;
      this.donnees = donnees;
      this.magasin = magasin;
      this.zones = new Map(donnees.canevas.zones.map((une) => [une.cle, une]));
      this.poste = hexa(4);
      this.evenements = new Map();
      this.attente = new Map(); // id of an event → « en cours » or the reason of the refusal
      this.gestes = [];
      this.defaits = [];
      this.choisis = new Set();
      this.cherche = "";
      this.papiers = new Map();
      this.places = new Map();
      this.id = hexa(4);
      this.fin = new AbortController();
    }

    demarrer() {
      this.#batir();
      for (const partie of espace.mur.parties) partie(this);
      this.voir((this.racine.clientWidth || innerWidth) < ETROIT ? "liste" : "mur"); // not shown yet: 0
      this.recevoir(this.donnees.evenements ?? []);
      this.magasin.ouvrir((venus) => this.recevoir(venus), (restes) => this.#reprendre(restes), (id) => this.#tenu(id));
      if (this.magasin.avertissement) this.dire(this.magasin.avertissement, true);
    }

    fermer() {
      this.poserMain();
      this.fin.abort();
      this.magasin.fermer?.();
    }

    /** Listen outside the board, as long as it lives. */
    ecouter(cible, nom, faire) {
      cible.addEventListener(nom, faire, { signal: this.fin.signal });
    }

    // --- State -----------------------------------------------------------------------------------------------------

    recevoir(venus) {
      const neufs = venus.filter((un) => !this.evenements.has(un.id));
      for (const un of neufs) this.evenements.set(un.id, un);
      if (neufs.length || !this.etat) this.rafraichir();
      return neufs.length;
    }

    get tableau() {
      const connus = this.etat?.tous("tableau") ?? [];
      const sien = connus.find((un) => un.champs.canevas === this.donnees.canevas.slug)?.id;
      return this.donnees.tableau ?? this.courant ?? sien ?? null;
    }

    /** The board is only written with its first note: an opened page leaves nothing. */
    #ouvert() {
      const connu = this.tableau;
      if (connu && this.etat.choses.has(connu)) return [connu, []];
      this.courant = connu ?? hexa(16);
      return [this.courant, [this.ouverture(this.courant, this.donnees.canevas.titre)]];
    }

    ouverture(id, titre) {
      return ["tableau", id, { canevas: this.donnees.canevas.slug, seance: null, table: null, titre }];
    }

    notes() {
      return this.tableau ? this.etat.notes(this.tableau).filter((une) => this.zones.has(une.champs.zone)) : [];
    }

    note(id) {
      return this.etat.choses.get(id);
    }

    /** Write one gesture: events that are undone together; those that come first stay whatever is undone. */
    ecrire(lignes, dit, avant = []) {
      this.poserMain();
      const faits = this.#faire([...avant, ...lignes]);
      if (lignes.length) this.gestes.push({ ids: faits.slice(avant.length).map((un) => un.id), dit });
      this.defaits = [];
      this.#poser(faits);
      this.dire(dit);
      return faits;
    }

    #faire(lignes) {
      const { horloge } = this.etat;
      return lignes.map(([genre, objet, champs], rang) => evenement(genre, objet, champs, horloge + rang + 1, this.poste));
    }

    #poser(faits) {
      for (const un of faits) {
        this.evenements.set(un.id, un);
        this.attente.set(un.id, "en cours");
      }
      this.rafraichir();
      for (const un of faits) this.#garder(un);
    }

    /** What was typed here before and never got an answer. */
    #reprendre(restes) {
      const perdus = restes.filter((un) => !this.evenements.has(un.id));
      for (const un of restes) if (this.evenements.has(un.id)) this.#garder(un);
      if (!perdus.length) return;
      this.#poser(perdus);
      this.dire(`${pluriel(perdus.length, "geste repris", "gestes repris")}, pas encore enregistrés la dernière fois.`);
    }

    async #garder(un) {
      try {
        await this.magasin.ecrire(un);
        this.#tenu(un.id);
      } catch (erreur) {
        this.attente.set(un.id, erreur.message);
        this.dire(`Pas encore enregistré\u00a0: ${erreur.message}. Rien n’est perdu tant que cette page est ouverte.`, true);
        this.montrerAttente();
      }
    }

    #tenu(id) {
      if (this.attente.delete(id)) this.montrerAttente();
    }

    reessayer() {
      const restes = [...this.attente].filter(([, raison]) => raison !== "en cours").map(([id]) => id);
      for (const id of restes) {
        this.attente.set(id, "en cours");
        this.#garder(this.evenements.get(id));
      }
      this.montrerAttente();
    }

    annuler() {
      this.poserMain();
      const geste = this.gestes.pop();
      if (!geste) return this.dire("Rien à annuler.");
      this.defaits.push({ ...geste, ids: this.#contre(geste.ids) });
      return this.dire(`Annulé\u00a0: ${geste.dit}`);
    }

    retablir() {
      this.poserMain();
      const geste = this.defaits.pop();
      if (!geste) return this.dire("Rien à rétablir.");
      this.gestes.push({ ...geste, ids: this.#contre(geste.ids) });
      return this.dire(`Rétabli\u00a0: ${geste.dit}`);
    }

    /** Undo events, the last first; return the identifiers of the undoings: undoing them puts all back. */
    #contre(ids) {
      const faits = this.#faire([...ids].reverse().map((id) => ["annulation", null, { evenement: id }]));
      this.#poser(faits);
      return faits.map((un) => un.id);
    }

    // --- Gestures on notes -----------------------------------------------------------------------------------------

    /** « V3 le texte » goes in cell 3 of the zone V; without a prefix, in the zone chosen; « V » alone chooses it. */
    ajouter(saisie) {
      const { zone: dite, numero, texte } = espace.ligne.lire(saisie, this.donnees.canevas.zones, this.donnees.doutes);
      const zone = dite ?? this.zones.get(this.champZone.value);
      this.champZone.value = zone.cle;
      if (!texte && dite && !numero) return this.dire(`Zone «\u00a0${zone.titre}\u00a0». Écrivez le papier.`) ?? true;
      if (!texte) return this.dire("Écrivez d’abord le papier.", true);
      if (!this.court(texte)) return false;
      const [tableau, ouverture] = this.#ouvert();
      const champs = { tableau, zone: zone.cle, texte, numero, ...this.#place(zone, numero) };
      if (this.donnees.table) champs.table = this.donnees.table;
      if (this.champRole.value) champs.role = this.champRole.value;
      this.ecrire([["note", null, champs]], `Papier ajouté dans «\u00a0${zone.titre}\u00a0».`, ouverture);
      return true;
    }

    /** Tell whether a text holds in a note; say it when it does not. */
    court(texte) {
      if (texte.length <= LONG) return true;
      const [dit, most] = [texte.length, LONG].map((n) => n.toLocaleString("fr-FR"));
      this.dire(`Ce papier est trop long\u00a0: ${dit} caractères, ${most} au plus. Coupez-le en plusieurs.`, true);
      return false;
    }

    /** The cell of its number, else the first place that is free, else over the others. */
    #place(zone, numero) {
      const prises = this.notes().filter((une) => une.champs.zone === zone.cle).map((une) => this.position(une));
      const [x, y] = zone.cases[numero - 1] ?? this.#libre(zone, prises) ?? this.#dessus(zone, prises.length);
      return { x: arrondi(x), y: arrondi(y) };
    }

    #libre(zone, prises) {
      const [large, haut] = zone.papier;
      const libre = ([x, y]) => prises.every(([a, b]) => Math.abs(a - x) > large / 2 || Math.abs(b - y) > haut / 2);
      const trouvee = zone.cases.find(libre);
      if (trouvee) return trouvee;
      for (let y = zone.tete; y <= 1 - haut; y += haut * 1.05) {
        for (let x = 0; x <= 1 - large; x += large * 1.05) if (libre([x, y])) return [x, y];
      }
      return null;
    }

    #dessus(zone, rang) {
      const [large, haut] = zone.papier;
      const bas = Math.max(0, 1 - haut);
      return [(rang * large * 0.3) % (1 - large || 1), borner(zone.tete + ((rang * haut * 0.17) % 1), 0, bas)];
    }

    /** Find a place for the notes that were put nowhere (those of a list), a cell each; once found, they stay there. */
    #ranger(notes) {
      const ou = ({ champs: { zone, numero } }) => `${zone} ${numero ?? ""}`;
      const perdus = notes.filter((une) => !posee(une) && this.places.get(une.id)?.ou !== ou(une));
      if (!perdus.length) return;
      for (const note of perdus) this.places.delete(note.id);
      const prises = new Map([...this.zones.keys()].map((cle) => [cle, []]));
      for (const note of notes) if (posee(note) || this.places.has(note.id)) prises.get(note.champs.zone).push(this.position(note));
      const pleines = new Set();
      const numerote = (note) => this.zones.get(note.champs.zone).cases[note.champs.numero - 1];
      for (const note of [...perdus.filter(numerote), ...perdus.filter((une) => !numerote(une))]) {
        const zone = this.zones.get(note.champs.zone);
        const siennes = prises.get(zone.cle);
        const libre = numerote(note) ?? (pleines.has(zone) ? null : this.#libre(zone, siennes));
        if (!libre) pleines.add(zone);
        const place = libre ?? this.#dessus(zone, siennes.length);
        siennes.push(place);
        this.places.set(note.id, { ou: ou(note), place });
      }
    }

    /** Where a note is in its zone, as shares of it; what the hand holds is where the hand is. */
    position(note) {
      const zone = this.zones.get(note.champs.zone);
      const tenue = this.enMain?.id === note.id;
      if (!tenue && !posee(note)) return this.places.get(note.id)?.place ?? [0, zone.tete];
      const { x, y } = tenue ? this.enMain : note.champs;
      return [borner(x, 0, 1 - zone.papier[0]), borner(y, 0, 1 - zone.papier[1])];
    }

    modifier(id, champs, dit) {
      this.ecrire([["note", id, champs]], dit);
    }

    changerZone(id, cle) {
      const zone = this.zones.get(cle);
      const champs = { zone: cle, numero: null, ...this.#place(zone, null) };
      this.modifier(id, champs, `Papier mis dans «\u00a0${zone.titre}\u00a0».`);
    }

    supprimer(ids) {
      const lignes = ids.map((id) => ["note", id, { supprime: true }]);
      this.choisis.clear();
      this.ecrire(lignes, `${pluriel(ids.length, "papier mis à la corbeille", "papiers mis à la corbeille")}.`);
    }

    restaurer(id) {
      this.ecrire([["note", id, { supprime: false, fusionnee_dans: null }]], "Papier restauré.");
    }

    /** A group that has this title already takes them in. */
    grouper(ids, titre) {
      const meme = this.etat.tous("groupe", { tableau: this.tableau }).find((un) => plie(String(un.champs.titre)) === plie(titre));
      const groupe = meme?.id ?? hexa(16);
      const creation = meme ? [] : [["groupe", groupe, { tableau: this.tableau, titre }]];
      const lignes = [...creation, ...ids.map((id) => ["note", id, { groupe }])];
      this.ecrire(lignes, `${pluriel(ids.length, "papier")} dans le groupe «\u00a0${isole(titre)}\u00a0».`);
    }

    fusionner(ids, texte) {
      if (!this.court(texte)) return;
      const { tableau, zone, x, y, couleur, symbole, table, role, groupe } = this.note(ids[0]).champs;
      const neuve = hexa(16);
      const champs = { tableau, zone, x, y, couleur, symbole, table, role, groupe, numero: null, texte };
      const gardes = Object.fromEntries(Object.entries(champs).filter(([, valeur]) => valeur !== undefined));
      const lignes = [["note", neuve, gardes], ...ids.map((id) => ["note", id, { fusionnee_dans: neuve }])];
      this.ecrire(lignes, `${pluriel(ids.length, "papier fusionné", "papiers fusionnés")} en un seul.`);
      this.choisir(neuve);
    }

    choisir(id, garder = false) {
      if (!garder) this.choisis.clear();
      if (this.choisis.has(id)) this.choisis.delete(id);
      else if (id) this.choisis.add(id);
      this.rafraichir();
    }

    // --- What is shown ---------------------------------------------------------------------------------------------

    #batir() {
      const titre = this.donnees.canevas.titre;
      this.racine.classList.add("cartable-mur");
      this.racine.dataset.lmSuppressShortcuts = "true"; // JupyterLab keeps Enter, the arrows and Delete for itself
      this.annonce = creer("p", { class: "mur-annonce", role: "status" });
      this.alerte = creer("p", { class: "mur-alerte", role: "alert" });
      this.suivi = creer("span", { class: "mur-suivi" });
      this.essais = bouton("Réessayer", () => this.reessayer(), { hidden: true });
      this.barre = creer("div", { class: "mur-barre", role: "group", "aria-label": "Commandes du tableau" });
      this.saisie = this.#formulaire();
      // Focusable, so that the keyboard can scroll it on a narrow screen.
      this.plan = creer("div", { class: "mur-plan", role: "group", tabindex: "0", "aria-label": `Mur\u00a0: ${titre}` });
      this.feuille = creer("div", { class: "mur-feuille" });
      this.#fond();
      this.plan.append(this.feuille);
      this.liste = creer("div", { class: "mur-liste" });
      this.volet = creer("div", { class: "mur-volet", hidden: true });
      this.corps = creer("div", { class: "mur-corps" }, this.plan, this.liste, this.volet);
      const pied = creer("div", { class: "mur-pied" }, this.suivi, this.essais);
      this.racine.append(this.barre, this.saisie, this.annonce, this.alerte, this.corps, pied);
    }

    #fond() {
      const lu = new DOMParser().parseFromString(this.donnees.fond, "image/svg+xml");
      const svg = document.importNode(lu.documentElement, true);
      for (const attribut of ["role", "aria-labelledby", "width", "height"]) svg.removeAttribute(attribut);
      svg.setAttribute("aria-hidden", "true");
      svg.classList.add("mur-fond");
      this.feuille.style.aspectRatio = String(this.donnees.proportion);
      this.feuille.style.setProperty("--papier", `${this.donnees.cote * 100}cqw`);
      this.feuille.replaceChildren(svg);
    }

    #formulaire() {
      this.champTexte = creer("input", { type: "text", autocomplete: "off", name: "papier" });
      this.champZone = choix(this.nomsDesZones(), this.donnees.canevas.zones[0].cle, { name: "zone" });
      this.champRole = choix([["", "non dit"], ...Object.entries(this.donnees.roles)], "", { name: "role" });
      const envoyer = (envoi) => {
        envoi.preventDefault();
        if (this.ajouter(this.champTexte.value)) this.champTexte.value = "";
        this.champTexte.focus();
      };
      // JupyterLab keeps the « Enter » that sends a form: it is sent by hand.
      this.champTexte.addEventListener("keydown", (touche) => {
        if (touche.key === "Enter" && !touche.isComposing) envoyer(touche);
      });
      return creer("form", { class: "mur-saisie", onsubmit: envoyer }, champ("Nouveau papier", this.champTexte),
        champ("Zone", this.champZone), champ("Qui parle", this.champRole),
        creer("button", { type: "submit", class: "mur-principal" }, "Ajouter"));
    }

    nomsDesZones() {
      return this.donnees.canevas.zones.map((une) => [une.cle, `${une.prefixe} · ${une.titre}`]);
    }

    voir(vue) {
      this.poserMain();
      this.vue = vue;
      this.racine.dataset.vue = vue;
      this.plan.hidden = vue !== "mur";
      this.liste.hidden = vue !== "liste";
      if (this.etat) this.rafraichir();
    }

    /** Say what was just done; the same words said twice are two pieces of news. */
    dire(texte, fort = false) {
      const [ici, ailleurs] = fort ? [this.alerte, this.annonce] : [this.annonce, this.alerte];
      ailleurs.textContent = "";
      ici.textContent = ici.textContent === texte ? `${texte}\u00a0` : texte;
    }

    trouve(note) {
      return !this.cherche || plie(String(note.champs.texte ?? "")).includes(this.cherche);
    }

    rafraichir() {
      this.etat = new Etat([...this.evenements.values()]);
      const notes = this.notes();
      this.choisis = new Set([...this.choisis].filter((id) => notes.some((une) => une.id === id)));
      this.totaux = this.points();
      this.#ranger(notes);
      const repere = this.repere();
      if (this.vue === "mur") this.#dessiner(notes);
      this.dessinerVolet(notes);
      this.montrerAttente();
      if (this.vue === "liste") this.dessinerListe(notes);
      this.revenir(repere);
    }

    #objetsEnCours() {
      const trouves = new Map();
      for (const [id, raison] of this.attente) {
        const objet = this.evenements.get(id)?.objet;
        if (raison !== "en cours" || !trouves.has(objet)) trouves.set(objet, raison);
      }
      return trouves;
    }

    montrerAttente() {
      this.enCours = this.#objetsEnCours();
      for (const [id, element] of this.papiers) this.#marquer(element, attendre(this.enCours.get(id)));
      this.#montrerListe();
      const refus = [...this.attente.values()].filter((raison) => raison !== "en cours").length;
      this.essais.hidden = !refus;
      this.suivi.textContent = refus
        ? `${pluriel(refus, "geste")} pas encore enregistré${refus > 1 ? "s" : ""}.`
        : this.attente.size ? "Enregistrement en cours…" : `Tout est enregistré${this.magasin.ou ?? ""}.`;
      this.apresAttente?.();
    }

    /** The words « en cours » of the list: once for all the answers that come together. */
    #montrerListe() {
      if (this.vue !== "liste" || this.aMontrer) return;
      this.aMontrer = true;
      requestAnimationFrame(() => {
        this.aMontrer = false;
        if (this.vue === "liste") this.dessinerListe(this.notes());
      });
    }

    #marquer(element, mot) {
      if (element.dataset.etat === mot) return;
      element.dataset.etat = mot;
      element.querySelector(".mur-etat").textContent = mot;
    }

    #dessiner(notes) {
      const vus = new Set();
      for (const note of notes) {
        vus.add(note.id);
        let element = this.papiers.get(note.id);
        if (!element) {
          element = this.#papier(note.id);
          this.papiers.set(note.id, element);
          this.feuille.append(element);
        }
        this.#peindre(element, note);
      }
      for (const [id, element] of this.papiers) {
        if (vus.has(id)) continue;
        element.remove();
        this.papiers.delete(id);
      }
    }

    #papier(id) {
      const bas = creer("span", { class: "mur-bas" }, creer("span", { class: "mur-numero" }), creer("bdi", { class: "mur-groupe" }),
        creer("span", { class: "mur-suite" }), creer("span", { class: "mur-etat" }), creer("span", { class: "mur-points" }));
      const element = creer("div", { class: "mur-papier", tabindex: "0", role: "button", "data-note": id },
        creer("bdi", { class: "mur-texte", dir: "auto" }), creer("span", { class: "mur-hors" }), bas);
      this.manier(element, id);
      return element;
    }

    #peindre(element, note) {
      const { zone: cle, numero, couleur, symbole, groupe } = note.champs;
      const texte = String(note.champs.texte ?? "");
      const zone = this.zones.get(cle);
      const [x, y] = this.position(note);
      const points = this.totaux.get(note.id) ?? 0;
      const nomme = String((groupe && this.etat.choses.get(groupe)?.champs.titre) || "");
      const choisi = this.choisis.has(note.id);
      const signature = JSON.stringify([texte, cle, numero, couleur, symbole, nomme, x, y, points, choisi, this.cherche]);
      if (element.dataset.signature === signature) return;
      element.dataset.signature = signature;
      const [fort, teinte] = this.donnees.couleurs[couleur || zone.couleur] ?? this.donnees.couleurs.gris;
      const [gauche, haut, large, hauteur] = zone.boite;
      const [taille, coupe] = corps(texte);
      element.style.left = `${(gauche + x * large) * 100}%`;
      element.style.top = `${(haut + y * hauteur) * 100}%`;
      element.style.setProperty("--fort", fort);
      element.style.setProperty("--teinte", teinte);
      element.style.setProperty("--corps", taille);
      element.classList.toggle("mur-choisi", choisi);
      element.classList.toggle("mur-efface", !this.trouve(note));
      element.classList.toggle("mur-trouve", Boolean(this.cherche) && this.trouve(note));
      element.setAttribute("aria-pressed", String(choisi));
      this.#ecrireSur(element, {
        texte, hors: `, zone ${zone.titre}.`, numero: numero ? `${zone.prefixe}${numero}` : "", groupe: nomme,
        suite: coupe ? "…" : "", points: points ? pluriel(points, "point") : "",
      });
      element.querySelector(".mur-signe")?.remove();
      element.querySelector(".mur-bas").prepend(signe(this.donnees.signes[symbole || zone.symbole] ?? "", fort));
    }

    #ecrireSur(element, mots) {
      for (const [partie, mot] of Object.entries(mots)) element.querySelector(`.mur-${partie}`).textContent = mot;
    }
  }

  espace.mur = { Mur, parties: [] };
})();
