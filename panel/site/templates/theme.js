// Lets a reader choose light or dark; without this script the page follows the system, and there is no switch.
"use strict";
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const now = () => root.dataset.theme || (system.matches ? "dark" : "light");

  // A browser may forbid storage: then the choice holds for this page only.
  function remembered() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  }
  function remember(theme) {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // not remembered
    }
  }

  // Before the page is drawn, so that it is never seen in the other colours.
  const before = remembered();
  if (before === "light" || before === "dark") root.dataset.theme = before;
  root.classList.add("scripted");

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("button.theme");
    if (button === null) return;
    const name = () => {
      const other = now() === "dark" ? "Light" : "Dark";
      button.textContent = other;
      button.setAttribute("aria-label", other + " theme");
    };
    button.addEventListener("click", () => {
      root.dataset.theme = now() === "dark" ? "light" : "dark";
      remember(root.dataset.theme);
      name();
    });
    system.addEventListener("change", name);
    name();
  });
})();
