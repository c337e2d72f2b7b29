// Readers' votes: the counts as they are now, and a vote without leaving the page. Where no vote server answers,
// the forms are taken away; where this script does not run, they lead to the server's own page.
"use strict";
(() => {
  const root = new URL("../", document.currentScript.src);
  const MINIMUM = 5; // the server tells no count below it
  const AT_ONCE = 50;
  const SAID = {
    ship: "You voted ship. You may change that.",
    skip: "You voted skip. You may change that.",
    withdrawn: "You have withdrawn your vote.",
  };
  const UNREACHED = "The vote server could not be reached: nothing was counted. Please try again.";
  const blocks = [...document.querySelectorAll("[data-vote]")];
  const places = (name) => [...document.querySelectorAll("[" + name + "]")];

  // Below five votes the page says already what there is to say; it changes only what it showed itself.
  const counted = new Set();
  function show(tool, count) {
    const known = Number.isInteger(count.percent) && Number.isInteger(count.votes);
    if (!known && !counted.has(tool)) return;
    counted.add(tool);
    for (const each of places("data-community")) {
      if (each.dataset.community === tool) each.textContent = known ? count.percent + "%" : "—";
    }
    for (const each of places("data-community-note")) {
      if (each.dataset.communityNote === tool) {
        each.textContent = known ? "of " + count.votes + " votes" : "fewer than " + MINIMUM;
      }
    }
  }

  function mark(block, yours) {
    for (const button of block.querySelectorAll("button")) {
      if (button.value === "withdrawn") button.hidden = yours !== "ship" && yours !== "skip";
      else button.setAttribute("aria-pressed", String(button.value === yours));
    }
  }

  async function json(answer) {
    const type = answer.headers.get("content-type") || "";
    return type.includes("application/json") ? answer.json() : {};
  }

  async function counts() {
    const tools = [...new Set([...places("data-community"), ...blocks].map(
      (each) => each.dataset.community || each.dataset.vote))];
    if (location.protocol === "file:") return false; // a browser lets no file ask, and complains of it
    try {
      for (let at = 0; at < tools.length; at += AT_ONCE) {
        const asked = tools.slice(at, at + AT_ONCE);
        const address = new URL("votes.json", root);
        address.searchParams.set("tools", asked.join(","));
        const answer = await fetch(address, { credentials: "omit" });
        const said = answer.ok ? await json(answer) : {};
        if (said.schema !== "panel.votes/1") throw new Error("no vote server");
        for (const tool of asked) show(tool, said.tools[tool] || {});
      }
      return true;
    } catch {
      return false;
    }
  }

  async function vote(block, choice) {
    const address = new URL("votes/" + block.dataset.vote, root);
    const accept = { Accept: "application/json" };
    const before = await fetch(address, { headers: accept });
    const known = await json(before);
    if (!before.ok || !known.token) return { error: known.error || UNREACHED };
    const answer = await fetch(address, {
      method: "POST",
      headers: { ...accept, "Content-Type": "application/json" },
      body: JSON.stringify({ vote: choice, token: known.token }),
    });
    const said = await json(answer);
    return answer.ok ? said : { error: said.error || UNREACHED };
  }

  async function send(block, choice) {
    const said = block.querySelector(".vote-said");
    if (block.getAttribute("aria-busy") === "true") return;
    block.setAttribute("aria-busy", "true");
    const result = await vote(block, choice).catch(() => ({ error: UNREACHED }));
    block.removeAttribute("aria-busy");
    if (result.error) {
      said.textContent = result.error;
      return;
    }
    show(block.dataset.vote, result);
    const pressed = document.activeElement;
    mark(block, result.yours);
    if (pressed && pressed.hidden) block.querySelector("button").focus();
    said.textContent = SAID[result.yours] || "";
    remember(block.dataset.vote, result.yours);
  }

  // Only so that a page shows the reader's own vote again; the server goes by its cookie.
  const KEY = "panel-votes";
  function remembered() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) || "{}");
      return kept && typeof kept === "object" ? kept : {};
    } catch {
      return {};
    }
  }
  function remember(tool, choice) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...remembered(), [tool]: choice }));
    } catch {
      // a reader who keeps nothing sees it until the page is left
    }
  }

  const before = remembered();
  for (const block of blocks) {
    const yours = before[block.dataset.vote];
    if (Object.hasOwn(SAID, String(yours))) {
      mark(block, yours);
      block.querySelector(".vote-said").textContent = SAID[yours];
    }
    block.querySelector("form").addEventListener("submit", (event) => {
      if (!event.submitter) return;
      event.preventDefault();
      send(block, event.submitter.value);
    });
  }
  counts().then((answered) => {
    if (!answered) for (const block of blocks) block.hidden = true;
  });
})();
