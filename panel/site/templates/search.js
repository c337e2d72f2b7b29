// Searching in the browser: asks only files of this site, and writes only text.
"use strict";
(() => {
  const here = new URL(document.currentScript.src);
  const asked = (new URLSearchParams(location.search).get("q") || "").trim().slice(0, 100);
  const page = document.documentElement;
  // Before anything is drawn: what stands below makes room for the results, so that nothing moves.
  page.classList.toggle("searching", Boolean(asked));
  document.addEventListener("DOMContentLoaded", () => begin(here, asked, page));

  function begin(here, asked, page) {
    const root = new URL("../", here);
    const files = new URL("search/", here);
    const field = document.getElementById("search-field");
    const status = document.getElementById("search-status");
    const list = document.getElementById("search-results");
    const more = document.getElementById("search-more");
    const AT_ONCE = 10;
    const WORTH = { name: 8, about: 3, words: 1 };
    const KINDS = ["tools", "comparisons", "categories", "reviewers"];
    const PATH = /^(tools|comparisons|categories|reviewers)\/[a-z0-9-]+$/;

    const kept = new Map();
    function get(name) {
      if (!kept.has(name)) {
        const asked = fetch(new URL(name + ".json", files)).then((answer) => {
          if (answer.status === 404) return {};
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.json();
        });
        asked.catch(() => kept.delete(name)); // the next letter tries again
        kept.set(name, asked);
      }
      return kept.get(name);
    }

    // As words.py folds them: the two must cut alike.
    function wordsOf(text, plan) {
      const folded = text.normalize("NFKD").toLowerCase().normalize("NFKD");
      const plain = Array.from(folded, (letter) => (Object.hasOwn(plan.letters, letter) ? plan.letters[letter] : letter));
      const bare = plain.join("").replace(/\p{Mn}/gu, "");
      const found = bare.match(/[\p{L}\p{N}]+/gu) || [];
      return [...new Set(found.map((word) => Array.from(word).slice(0, plan.longest).join("")))];
    }

    function fileOfWord(word, split) {
      const letters = Array.from(word);
      let length = 0;
      while (length < letters.length && split.has(letters.slice(0, length).join(""))) length += 1;
      const beginning = letters.slice(0, length);
      if (!length) return "words/_";
      if (beginning.every((letter) => letter < "\u0080")) return "words/" + beginning.join("");
      return "words/_" + beginning.map((letter) => letter.codePointAt(0).toString(16)).join("_");
    }

    function fileOfPage(path, count) {
      let value = 0x811c9dc5;
      for (const byte of new TextEncoder().encode(path)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
      return "pages/" + (value % count);
    }

    // The pages that hold a word or begin with it, each with what that is worth; `most`: too many to name all.
    async function pagesWith(word, split) {
      const shard = await get(fileOfWord(word, split));
      const pages = new Map();
      let most = false;
      for (const [whole, fields] of Object.entries(shard)) {
        const exact = whole === word;
        if (!exact && !(word.length > 1 && whole.startsWith(word))) continue;
        most = most || Boolean(fields.more);
        for (const [name, worth] of Object.entries(WORTH)) {
          for (const path of fields[name] || []) {
            pages.set(path, Math.max(pages.get(path) || 0, exact ? worth * 2 : worth));
          }
        }
      }
      return { pages, most };
    }

    async function search(text) {
      const plan = await get("index");
      const split = new Set(plan.split);
      const all = wordsOf(text, plan).slice(0, 8);
      const telling = all.filter((word) => !plan.common.includes(word));
      const asked = telling.length ? telling : all;
      const found = await Promise.all(asked.map((word) => pagesWith(word, split)));
      const worth = new Map();
      const hits = new Map();
      for (const { pages } of found) {
        for (const [path, value] of pages) {
          worth.set(path, (worth.get(path) || 0) + value);
          hits.set(path, (hits.get(path) || 0) + 1);
        }
      }
      // A word that stands in too many pages to name them all rules none out.
      const needed = Math.max(1, found.filter((each) => !each.most).length);
      const every = [...worth.keys()].filter((path) => hits.get(path) >= needed);
      const paths = every.length ? every : [...worth.keys()];
      const kind = (path) => KINDS.indexOf(path.split("/")[0]);
      paths.sort((a, b) =>
        hits.get(b) - hits.get(a) || worth.get(b) - worth.get(a) || kind(a) - kind(b) ||
        a.length - b.length || (a < b ? -1 : 1));
      return { asked, paths: paths.filter((path) => PATH.test(path)), partly: !every.length, plan };
    }

    async function shown(path, plan) {
      const described = (await get(fileOfPage(path, plan.files)))[path] || [path, ""];
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = new URL(path + ".html", root).href;
      const name = document.createElement("bdi");
      name.textContent = described[0];
      link.append(name);
      const line = document.createElement("p");
      line.textContent = described[1];
      item.append(link, line);
      return item;
    }

    let turn = 0;
    let rest = [];
    let plan = null;

    async function showMore(mine) {
      const items = await Promise.all(rest.slice(0, AT_ONCE).map((path) => shown(path, plan)));
      if (mine !== turn) return null;
      rest = rest.slice(AT_ONCE);
      list.append(...items);
      more.hidden = !rest.length;
      return items[0] || null;
    }

    function clear() {
      list.replaceChildren();
      more.hidden = true;
      rest = [];
    }

    async function answer(text) {
      const mine = ++turn;
      page.classList.toggle("searching", Boolean(text));
      if (!text) {
        clear();
        status.textContent = "";
        return;
      }
      try {
        const result = await search(text);
        if (mine !== turn) return;
        clear();
        plan = result.plan;
        rest = result.paths;
        const count = rest.length;
        const first = await showMore(mine);
        if (mine !== turn) return;
        const results = count === 1 ? "1 result" : count + " results";
        if (!first) status.textContent = "Nothing was found for “" + text + "”.";
        else if (result.partly) status.textContent = "No page has all of these words. " + results + " with some of them.";
        else status.textContent = results + " for “" + text + "”.";
        if (!first) page.classList.remove("searching");
      } catch {
        if (mine !== turn) return;
        clear();
        page.classList.remove("searching");
        status.textContent = location.protocol === "file:"
          ? "Searching needs the site to be served. Everything can be browsed below."
          : "The index could not be read. Please try again, or browse below.";
      }
    }

    function remember(text) {
      if (location.protocol === "file:") return;
      const address = new URL(location.href);
      if (text) address.searchParams.set("q", text);
      else address.searchParams.delete("q");
      history.replaceState(null, "", address);
    }

    let timer = 0;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const text = field.value.trim();
        remember(text);
        answer(text);
      }, 120);
    });
    field.form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      const text = field.value.trim();
      remember(text);
      answer(text);
    });
    more.addEventListener("click", async () => {
      const first = await showMore(turn);
      if (first) first.querySelector("a").focus();
    });

    // Arrows go from the field into the results and back; Tab does what it always does.
    document.addEventListener("keydown", (event) => {
      const links = [...list.querySelectorAll("a")];
      const at = links.indexOf(document.activeElement);
      if (document.activeElement !== field && at < 0) return;
      if (event.key === "ArrowDown" && links[at + 1]) links[at + 1].focus();
      else if (event.key === "ArrowUp" && at > 0) links[at - 1].focus();
      else if (event.key === "ArrowUp" && at === 0) field.focus();
      else if (event.key === "Escape" && at >= 0) field.focus();
      else return;
      event.preventDefault();
    });

    if (asked) {
      field.value = asked;
      answer(asked);
    }
  }
})();
