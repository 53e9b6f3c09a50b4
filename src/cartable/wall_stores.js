// Where the board keeps its events: a kernel, or the storage of the page and a file that a record reads.
(() => {
  const espace = (globalThis.Cartable ??= {});
  if (espace.magasins) return;
  const FORMAT = "cartable-carnet";
  const VERSION = 1;
  const PERIODE = 3000;
  const DELAI = 8000;

  /** Storage of the page: one key by event, so that two tabs do not erase each other's. */
  class MagasinPage {
    constructor(nom) {
      this.prefixe = `cartable-mur/${nom}/`;
      this.essai = this.#essayer();
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

    get avertissement() {
      if (this.essai) return "";
      return "Ce navigateur ne garde rien pour cette page : enregistrez le fichier avant de la fermer.";
    }

    ouvrir(recevoir) {
      if (!this.essai) return recevoir([]);
      const gardes = Object.keys(localStorage).filter((cle) => cle.startsWith(this.prefixe));
      recevoir(gardes.map((cle) => this.#lire(localStorage.getItem(cle))).filter(Boolean));
      addEventListener("storage", (change) => {
        const venu = change.key?.startsWith(this.prefixe) && this.#lire(change.newValue);
        if (venu) recevoir([venu]);
      });
    }

    #lire(texte) {
      try {
        const un = JSON.parse(texte);
        return espace.etat.valable(un) ? un : null;
      } catch {
        return null;
      }
    }

    async ecrire(un) {
      if (!this.essai) throw new Error("ce navigateur ne garde rien : enregistrez le fichier");
      try {
        localStorage.setItem(this.prefixe + un.id, JSON.stringify(un));
      } catch {
        throw new Error("la mémoire du navigateur est pleine : enregistrez le fichier");
      }
    }
  }

  /** A kernel: an event is kept when the record has answered that it is on the disk. */
  class MagasinNoyau {
    constructor(modele) {
      this.modele = modele;
      this.attentes = new Map();
    }

    ouvrir(recevoir) {
      this.recevoir = recevoir;
      this.ecoute = (message) => this.#entendre(message);
      this.modele.on("msg:custom", this.ecoute);
      this.modele.send({ type: "bonjour" });
      this.rythme = setInterval(() => this.modele.send({ type: "neuf" }), PERIODE);
    }

    fermer() {
      clearInterval(this.rythme);
      this.modele.off("msg:custom", this.ecoute);
    }

    #entendre(message) {
      if (message.type === "nouvelles") this.recevoir(message.evenements.filter(espace.etat.valable));
      const attente = this.attentes.get(message.id);
      if (!attente) return;
      this.attentes.delete(message.id);
      clearTimeout(attente.delai);
      if (message.type === "acquitte") attente.oui();
      else attente.non(new Error(message.message));
    }

    ecrire(un) {
      return new Promise((oui, non) => {
        const muet = () => {
          this.attentes.delete(un.id);
          non(new Error("le noyau ne répond pas"));
        };
        this.attentes.set(un.id, { oui, non, delai: setTimeout(muet, DELAI) });
        this.modele.send({ type: "ecrire", evenement: un });
      });
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
