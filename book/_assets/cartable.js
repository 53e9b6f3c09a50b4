/* Menu, colours, print, and tables that scroll: all that our layout asks of the browser. */
(function () {
  "use strict";

  var root = document.documentElement;

  function menu() {
    var button = document.querySelector(".cartable-ouvre-menu");
    var panel = document.getElementById("cartable-menu");
    function show(open) {
      button.setAttribute("aria-expanded", String(open));
      panel.classList.toggle("ouvert", open);
    }
    button.addEventListener("click", function () {
      show(button.getAttribute("aria-expanded") !== "true");
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && panel.classList.contains("ouvert")) {
        show(false);
        button.focus();
      }
    });
    var here = panel.querySelector("[aria-current]");
    if (here && here.offsetTop > panel.clientHeight) panel.scrollTop = here.offsetTop - panel.clientHeight / 2;
  }

  function colours() {
    var button = document.querySelector(".cartable-theme");
    function tell() {
      button.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
    }
    button.addEventListener("click", function () {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch (refused) { /* private browsing */ }
      tell();
    });
    tell();
  }

  /* What scrolls sideways must be reachable without a mouse, and what does not must not stop the Tab key. */
  function scrollers() {
    document.querySelectorAll(".pst-scrollable-table-container, .cell_output > .output, pre").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        var caption = box.querySelector("caption");
        box.setAttribute("aria-label", caption ? caption.textContent : "Contenu qui défile");
      } else {
        ["tabindex", "role", "aria-label"].forEach(function (name) { box.removeAttribute(name); });
      }
    });
  }

  /* A printed page shows what was folded, except the code. */
  function print() {
    document.querySelector(".cartable-imprime").addEventListener("click", function () { window.print(); });
    var opened = [];
    window.addEventListener("beforeprint", function () {
      opened = Array.from(document.querySelectorAll("article details:not([open]):not(.hide)"));
      opened.forEach(function (details) { details.open = true; });
    });
    window.addEventListener("afterprint", function () {
      opened.forEach(function (details) { details.open = false; });
    });
  }

  menu();
  colours();
  print();
  scrollers();
  window.addEventListener("resize", scrollers);
  window.addEventListener("load", scrollers);
})();
