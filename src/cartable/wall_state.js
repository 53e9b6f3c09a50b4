// What a record says once its events are read: the same rules as record/state.py, event for event.
(() => {
  const espace = (globalThis.Cartable ??= {});
  if (espace.etat) return;

  const GENRES = new Set([
    "demarche", "seance", "table", "tableau", "note", "groupe", "scrutin", "vote", "decision", "theme", "photo",
    "fiche", "annulation", "purge",
  ]);
  const nom = (valeur) => (valeur == null ? "None" : String(valeur)); // as Python names what is missing
  const avant = (un, autre) => un.horloge - autre.horloge || (un.id < autre.id ? -1 : un.id > autre.id ? 1 : 0);
  const supprime = (chose) => Boolean(chose.champs.supprime) || Boolean(chose.champs.fusionnee_dans);

  /** Identifiers of the events that count for nothing: an undoing that was itself undone does not count. */
  function annules(evenements) {
    const trouves = new Set();
    for (let rang = evenements.length - 1; rang >= 0; rang -= 1) {
      const un = evenements[rang];
      if (un.genre === "annulation" && !trouves.has(un.id)) trouves.add(nom(un.donnees.evenement));
    }
    return trouves;
  }

  class Etat {
    constructor(evenements) {
      this.evenements = [...new Map(evenements.map((un) => [un.id, un])).values()].sort(avant);
      this.annules = annules(this.evenements);
      this.choses = new Map();
      for (const un of this.evenements) this.#poser(un);
    }

    #poser(un) {
      if (un.genre === "annulation" || un.genre === "purge" || this.annules.has(un.id)) return;
      const connu = this.choses.get(un.objet);
      if (connu && connu.genre !== un.genre) return;
      if (connu) Object.assign(connu.champs, un.donnees);
      else this.choses.set(un.objet, { id: un.objet, genre: un.genre, champs: { ...un.donnees } });
    }

    tous(genre, voulu = {}) {
      const cles = Object.keys(voulu);
      return [...this.choses.values()].filter(
        (une) => une.genre === genre && !supprime(une) && cles.every((cle) => (une.champs[cle] ?? null) === voulu[cle]),
      );
    }

    supprimes(genre) {
      return [...this.choses.values()].filter((une) => une.genre === genre && supprime(une));
    }

    notes(tableau) {
      return this.tous("note", { tableau });
    }

    /** Target of a ballot → voter → points. */
    points(scrutin) {
      const trouves = new Map();
      for (const vote of this.tous("vote", { scrutin })) {
        const { cible, votant, points } = vote.champs;
        if (!Number.isInteger(points) || points <= 0) continue;
        if (!trouves.has(nom(cible))) trouves.set(nom(cible), new Map());
        trouves.get(nom(cible)).set(nom(votant), points);
      }
      return trouves;
    }

    get horloge() {
      return this.evenements.reduce((haut, un) => Math.max(haut, un.horloge), 0);
    }
  }

  const hexa = (octets) =>
    [...crypto.getRandomValues(new Uint8Array(octets))].map((un) => un.toString(16).padStart(2, "0")).join("");

  /** An event has this shape, or it is not one (see record/events.py). */
  function valable(un) {
    const hex = /^[0-9a-f]{32}$/;
    return (
      typeof un === "object" && un !== null && hex.test(un.id) && hex.test(un.objet) &&
      GENRES.has(un.genre) && Number.isSafeInteger(un.horloge) && un.horloge >= 0 &&
      typeof un.quand === "string" && typeof un.poste === "string" &&
      typeof un.donnees === "object" && un.donnees !== null && !Array.isArray(un.donnees)
    );
  }

  const propre = (valeur) => (typeof valeur === "string" ? valeur.toWellFormed?.() ?? valeur : valeur);

  function evenement(genre, objet, donnees, horloge, poste) {
    const gardees = Object.fromEntries(Object.entries(donnees).map(([cle, valeur]) => [cle, propre(valeur)]));
    const quand = new Date().toISOString().replace(/\.\d+Z$/, "+00:00");
    return { id: hexa(16), genre, objet: objet ?? hexa(16), horloge, quand, poste, donnees: gardees };
  }

  espace.etat = { Etat, evenement, valable, hexa, GENRES };
})();
