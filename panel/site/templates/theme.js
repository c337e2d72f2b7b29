// Lets a reader choose light or dark; without this script the page follows the system, and there is no switch.
(function () {
  "use strict";
  var KEY = "theme", root = document.documentElement;
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  var chosen = null;
  // A browser may forbid storage, on file:// for one: then the choice holds for this page only.
  try { chosen = localStorage.getItem(KEY); } catch (_) { /* not remembered */ }
  function now() { return root.dataset.theme || (system.matches ? "dark" : "light"); }
  function apply(theme) {
    if (theme === "light" || theme === "dark") { root.dataset.theme = theme; } else { delete root.dataset.theme; }
  }
  apply(chosen);
  root.classList.add("scripted");
  document.addEventListener("DOMContentLoaded", function () {
    var button = document.querySelector("button.theme");
    if (!button) { return; }
    function name() { button.textContent = now() === "dark" ? "Light" : "Dark"; button.setAttribute("aria-label", button.textContent + " theme"); }
    button.addEventListener("click", function () {
      apply(now() === "dark" ? "light" : "dark");
      try { localStorage.setItem(KEY, root.dataset.theme); } catch (_) { /* not remembered */ }
      name();
    });
    system.addEventListener("change", name);
    name();
  });
})();
