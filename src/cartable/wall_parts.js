// What the parts of the board are made with. Texts stay texts: nothing here ever reads HTML.
(() => {
  const espace = (globalThis.Cartable ??= {});
  if (espace.outils) return;
  const CORPS = [0.19, 0.16, 0.135, 0.115, 0.1, 0.085, 0.075]; // sizes of letters, as shares of the side of a paper
  const borner = (valeur, bas, haut) => Math.min(Math.max(valeur, bas), Math.max(bas, haut));
  const arrondi = (valeur) => Math.round(valeur * 10000) / 10000;
  const plie = (texte) => texte.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const pluriel = (n, un, plusieurs) => `${n}\u00a0${n > 1 ? plusieurs ?? `${un}s` : un}`;
  const attendre = (raison) => (raison === undefined ? "" : raison === "en cours" ? raison : "non enregistré");
  /** What someone typed, inside a sentence of ours: its direction stays with it. */
  const isole = (texte) => `\u2068${String(texte ?? "").replace(/[\u202a-\u202e\u2066-\u2069]/g, "")}\u2069`;

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

  const bouton = (texte, faire, autres = {}) => creer("button", { type: "button", onclick: faire, ...autres }, texte);
  const champ = (texte, element) => creer("label", { class: "mur-champ" }, creer("span", {}, texte), element);

  function choix(lignes, valeur, autres = {}) {
    const liste = creer("select", autres, ...lignes.map(([cle, nom]) => creer("option", { value: cle }, nom)));
    liste.value = valeur;
    return liste;
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

  /** The greatest letters with which a text holds on its paper; whether it does not, even with the smallest. */
  function corps(texte) {
    const mot = Math.max(...texte.split(/\s+/).map((un) => un.length));
    const tient = (taille) => {
      const parLigne = 0.92 / (taille * 0.5);
      const lignes = texte.split("\n").reduce((total, une) => total + Math.max(1, Math.ceil((une.length * 1.1) / parLigne)), 0);
      return lignes * taille * 1.15 <= 0.81 && (mot <= parLigne || taille <= 0.1);
    };
    const trouvee = CORPS.find(tient);
    return [trouvee ?? CORPS.at(-1), trouvee === undefined];
  }

  espace.outils = { creer, bouton, champ, choix, signe, plie, pluriel, isole, borner, arrondi, attendre, corps };
})();
