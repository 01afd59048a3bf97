// Searches the book. Its index holds each Chinese character as a word of its own, with spaces around it.
const BESIDE_HAN = /(?<=\p{Script=Han})(?=\S)|(?<=\S)(?=\p{Script=Han})/gu;
// The spaces that a reader would not write: those between characters, and before and after their signs.
const SPACE_BESIDE_HAN =
  /(?<=[\p{Script=Han}，。：；、！？（(“《](?:<\/mark>)?) (?=(?:<mark>)?\p{Script=Han})|(?<=\p{Script=Han}(?:<\/mark>)?) (?=[，。：；、！？）)”》])/gu;
const ONLY_HAN = /^\p{Script=Han}+$/u;
const SHOWN = 20;
const field = document.querySelector(".bd-search-container input[name=q]");
const said = document.getElementById("search-said");
const list = document.getElementById("found");
const root = new URL("../", import.meta.url);

// Characters that are one word must follow each other; words that a space parts may stand apart.
function ask(words) {
  const spaced = words.replace(BESIDE_HAN, " ");
  return ONLY_HAN.test(words) ? `"${spaced}"` : spaced;
}

const join = (text) => text.replace(SPACE_BESIDE_HAN, "");

async function find(words) {
  const engine = await import(new URL("search-index/pagefind.js", root).href);
  const found = (await engine.search(ask(words))).results;
  const pages = await Promise.all(found.slice(0, SHOWN).map((result) => result.data()));
  return { count: found.length, pages };
}

function showPage(page) {
  const entry = document.createElement("section");
  entry.className = "found";
  const parts = page.sub_results.slice(0, 4);
  entry.append(makeHeading(page));
  for (const part of parts) entry.append(makePart(part, page));
  return entry;
}

function makeHeading(page) {
  const heading = document.createElement("h2");
  heading.append(makeLink(page.url, page.meta.title));
  return heading;
}

function makePart(part, page) {
  const block = document.createElement("div");
  if (part.title !== page.meta.title) {
    const line = document.createElement("p");
    line.className = "found-part";
    line.append(makeLink(part.url, part.title));
    block.append(line);
  }
  const excerpt = document.createElement("p");
  excerpt.innerHTML = join(part.excerpt).replaceAll("</mark><mark>", "");
  block.append(excerpt);
  return block;
}

function makeLink(address, words) {
  const link = document.createElement("a");
  link.href = new URL(address.replace(/^\//, ""), root).href;
  link.textContent = join(words);
  return link;
}

async function run() {
  const words = new URLSearchParams(location.search).get("q")?.trim() ?? "";
  field.value = words;
  list.replaceChildren();
  if (!words) return field.focus();
  said.textContent = "Searching …";
  try {
    const { count, pages } = await find(words);
    said.textContent = count
      ? `${count} ${count === 1 ? "page" : "pages"} for “${words}”`
      : `Nothing was found for “${words}”.`;
    list.replaceChildren(...pages.map(showPage));
  } catch {
    said.textContent =
      "Searching works where the book is served: crm book --serve, or any web server. Opened as a file it can only be read.";
  }
}

// A search from this page needs no new page.
field.form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.pushState(null, "", `?q=${encodeURIComponent(field.value)}`);
  run();
});
addEventListener("popstate", run);
run();
