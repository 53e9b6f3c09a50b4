// The board of a workshop: notes on a canvas, the same in a notebook and in a page opened from a disk.
// Whatever participants wrote goes through textContent: nothing of it is ever read as HTML.
(() => {
  const espace = (globalThis.Cartable ??= {});
  if (espace.mur) return;
  const { Etat, evenement, hexa } = espace.etat;
  const PAS = 0.02;
  const GRAND_PAS = 0.1;
  const LONG = 20000;
  const ETROIT = 700;
  const FLECHES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const TAILLES = [[28, 0.13], [60, 0.108], [110, 0.088], [Infinity, 0.072]];
  const borner = (valeur, bas, haut) => Math.min(Math.max(valeur, bas), Math.max(bas, haut));
  const arrondi = (valeur) => Math.round(valeur * 10000) / 10000;
  const plie = (texte) => texte.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const pluriel = (n, un, plusieurs) => `${n}\u00a0${n > 1 ? plusieurs ?? `${un}s` : un}`;

  /** Make an element: attributes, listeners (« onclick »), children; texts stay texts. */
  function creer(nom, attributs = {}, ...enfants) {
    const element = document.createElement(nom);
    for (const [cle, valeur] of Object.entries(attributs)) {
      if (cle.startsWith("on")) element.addEventListener(cle.slice(2), valeur);
      else if (valeur !== false && valeur !== null) element.setAttribute(cle, valeur === true ? "" : valeur);
    }
    element.append(...enfants);
    return element;
  }

  /** Draw a sign; it says nothing aloud: the words beside it do. */
  function signe(trace, couleur) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const forme = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "-1.2 -1.2 2.4 2.4");
    svg.setAttribute("aria-hidden", "true");
    svg.classList.add("mur-signe");
    forme.setAttribute("d", trace);
    forme.setAttribute("fill", couleur);
    forme.setAttribute("fill-rule", "evenodd");
    svg.append(forme);
    return svg;
  }

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
      this.id = hexa(4);
      this.exporte = true;
    }

    demarrer() {
      this.#batir();
      for (const partie of espace.mur.parties) partie(this);
      this.voir((this.racine.clientWidth || innerWidth) < ETROIT ? "liste" : "mur"); // not shown yet: 0
      this.recevoir(this.donnees.evenements ?? []);
      this.magasin.ouvrir((venus) => this.recevoir(venus));
      if (this.magasin.avertissement) this.dire(this.magasin.avertissement, true);
    }

    // --- State -----------------------------------------------------------------------------------------------------

    recevoir(venus) {
      const neufs = venus.filter((un) => !this.evenements.has(un.id));
      for (const un of neufs) this.evenements.set(un.id, un);
      if (neufs.length || !this.etat) this.rafraichir();
      return neufs.length;
    }

    get tableau() {
      const demande = this.donnees.tableau ?? this.courant;
      const connus = this.etat?.tous("tableau") ?? [];
      return demande ?? connus.find((un) => un.champs.canevas === this.donnees.canevas.slug)?.id ?? null;
    }

    /** The board is only written with its first note: an opened page leaves nothing. */
    #ouvert() {
      const connu = this.tableau;
      if (connu && this.etat.choses.has(connu)) return [connu, []];
      this.courant = connu ?? hexa(16);
      const { slug, titre } = this.donnees.canevas;
      return [this.courant, [["tableau", this.courant, { canevas: slug, seance: null, table: null, titre }]]];
    }

    notes() {
      return this.tableau ? this.etat.notes(this.tableau) : [];
    }

    note(id) {
      return this.etat.choses.get(id);
    }

    /** Write one gesture: one or several events that are undone together. */
    ecrire(lignes, dit) {
      let horloge = this.etat.horloge;
      const faits = lignes.map(([genre, objet, champs]) => {
        horloge += 1;
        return evenement(genre, objet, champs, horloge, this.poste);
      });
      this.gestes.push({ ids: faits.map((un) => un.id), dit });
      this.defaits = [];
      this.#poser(faits);
      this.dire(dit);
      return faits;
    }

    #poser(faits) {
      for (const un of faits) {
        this.evenements.set(un.id, un);
        this.attente.set(un.id, "en cours");
      }
      this.exporte = false;
      this.rafraichir();
      for (const un of faits) this.#garder(un);
    }

    async #garder(un) {
      try {
        await this.magasin.ecrire(un);
        this.attente.delete(un.id);
      } catch (erreur) {
        this.attente.set(un.id, erreur.message);
        this.dire(`Pas encore enregistré\u00a0: ${erreur.message}. Rien n’est perdu tant que cette page est ouverte.`, true);
      }
      this.#montrerAttente();
    }

    reessayer() {
      const restes = [...this.attente].filter(([, raison]) => raison !== "en cours").map(([id]) => id);
      for (const id of restes) {
        this.attente.set(id, "en cours");
        this.#garder(this.evenements.get(id));
      }
      this.#montrerAttente();
    }

    annuler() {
      const geste = this.gestes.pop();
      if (!geste) return this.dire("Rien à annuler.");
      const ids = this.#contre(geste.ids);
      this.defaits.push({ ...geste, ids });
      this.dire(`Annulé\u00a0: ${geste.dit}`);
    }

    retablir() {
      const geste = this.defaits.pop();
      if (!geste) return this.dire("Rien à rétablir.");
      const ids = this.#contre(geste.ids);
      this.gestes.push({ ...geste, ids });
      this.dire(`Rétabli\u00a0: ${geste.dit}`);
    }

    /** Undo events, the last first; return the identifiers of the undoings: undoing them puts all back. */
    #contre(ids) {
      let horloge = this.etat.horloge;
      const faits = [...ids].reverse().map((id) => {
        horloge += 1;
        return evenement("annulation", null, { evenement: id }, horloge, this.poste);
      });
      this.#poser(faits);
      return faits.map((un) => un.id);
    }

    // --- Gestures on notes -----------------------------------------------------------------------------------------

    /** « V3 le texte » goes in cell 3 of the zone V; without a prefix, in the zone chosen. */
    ajouter(saisie) {
      const texte = saisie.trim();
      if (!texte) return this.dire("Écrivez d’abord le papier.", true);
      if (texte.length > LONG) return this.dire(`Ce papier est trop long\u00a0: ${LONG} caractères au plus.`, true);
      const dite = /^([A-Za-z]{1,3})\s?(?:(\d{1,3})\s*[:).]?|\s*:)\s+(\S[^]*)$/.exec(texte);
      const parPrefixe = dite && this.donnees.canevas.zones.find((une) => une.prefixe === dite[1].toUpperCase());
      const zone = parPrefixe || this.zones.get(this.champZone.value);
      const numero = parPrefixe && dite[2] ? Number(dite[2]) : null;
      const [tableau, ouverture] = this.#ouvert();
      const champs = { tableau, zone: zone.cle, texte: parPrefixe ? dite[3] : texte, numero, ...this.#place(zone, numero) };
      if (this.donnees.table) champs.table = this.donnees.table;
      if (this.champRole.value) champs.role = this.champRole.value;
      this.champZone.value = zone.cle;
      this.ecrire([...ouverture, ["note", null, champs]], `Papier ajouté dans «\u00a0${zone.titre}\u00a0».`);
      return true;
    }

    /** The cell of its number, else the first that is free, else a little further than the last note. */
    #place(zone, numero) {
      const prises = this.notes().filter((une) => une.champs.zone === zone.cle).map((une) => this.position(une));
      const libre = ([x, y]) => prises.every(([a, b]) => Math.abs(a - x) > zone.papier[0] / 2 || Math.abs(b - y) > zone.papier[1] / 2);
      const voulue = numero && zone.cases[numero - 1];
      const [x, y] = voulue ?? zone.cases.find(libre) ?? this.#apres(zone, prises.length, libre);
      return { x: arrondi(x), y: arrondi(y) };
    }

    #apres(zone, rang, libre) {
      const [large, haut] = zone.papier;
      const [droite, bas] = [Math.max(0, 1 - large), Math.max(0, 1 - haut)];
      for (let y = zone.tete; y <= bas; y += haut * 1.05) {
        for (let x = 0; x <= droite; x += large * 1.05) if (libre([x, y])) return [x, y];
      }
      return [(rang * large * 0.3) % (droite || 1), borner(zone.tete + ((rang * haut * 0.17) % 1), 0, bas)];
    }

    /** Where a note is in its zone, as shares of it. */
    position(note) {
      const zone = this.zones.get(note.champs.zone);
      const { x, y, numero } = note.champs;
      if (Number.isFinite(x) && Number.isFinite(y)) {
        return [borner(x, 0, 1 - zone.papier[0]), borner(y, 0, 1 - zone.papier[1])];
      }
      return zone.cases[(numero ?? 1) - 1] ?? [0, zone.tete];
    }

    modifier(id, champs, dit) {
      this.ecrire([["note", id, champs]], dit);
    }

    deplacer(id, dx, dy) {
      const note = this.note(id);
      const zone = this.zones.get(note.champs.zone);
      const [x, y] = this.position(note);
      const champs = {
        x: arrondi(borner(x + dx, 0, 1 - zone.papier[0])),
        y: arrondi(borner(y + dy, 0, 1 - zone.papier[1])),
      };
      this.modifier(id, champs, "Papier déplacé.");
    }

    changerZone(id, cle) {
      const zone = this.zones.get(cle);
      this.modifier(id, { zone: cle, numero: null, ...this.#place(zone, null) }, `Papier mis dans «\u00a0${zone.titre}\u00a0».`);
    }

    supprimer(ids) {
      const lignes = ids.map((id) => ["note", id, { supprime: true }]);
      this.choisis.clear();
      this.ecrire(lignes, `${pluriel(ids.length, "papier mis à la corbeille", "papiers mis à la corbeille")}.`);
    }

    restaurer(id) {
      this.ecrire([["note", id, { supprime: false, fusionnee_dans: null }]], "Papier restauré.");
    }

    grouper(ids, titre) {
      const groupe = hexa(16);
      const lignes = [["groupe", groupe, { tableau: this.tableau, titre }], ...ids.map((id) => ["note", id, { groupe }])];
      this.ecrire(lignes, `${pluriel(ids.length, "papier")} dans le groupe «\u00a0${titre}\u00a0».`);
    }

    fusionner(ids, texte) {
      const premiere = this.note(ids[0]);
      const { tableau, zone, x, y, couleur, symbole, table, role, groupe } = premiere.champs;
      const neuve = hexa(16);
      const champs = { tableau, zone, x, y, couleur, symbole, table, role, groupe, numero: null, texte };
      const gardes = Object.fromEntries(Object.entries(champs).filter(([, valeur]) => valeur !== undefined));
      const lignes = [["note", neuve, gardes], ...ids.map((id) => ["note", id, { fusionnee_dans: neuve }])];
      this.choisis = new Set([neuve]);
      this.ecrire(lignes, `${pluriel(ids.length, "papier fusionné", "papiers fusionnés")} en un seul.`);
    }

    choisir(id, garder = false) {
      if (!garder) this.choisis.clear();
      if (this.choisis.has(id)) this.choisis.delete(id);
      else if (id) this.choisis.add(id);
      this.rafraichir();
    }

    // --- What is shown ---------------------------------------------------------------------------------------------

    #batir() {
      this.racine.classList.add("cartable-mur");
      this.racine.dataset.lmSuppressShortcuts = "true"; // JupyterLab keeps Enter, the arrows and Delete for itself
      this.annonce = creer("p", { class: "mur-annonce", role: "status" });
      this.alerte = creer("p", { class: "mur-alerte", role: "alert" });
      this.suivi = creer("span", { class: "mur-suivi" });
      this.essais = creer("button", { type: "button", hidden: true, onclick: () => this.reessayer() }, "Réessayer");
      this.barre = creer("div", { class: "mur-barre", role: "group", "aria-label": "Commandes du tableau" });
      this.saisie = this.#formulaire();
      this.plan = creer("div", { class: "mur-plan", role: "group", "aria-label": `Mur\u00a0: ${this.donnees.canevas.titre}` });
      this.feuille = creer("div", { class: "mur-feuille" });
      this.fond();
      this.plan.append(this.feuille);
      this.liste = creer("div", { class: "mur-liste" });
      this.volet = creer("div", { class: "mur-volet" });
      const pied = creer("div", { class: "mur-pied" }, this.suivi, this.essais);
      this.racine.append(this.barre, this.saisie, this.annonce, this.alerte, this.volet, this.plan, this.liste, pied);
      this.racine.addEventListener("keydown", (touche) => this.#raccourci(touche));
      // The button that was pressed is hidden then: the focus is no longer in the board.
      document.addEventListener("keydown", (touche) => {
        if (touche.key === "Escape" && this.racine.classList.contains("mur-projete")) this.projeter(false);
      });
      document.addEventListener("fullscreenchange", () => {
        if (!document.fullscreenElement && this.racine.classList.contains("mur-projete")) this.projeter(false);
      });
    }

    fond() {
      const lu = new DOMParser().parseFromString(this.donnees.fond, "image/svg+xml");
      const svg = document.importNode(lu.documentElement, true);
      for (const attribut of ["role", "aria-labelledby", "width", "height"]) svg.removeAttribute(attribut);
      svg.setAttribute("aria-hidden", "true");
      svg.classList.add("mur-fond");
      this.feuille.style.aspectRatio = String(this.donnees.proportion);
      this.feuille.style.setProperty("--ratio", this.donnees.proportion);
      this.feuille.style.setProperty("--papier", `${this.donnees.cote * 100}cqw`);
      this.feuille.replaceChildren(svg);
    }

    #formulaire() {
      const nomme = (texte, champ) => creer("label", { class: "mur-champ" }, creer("span", {}, texte), champ);
      this.champTexte = creer("input", { type: "text", autocomplete: "off", maxlength: LONG, name: "papier" });
      this.champZone = creer("select", { name: "zone" },
        ...this.donnees.canevas.zones.map((une) => creer("option", { value: une.cle }, `${une.prefixe} · ${une.titre}`)));
      this.champRole = creer("select", { name: "role" }, creer("option", { value: "" }, "non dit"),
        ...Object.entries(this.donnees.roles).map(([cle, nom]) => creer("option", { value: cle }, nom)));
      const envoyer = (envoi) => {
        envoi.preventDefault();
        if (this.ajouter(this.champTexte.value)) this.champTexte.value = "";
        this.champTexte.focus();
      };
      // JupyterLab keeps the « Enter » that sends a form: it is sent by hand.
      this.champTexte.addEventListener("keydown", (touche) => {
        if (touche.key === "Enter" && !touche.isComposing) envoyer(touche);
      });
      return creer("form", { class: "mur-saisie", onsubmit: envoyer }, nomme("Nouveau papier", this.champTexte),
        nomme("Zone", this.champZone), nomme("Qui parle", this.champRole),
        creer("button", { type: "submit", class: "mur-principal" }, "Ajouter"));
    }

    #raccourci(touche) {
      const ecrit = /^(INPUT|TEXTAREA|SELECT)$/.test(touche.target.tagName);
      if ((touche.ctrlKey || touche.metaKey) && !ecrit && touche.key.toLowerCase() === "z") {
        touche.preventDefault();
        if (touche.shiftKey) this.retablir();
        else this.annuler();
      } else if ((touche.ctrlKey || touche.metaKey) && !ecrit && touche.key.toLowerCase() === "y") {
        touche.preventDefault();
        this.retablir();
      }
    }

    voir(vue) {
      this.vue = vue;
      this.racine.dataset.vue = vue;
      this.plan.hidden = vue !== "mur";
      this.liste.hidden = vue !== "liste";
      if (this.etat) this.rafraichir();
    }

    projeter(oui) {
      this.racine.classList.toggle("mur-projete", oui);
      if (oui) this.voir("mur");
      if (oui) this.racine.requestFullscreen?.().catch(() => {});
      else if (document.fullscreenElement) document.exitFullscreen();
      this.dire(oui ? "Mode projecteur. Échap pour en sortir." : "Mode projecteur quitté.");
    }

    dire(texte, fort = false) {
      this.alerte.textContent = fort ? texte : "";
      this.annonce.textContent = fort ? "" : texte;
    }

    trouve(note) {
      return !this.cherche || plie(String(note.champs.texte ?? "")).includes(this.cherche);
    }

    rafraichir() {
      this.etat = new Etat([...this.evenements.values()]);
      const notes = this.notes().filter((une) => this.zones.has(une.champs.zone));
      this.choisis = new Set([...this.choisis].filter((id) => notes.some((une) => une.id === id)));
      this.totaux = this.points();
      this.enCours = this.#objetsEnCours();
      if (this.vue === "mur") this.#dessiner(notes);
      else this.dessinerListe(notes);
      this.dessinerVolet(notes);
      this.#montrerAttente();
    }

    #objetsEnCours() {
      const trouves = new Map();
      for (const [id, raison] of this.attente) {
        const objet = this.evenements.get(id)?.objet;
        if (raison !== "en cours" || !trouves.has(objet)) trouves.set(objet, raison);
      }
      return trouves;
    }

    #montrerAttente() {
      this.enCours = this.#objetsEnCours();
      for (const [id, element] of this.papiers) this.#marquer(element, this.enCours.get(id));
      this.#montrerListe();
      const refus = [...this.attente.values()].filter((raison) => raison !== "en cours").length;
      const cours = this.attente.size - refus;
      this.essais.hidden = !refus;
      this.suivi.textContent = refus
        ? `${pluriel(refus, "geste")} pas encore enregistré${refus > 1 ? "s" : ""}.`
        : cours ? "Enregistrement en cours…" : `Tout est enregistré${this.magasin.ou ?? ""}.`;
    }

    /** The words « en cours » of the list: once for all the answers that come together. */
    #montrerListe() {
      if (this.vue !== "liste" || this.aMontrer) return;
      this.aMontrer = true;
      requestAnimationFrame(() => {
        this.aMontrer = false;
        if (this.vue === "liste") this.dessinerListe(this.notes().filter((une) => this.zones.has(une.champs.zone)));
      });
    }

    #marquer(element, raison) {
      const mot = raison === undefined ? "" : raison === "en cours" ? "en cours" : "non enregistré";
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
      const element = creer("div", { class: "mur-papier", tabindex: "0", role: "button", "data-note": id },
        creer("bdi", { class: "mur-texte", dir: "auto" }), creer("span", { class: "mur-hors" }),
        creer("span", { class: "mur-bas" }, creer("span", { class: "mur-numero" }), creer("span", { class: "mur-groupe" }),
          creer("span", { class: "mur-etat" }), creer("span", { class: "mur-points" })));
      element.addEventListener("keydown", (touche) => this.#toucher(touche, id));
      element.addEventListener("pointerdown", (appui) => this.#saisir(appui, element, id));
      return element;
    }

    #peindre(element, note) {
      const { zone: cle, texte = "", numero, couleur, symbole, groupe } = note.champs;
      const zone = this.zones.get(cle);
      const [x, y] = this.position(note);
      const points = this.totaux.get(note.id) ?? 0;
      const nomme = this.etat.choses.get(groupe)?.champs.titre ?? "";
      const choisi = this.choisis.has(note.id);
      const signature = JSON.stringify([texte, cle, numero, couleur, symbole, nomme, x, y, points, choisi, this.cherche]);
      if (element.dataset.signature === signature) return;
      element.dataset.signature = signature;
      const [fort, teinte] = this.donnees.couleurs[couleur || zone.couleur] ?? this.donnees.couleurs.gris;
      const [gauche, haut, large, hauteur] = zone.boite;
      element.style.left = `${(gauche + x * large) * 100}%`;
      element.style.top = `${(haut + y * hauteur) * 100}%`;
      element.style.setProperty("--fort", fort);
      element.style.setProperty("--teinte", teinte);
      element.style.setProperty("--corps", TAILLES.find(([most]) => texte.length <= most)[1]);
      element.classList.toggle("mur-choisi", choisi);
      element.classList.toggle("mur-efface", !this.trouve(note));
      element.setAttribute("aria-pressed", String(choisi));
      element.querySelector(".mur-texte").textContent = texte;
      element.querySelector(".mur-numero").textContent = numero ? `${zone.prefixe}${numero}` : "";
      element.querySelector(".mur-groupe").textContent = nomme;
      element.querySelector(".mur-points").textContent = points ? pluriel(points, "point") : "";
      element.querySelector(".mur-signe")?.remove();
      element.querySelector(".mur-bas").prepend(signe(this.donnees.signes[symbole || zone.symbole], fort));
      element.querySelector(".mur-hors").textContent = `, zone ${zone.titre}.`;
    }

    // --- Hand and keyboard on the wall -----------------------------------------------------------------------------

    #toucher(touche, id) {
      const fleche = FLECHES[touche.key];
      if (fleche && !touche.ctrlKey && !touche.altKey) {
        touche.preventDefault();
        const pas = touche.shiftKey ? GRAND_PAS : PAS;
        this.deplacer(id, fleche[0] * pas, fleche[1] * pas);
      } else if (touche.key === "Enter") {
        touche.preventDefault();
        this.choisir(id);
        this.ouvrirVolet();
      } else if (touche.key === " ") {
        touche.preventDefault();
        this.choisir(id, true);
      } else if (touche.key === "Delete") {
        touche.preventDefault();
        this.supprimer(this.choisis.has(id) ? [...this.choisis] : [id]);
      }
    }

    #saisir(appui, element, id) {
      if (appui.button > 0) return;
      const cadre = this.feuille.getBoundingClientRect();
      const depart = { x: appui.clientX, y: appui.clientY, gauche: element.offsetLeft, haut: element.offsetTop };
      let bouge = false;
      const suivre = (geste) => {
        const dx = geste.clientX - depart.x;
        const dy = geste.clientY - depart.y;
        bouge ||= Math.hypot(dx, dy) > 4;
        if (bouge) element.style.transform = `translate(${dx}px, ${dy}px)`;
      };
      const poser = (geste) => {
        element.removeEventListener("pointermove", suivre);
        element.removeEventListener("pointerup", poser);
        element.removeEventListener("pointercancel", poser);
        element.style.transform = "";
        if (!bouge || geste.type === "pointercancel") {
          if (geste.type !== "pointercancel") this.choisir(id, geste.ctrlKey || geste.shiftKey);
          return;
        }
        const gauche = (depart.gauche + geste.clientX - depart.x) / cadre.width;
        const haut = (depart.haut + geste.clientY - depart.y) / cadre.height;
        this.#lacher(id, gauche, haut, element.offsetWidth / cadre.width, element.offsetHeight / cadre.height);
      };
      element.setPointerCapture(appui.pointerId);
      element.addEventListener("pointermove", suivre);
      element.addEventListener("pointerup", poser);
      element.addEventListener("pointercancel", poser);
    }

    /** The zone of a note is the one under its middle; outside all of them, it stays in its own. */
    #lacher(id, gauche, haut, large, hauteur) {
      const [cx, cy] = [gauche + large / 2, haut + hauteur / 2];
      const avant = this.zones.get(this.note(id).champs.zone);
      const dessous = this.donnees.canevas.zones.find(({ boite: [x, y, w, h] }) => cx >= x && cx <= x + w && cy >= y && cy <= y + h);
      const zone = dessous ?? avant;
      const [x, y, w, h] = zone.boite;
      const champs = {
        x: arrondi(borner((gauche - x) / w, 0, 1 - zone.papier[0])),
        y: arrondi(borner((haut - y) / h, 0, 1 - zone.papier[1])),
      };
      if (zone !== avant) Object.assign(champs, { zone: zone.cle, numero: null });
      this.modifier(id, champs, zone === avant ? "Papier déplacé." : `Papier mis dans «\u00a0${zone.titre}\u00a0».`);
    }
  }

  espace.mur = { Mur, parties: [], creer, signe, plie, pluriel };
})();
