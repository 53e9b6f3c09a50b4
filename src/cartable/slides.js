// Starts the slides and says in French what the library says in English.
(() => {
  const NAMES = {
    "navigate-left": "Diapositive précédente", "navigate-right": "Diapositive suivante",
    "navigate-up": "Au-dessus", "navigate-down": "En dessous",
  };
  const deck = new Reveal(document.querySelector(".reveal"), {
    width: 1280, height: 720, margin: 0.06, center: false, hash: true, slideNumber: "c/t", transition: "none",
    backgroundTransition: "none", controlsTutorial: false, help: false, embedded: false,
    keyboard: { 78: toggleNotes, 83: toggleNotes, 191: null },
  });
  function toggleNotes() {
    deck.configure({ showNotes: !deck.getConfig().showNotes });
    deck.layout();
  }
  deck.initialize().then(() => {
    for (const [kind, said] of Object.entries(NAMES)) {
      for (const button of document.querySelectorAll(`.${kind}`)) { button.setAttribute("aria-label", said); }
    }
    const bar = document.querySelector(".reveal .progress");
    if (bar) { bar.setAttribute("aria-hidden", "true"); }
  });
})();
