/* Before the first paint, so that a dark page never flashes; the book keeps the same choice. */
(function () {
  var root = document.documentElement, choice = null;
  try { choice = localStorage.getItem("theme"); } catch (refused) { /* private browsing */ }
  if (choice !== "light" && choice !== "dark") {
    choice = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  root.dataset.theme = choice;
  document.addEventListener("DOMContentLoaded", function () {
    var button = document.querySelector(".cartable-theme");
    var tell = function () { button.setAttribute("aria-pressed", String(root.dataset.theme === "dark")); };
    button.addEventListener("click", function () {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch (refused) { /* private browsing */ }
      tell();
    });
    tell();
  });
})();
