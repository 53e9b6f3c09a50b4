// What is typed on the wall, one paper a line: the prefixes are those of the fast entry (entry/lines.py). Where that one
// warns that a line could be read both ways, the wall reads a sentence: in the room, nobody looks for warnings.
(() => {
  const espace = (globalThis.Cartable ??= {});
  if (espace.ligne) return;
  const PUCE = /^[•●▪◦‣·*–—-]\s+/;
  const TETE = new RegExp(
    "^([A-Za-z]{1,3})" +
      "(?:(\\d{1,3})(?:\\s*[:)]\\s*|\\s*[-–—.](?!\\d)\\s*|\\s+|$)" + // V3 texte, V3: texte, V3-texte, V3. texte; not V3.5
      "|\\s+(\\d{1,3})\\s*[:)]\\s*" + // V 3 : texte
      "|(\\s*[:)]\\s*|\\s*[-–—]\\s+|\\s+|$))", // V texte, V: texte, V - texte
  );

  /** Tell whether letters that no number and no colon follow begin a sentence. */
  function phrase(lettres, reste, doutes) {
    const doute = doutes[lettres.toLowerCase()];
    return lettres !== lettres.toUpperCase() || Boolean(doute && new RegExp(`^(?:${doute})`, "i").test(reste));
  }

  /** Return the zone, the number of the cell and the text of a line; without a zone, that of the menu. */
  function lire(saisie, zones, doutes) {
    const texte = saisie.trim().replace(PUCE, "");
    if (texte.startsWith(": ")) return { zone: null, numero: null, texte: texte.slice(2).trim() };
    const tete = TETE.exec(texte);
    const zone = tete && zones.find((une) => une.prefixe === tete[1].toUpperCase());
    if (!zone) return { zone: null, numero: null, texte };
    const [, lettres, colle, separe, suite = ""] = tete;
    const reste = texte.slice(tete[0].length);
    const seul = !colle && !separe && !/^\s*[:)]/.test(suite);
    if (seul && reste && phrase(lettres, reste, doutes)) return { zone: null, numero: null, texte };
    return { zone, numero: Number(colle ?? separe) || null, texte: reste.trim() };
  }

  espace.ligne = { lire };
})();
