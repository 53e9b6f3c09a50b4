// Where the board keeps its events: a kernel, or the storage of the page and a file that a record reads.
(() => {
  const espace = (globalThis.Cartable ??= {});
  if (espace.magasins) return;
  const FORMAT = "cartable-carnet";
  const VERSION = 1;
  const PERIODE = 3000;
  const DELAI = 8000;

  /** Storage of the browser under a prefix, one key by event, so that two tabs do not erase each other's. */
  class Rayon {
    constructor(prefixe) {
      this.prefixe = prefixe;
      this.ouvert = this.#essayer();
    }

    #essayer() {
      try {
        localStorage.setItem(`${this.prefixe}essai`, "1");
        localStorage.removeItem(`${this.prefixe}essai`);
        return true;
      } catch {
        return false;
      }
    }

    #cles() {
      return this.ouvert ? Object.keys(localStorage).filter((cle) => cle.startsWith(this.prefixe)) : [];
    }

    tout() {
      return this.#cles().map((cle) => lireUn(localStorage.getItem(cle))).filter(Boolean);
    }

    /** Throw when the browser keeps nothing, or when it is full. */
    mettre(cle, valeur) {
      localStorage.setItem(this.prefixe + cle, JSON.stringify(valeur));
    }

    lire(cle) {
      return this.ouvert ? localStorage.getItem(this.prefixe + cle) : null;
    }

    oter(cle) {
      if (this.ouvert) localStorage.removeItem(this.prefixe + cle);
    }

    vider() {
      for (const cle of this.#cles()) localStorage.removeItem(cle);
    }
  }

  function lireUn(texte) {
    try {
      const un = JSON.parse(texte);
      return espace.etat.valable(un) ? un : null;
    } catch {
      return null;
    }
  }

  class MagasinPage {
    constructor(nom) {
      this.rayon = new Rayon(`cartable-mur/${nom}/`);
    }

    get avertissement() {
      if (this.rayon.ouvert) return "";
      return "Ce navigateur ne garde rien pour cette page\u00a0: enregistrez le fichier avant de la fermer.";
    }

    ouvrir(recevoir) {
      recevoir(this.rayon.tout());
      this.ecoute = (change) => {
        const venu = change.key?.startsWith(this.rayon.prefixe) && lireUn(change.newValue);
        if (venu) recevoir([venu]);
      };
      addEventListener("storage", this.ecoute);
    }

    fermer() {
      removeEventListener("storage", this.ecoute);
    }

    async ecrire(un) {
      if (!this.rayon.ouvert) throw new Error("ce navigateur ne garde rien, enregistrez le fichier");
      try {
        this.rayon.mettre(un.id, un);
      } catch {
        throw new Error("la mémoire du navigateur est pleine, enregistrez le fichier");
      }
    }

    /** How many events the last file held: those that came since are in no file. */
    get exportes() {
      return Math.max(this.donnes ?? 0, Number(this.rayon.lire("exportes")) || 0);
    }

    set exportes(combien) {
      this.donnes = combien;
      try {
        this.rayon.mettre("exportes", combien);
      } catch {
        // A browser that keeps nothing: once opened again, the page warns again, that is all.
      }
    }

    vider() {
      this.donnes = 0;
      this.rayon.vider();
    }
  }

  /**
   * A kernel: an event is kept when the record has answered that it is on the disk. Until then the browser keeps it, so
   * that a page reloaded while the kernel is stopped loses nothing.
   */
  class MagasinNoyau {
    constructor(modele, tableau) {
      this.modele = modele;
      this.attentes = new Map();
      this.rayon = new Rayon(`cartable-mur/attente/${tableau}/`);
    }

    /** « reprendre » takes what was typed before and that the record does not hold; « tard », an answer after all. */
    ouvrir(recevoir, reprendre, tard) {
      Object.assign(this, { recevoir, tard });
      this.ecoute = (message) => this.#entendre(message);
      this.modele.on("msg:custom", this.ecoute);
      this.modele.send({ type: "bonjour" });
      this.rythme = setInterval(() => this.modele.send({ type: "neuf" }), PERIODE);
      reprendre(this.rayon.tout());
    }

    fermer() {
      clearInterval(this.rythme);
      this.modele.off("msg:custom", this.ecoute);
    }

    #entendre(message) {
      if (message.type === "nouvelles") this.recevoir(message.evenements.filter(espace.etat.valable));
      // The same board may be shown twice: each view hears what the other wrote.
      if (message.type === "acquitte" && espace.etat.valable(message.evenement)) this.recevoir([message.evenement]);
      if (message.type === "acquitte") this.rayon.oter(message.id);
      const attente = this.attentes.get(message.id);
      this.attentes.delete(message.id);
      clearTimeout(attente?.delai);
      if (message.type === "acquitte") (attente?.oui ?? this.tard)(message.id);
      else attente?.non(new Error(message.message));
    }

    ecrire(un) {
      this.#abriter(un);
      return new Promise((oui, non) => {
        const muet = () => {
          this.attentes.delete(un.id);
          non(new Error("le noyau ne répond pas"));
        };
        this.attentes.set(un.id, { oui, non, delai: setTimeout(muet, DELAI) });
        this.modele.send({ type: "ecrire", evenement: un });
      });
    }

    #abriter(un) {
      try {
        this.rayon.mettre(un.id, un);
      } catch {
        // A browser that keeps nothing: the kernel is then the only shelter, and it is the one that counts.
      }
    }
  }

  function fichier(evenements) {
    const rang = (un, autre) => un.horloge - autre.horloge || (un.id < autre.id ? -1 : 1);
    const plein = { format: FORMAT, version: VERSION, evenements: [...evenements].sort(rang), pieces: {} };
    return `${JSON.stringify(plein, null, 1)}\n`;
  }

  /** Read a file written by a board or by a record; throw a sentence when it is not one. */
  function lire(texte) {
    let plein;
    try {
      plein = JSON.parse(texte);
    } catch {
      throw new Error("Ce fichier est coupé ou abîmé. Reprenez l’original.");
    }
    if (plein?.format !== FORMAT || !Array.isArray(plein.evenements)) {
      throw new Error("Ce fichier n’est pas un carnet de démarche de Cartable.");
    }
    if (!(plein.version <= VERSION)) throw new Error("Ce fichier vient d’une version plus récente de Cartable.");
    if (!plein.evenements.every(espace.etat.valable)) {
      throw new Error("Ce fichier contient une ligne qui n’est pas un événement de carnet. Reprenez l’original.");
    }
    return plein.evenements;
  }

  espace.magasins = { MagasinPage, MagasinNoyau, fichier, lire };
})();
