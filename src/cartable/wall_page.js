// A page opened from a disk: start each board that it holds.
for (const racine of document.querySelectorAll(".cartable-mur")) {
  const { mur, magasins } = globalThis.Cartable;
  const donnees = JSON.parse(racine.querySelector("script").textContent);
  const magasin = new magasins.MagasinPage(donnees.tableau ?? donnees.canevas.slug);
  magasin.ou = " dans ce navigateur";
  racine.cartable = new mur.Mur(racine, donnees, magasin);
  racine.cartable.demarrer();
}
