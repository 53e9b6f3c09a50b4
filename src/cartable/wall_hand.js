// Hand and keyboard on the wall: choosing, moving, undoing, where the focus goes; and the room that looks at a screen.
(() => {
  const { Mur, parties } = globalThis.Cartable.mur;
  const { creer, bouton, champ, choix, borner, arrondi } = globalThis.Cartable.outils;
  if (Mur.prototype.manier) return;
  const PAS = 0.02;
  const GRAND_PAS = 0.1;
  const REPOS = 500;
  const FLECHES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const AIDE = [
    "Un clic choisit un papier\u00a0; Ctrl + clic en choisit plusieurs.",
    "Glissez un papier pour le changer de place ou de zone.",
    "Au clavier\u00a0: Tabulation va d’un papier à l’autre, les flèches le déplacent, avec Maj plus loin.",
    "Entrée l’ouvre, Espace en choisit plusieurs, Suppr le met à la corbeille.",
    "Ctrl + Z annule, Ctrl + Y rétablit\u00a0: vos gestes, pas ceux des autres.",
    "«\u00a0A2 le texte\u00a0» écrit dans la case 2 de la zone A\u00a0; «\u00a0A\u00a0: le texte\u00a0» dans la zone A.",
  ];

  // --- One paper -----------------------------------------------------------------------------------------------------

  function manier(element, id) {
    element.addEventListener("keydown", (touche) => toucher(this, touche, id));
    element.addEventListener("pointerdown", (appui) => saisir(this, appui, element, id));
    element.addEventListener("blur", () => this.poserMain());
  }

  function toucher(mur, touche, id) {
    const fleche = FLECHES[touche.key];
    if (fleche && !touche.ctrlKey && !touche.altKey) {
      const pas = touche.shiftKey ? GRAND_PAS : PAS;
      mur.deplacer(id, fleche[0] * pas, fleche[1] * pas);
    } else if (touche.key === "Enter") {
      mur.choisir(id);
      mur.ouvrirVolet();
    } else if (touche.key === " ") {
      mur.choisir(id, true);
    } else if (touche.key === "Delete") {
      mur.supprimer(mur.choisis.has(id) ? [...mur.choisis] : [id]);
    } else {
      return;
    }
    touche.preventDefault();
  }

  /** Move a paper a little; a move is written once the hand rests, and undone in one go. */
  function deplacer(id, dx, dy) {
    if (this.enMain?.id !== id) this.poserMain();
    const note = this.note(id);
    const { papier } = this.zones.get(note.champs.zone);
    const [x, y] = this.position(note);
    clearTimeout(this.enMain?.repos);
    this.enMain = {
      id, x: arrondi(borner(x + dx, 0, 1 - papier[0])), y: arrondi(borner(y + dy, 0, 1 - papier[1])),
      repos: setTimeout(() => this.poserMain(), REPOS),
    };
    this.rafraichir();
  }

  function poserMain() {
    const tenu = this.enMain;
    if (!tenu) return;
    clearTimeout(tenu.repos);
    this.enMain = null;
    const zone = this.zones.get(this.note(tenu.id)?.champs.zone);
    if (!zone) return;
    const part = (valeur) => `${Math.round(valeur * 100)}\u00a0%`;
    const ou = `à ${part(tenu.x)} de la gauche et ${part(tenu.y)} du haut de «\u00a0${zone.titre}\u00a0»`;
    this.modifier(tenu.id, { x: tenu.x, y: tenu.y }, `Papier déplacé ${ou}.`);
  }

  function saisir(mur, appui, element, id) {
    if (appui.button > 0) return;
    const depart = { x: appui.clientX, y: appui.clientY, gauche: element.offsetLeft, haut: element.offsetTop };
    let bouge = false;
    const suivre = (geste) => {
      const [dx, dy] = [geste.clientX - depart.x, geste.clientY - depart.y];
      bouge ||= Math.hypot(dx, dy) > 4;
      element.classList.toggle("mur-tenu", bouge);
      if (bouge) element.style.transform = `translate(${dx}px, ${dy}px)`;
    };
    const poser = (geste) => {
      for (const nom of ["pointerup", "pointercancel"]) element.removeEventListener(nom, poser);
      element.removeEventListener("pointermove", suivre);
      element.style.transform = "";
      element.classList.remove("mur-tenu");
      if (geste.type === "pointercancel") return;
      if (bouge) lacher(mur, id, element, depart.gauche + geste.clientX - depart.x, depart.haut + geste.clientY - depart.y);
      else mur.choisirIci(id, geste.ctrlKey || geste.metaKey || geste.shiftKey);
    };
    element.setPointerCapture(appui.pointerId);
    element.addEventListener("pointermove", suivre);
    for (const nom of ["pointerup", "pointercancel"]) element.addEventListener(nom, poser);
  }

  /** In a notebook, the panel may be further down: it is brought in, by no more than what it takes. */
  function choisirIci(id, garder) {
    this.choisir(id, garder);
    if (this.choisis.size) this.volet.scrollIntoView({ block: "nearest" });
  }

  /** The zone of a note is the one under its middle; outside all of them, it stays in its own. */
  function lacher(mur, id, element, px, py) {
    if (!mur.note(id)) return;
    const { offsetWidth: largeur, offsetHeight: hauteur } = mur.feuille;
    const [gauche, haut] = [px / largeur, py / hauteur];
    const [cx, cy] = [gauche + element.offsetWidth / largeur / 2, haut + element.offsetHeight / hauteur / 2];
    const avant = mur.zones.get(mur.note(id).champs.zone);
    const dans = ({ boite: [x, y, w, h] }) => cx >= x && cx <= x + w && cy >= y && cy <= y + h;
    const zone = mur.donnees.canevas.zones.find(dans) ?? avant;
    const [x, y, w, h] = zone.boite;
    const champs = {
      x: arrondi(borner((gauche - x) / w, 0, 1 - zone.papier[0])),
      y: arrondi(borner((haut - y) / h, 0, 1 - zone.papier[1])),
    };
    if (zone !== avant) Object.assign(champs, { zone: zone.cle, numero: null });
    mur.modifier(id, champs, zone === avant ? "Papier déplacé." : `Papier mis dans «\u00a0${zone.titre}\u00a0».`);
  }

  // --- Keys of the whole board ---------------------------------------------------------------------------------------

  /** In a field that holds a text, Ctrl + Z is that of the text. */
  function raccourci(mur, touche) {
    const cible = touche.target;
    const ecrit = /^(INPUT|TEXTAREA)$/.test(cible.tagName ?? "") && cible.value !== "" && cible.type !== "checkbox";
    if (!(touche.ctrlKey || touche.metaKey) || touche.altKey || ecrit) return;
    const lettre = touche.key.toLowerCase();
    if (lettre !== "z" && lettre !== "y") return;
    touche.preventDefault();
    if (lettre === "y" || touche.shiftKey) mur.retablir();
    else mur.annuler();
  }

  function clavier(mur) {
    // A page is all ours; in a notebook, the keys of the other cells are not.
    mur.ecouter(mur.donnees.page ? document : mur.racine, "keydown", (touche) => raccourci(mur, touche));
    mur.ecouter(globalThis, "pagehide", () => mur.poserMain());
    const aide = creer("details", { class: "mur-aide", open: innerWidth > 1100 }, creer("summary", {}, "Souris et clavier"),
      creer("ul", {}, ...AIDE.map((ligne) => creer("li", {}, ligne))));
    mur.corps.append(aide);
  }

  // --- Where the focus goes when what had it is no longer there ------------------------------------------------------

  const actif = (mur) => mur.racine.getRootNode().activeElement;

  function repere() {
    const ici = actif(this);
    if (!ici || !this.racine.contains(ici) || ici === this.racine) return null;
    const porteur = ici.closest("[data-note]");
    const voisin = porteur?.nextElementSibling?.dataset?.note ?? porteur?.previousElementSibling?.dataset?.note;
    return { ici, note: porteur?.dataset.note, voisin };
  }

  function revenir(avant) {
    if (!avant || (avant.ici.isConnected && avant.ici.offsetParent)) return;
    if (this.racine.contains(actif(this)) && actif(this).offsetParent) return;
    if (!this.retourner(avant.note) && !this.retourner(avant.voisin)) this.champTexte.focus({ preventScroll: true });
  }

  function retourner(id) {
    const la = id && this.racine.querySelector(`.mur-${this.vue === "mur" ? "plan" : "liste"} [data-note="${id}"]`);
    (la?.querySelector("button") ?? la)?.focus();
    return Boolean(la);
  }

  // --- The room ------------------------------------------------------------------------------------------------------

  function scene(mur) {
    const zones = [["", "tout le mur"], ...mur.nomsDesZones()];
    mur.cadre = choix(zones, "", { name: "cadre", onchange: () => mur.cadrer() });
    mur.ecrireIci = bouton("Écrire un papier", () => {
      mur.racine.classList.toggle("mur-ecrit");
      const ouvert = mur.racine.classList.contains("mur-ecrit");
      mur.ecrireIci.setAttribute("aria-pressed", String(ouvert));
      mur.cadrer();
      if (ouvert) mur.champTexte.focus();
    }, { "aria-pressed": "false" });
    mur.sortie = bouton("Quitter (Échap)", () => mur.projeter(false));
    mur.scene = creer("div", { class: "mur-scene", role: "group", "aria-label": "Projecteur" },
      champ("Montrer", mur.cadre), mur.ecrireIci, mur.sortie);
    mur.racine.append(mur.scene);
    // The button that was pressed is hidden then: the focus may no longer be in the board.
    mur.ecouter(document, "keydown", (touche) => touche.key === "Escape" && mur.projeter(false));
    mur.ecouter(document, "fullscreenchange", () => !document.fullscreenElement && mur.projeter(false));
    mur.ecouter(globalThis, "resize", () => mur.cadrer());
  }

  function projeter(oui) {
    const avant = this.racine.classList.contains("mur-projete");
    if (avant === oui) return;
    this.racine.classList.toggle("mur-projete", oui);
    this.racine.classList.remove("mur-ecrit");
    this.ecrireIci.setAttribute("aria-pressed", "false");
    this.cadre.value = "";
    if (oui) this.voir("mur");
    if (oui) this.racine.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
    this.cadrer();
    (oui ? this.sortie : this.boutonScene)?.focus({ preventScroll: true });
    this.dire(oui ? "Mode projecteur. Échap pour en sortir." : "Mode projecteur quitté.");
  }

  /** Show the whole wall, or one zone as large as the screen: the letters grow with the paper. */
  function cadrer() {
    const projete = this.racine.classList.contains("mur-projete");
    this.feuille.style.width = "";
    if (!projete) return;
    const [x, y, w, h] = this.zones.get(this.cadre.value)?.boite ?? [0, 0, 1, 1];
    const { clientWidth, clientHeight } = this.plan;
    const { proportion } = this.donnees;
    const large = Math.min(clientWidth / w, (clientHeight / h) * proportion);
    this.feuille.style.width = `${large}px`;
    this.plan.scrollLeft = x * large - (clientWidth - w * large) / 2;
    this.plan.scrollTop = (y * large) / proportion - (clientHeight - (h * large) / proportion) / 2;
  }

  Object.assign(Mur.prototype, { manier, choisirIci, deplacer, poserMain, repere, revenir, retourner, projeter, cadrer });
  parties.push(clavier, scene);
})();
