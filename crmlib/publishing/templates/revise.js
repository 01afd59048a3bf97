// Cards, lists and a mock on the content of this page. What the reader has done lies in `state`, which is kept
// in the browser and travels as a file. All text goes in as text, never as HTML.
(() => {
  const KEY = "crm-revise";
  const DAY = 86400000;
  const CARDS_AT_ONCE = 20;
  const find = (id) => document.getElementById(id);
  const content = JSON.parse(find("content").textContent);
  const schedule = makeSchedule(content.schedule);
  const stage = (part) => find(part).querySelector(".stage");
  const keys = { cards: {}, lists: {}, mock: {} }; // what a key does in a part, at this moment

  // --- Building pieces of the page -------------------------------------------------------------------------
  function make(tag, options, ...children) {
    const { on, ...properties } = options || {};
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element && name !== "list") element[name] = value;
      else element.setAttribute(name, value);
    }
    for (const [event, act] of Object.entries(on || {})) element.addEventListener(event, act);
    element.append(...children);
    return element;
  }
  const spans = (text) => [make("span", { lang: "en" }, text.en), make("span", { lang: "zh" }, text.zh)];
  const said = (text) => make("span", { className: "said" }, ...spans(text));
  const lines = (text, style) => make("p", { className: `lines ${style || ""}` }, ...spans(text));
  const english = (text, tag, style) => make(tag || "p", { className: `only ${style || ""}`, lang: "en" }, text);
  const word = (en, zh) => said({ en, zh });
  const button = (en, zh, act, style) =>
    make("button", { type: "button", className: style || "", on: { click: act } }, word(en, zh));
  const topicsOf = (ids) =>
    make("p", { className: "soft" }, ...ids.flatMap((id) => [`${id} `, said(content.topics[id]), " "]));
  function tell(en, zh) {
    find("status").replaceChildren(...spans({ en, zh }));
  }
  function shuffle(list) {
    const mixed = [...list];
    for (let last = mixed.length - 1; last > 0; last -= 1) {
      const other = Math.floor(Math.random() * (last + 1));
      [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
    }
    return mixed;
  }

  // --- The record: kept in this browser, merged from a file ----------------------------------------------------
  const fresh = () => ({ format: KEY, version: 1, cards: {}, lists: {}, items: {}, settings: {} });
  const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const isOurs = (value) =>
    isRecord(value) && value.format === KEY && ["cards", "lists", "items"].every((part) => isRecord(value[part]));
  const isSound = {
    cards: schedule.isRecord,
    lists: (record) => Number.isFinite(record.right) && Number.isFinite(record.asked),
    items: (record) => Number.isFinite(record.marks) && Number.isFinite(record.of),
  };
  const state = fresh();
  function keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify(state));
    } catch {
      tell("This browser keeps nothing: export before you close the page.", "本浏览器不保存记录，关闭前请先导出。");
    }
  }
  function merge(other) {
    let taken = 0;
    for (const part of ["cards", "lists", "items"]) {
      for (const [key, record] of Object.entries(other[part])) {
        if (!isRecord(record) || !Number.isFinite(record.at) || !isSound[part](record)) continue;
        if (Object.hasOwn(state[part], key) && state[part][key].at > record.at) continue;
        state[part][key] = record;
        taken += 1;
      }
    }
    return taken;
  }
  try {
    const stored = JSON.parse(localStorage.getItem(KEY));
    if (isOurs(stored)) merge(stored);
    if (isOurs(stored) && isRecord(stored.settings)) state.settings = stored.settings;
  } catch {
    // Nothing readable is kept: begin afresh.
  }
  function dayOf(time) {
    const date = new Date(time);
    const two = (number) => String(number).padStart(2, "0");
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  }
  const inChapter = (entries) => {
    const chosen = find("chapter").value;
    return chosen ? entries.filter((entry) => entry.chapter === chosen) : entries;
  };

  // --- Cards: due ones first, the longest overdue before the others, then new ones ------------------------------
  let queue = [];
  const RATINGS = [
    ["Not yet", "还不会"],
    ["With effort", "吃力"],
    ["Knew it", "会"],
    ["At once", "脱口而出"],
  ];
  function rate(card, rating) {
    const record = schedule.rateCard(state.cards[card.key], rating, dayOf(Date.now()));
    state.cards[card.key] = { ...record, at: Date.now() };
    keep();
  }
  function dueCards() {
    const today = dayOf(Date.now());
    const cards = inChapter(content.cards);
    const side = (card) => (card.asks === "en" ? 1 : 0);
    const due = cards.filter((card) => state.cards[card.key] && state.cards[card.key].due_on <= today);
    const day = (card) => state.cards[card.key].due_on;
    due.sort((one, other) => day(one).localeCompare(day(other)) || side(one) - side(other));
    const unseen = cards.filter((card) => !state.cards[card.key]);
    const chosen = unseen.slice(0, Math.max(0, CARDS_AT_ONCE - due.length));
    return [...due, ...chosen.sort((one, other) => side(one) - side(other))].slice(0, CARDS_AT_ONCE);
  }
  function showCard() {
    keys.cards = {};
    if (!queue.length) {
      const more = button("More cards", "再来一组", () => startCards(), "main");
      stage("cards").replaceChildren(lines({ en: "No card is waiting.", zh: "没有待复习的卡片。" }), more);
      return;
    }
    const card = queue[0];
    const [frontLanguage, backLanguage] = card.asks === "en" ? ["zh", "en"] : ["en", "zh"];
    const front = make("p", { className: "front only", lang: frontLanguage }, card.front);
    const box = make("div", { className: "card", "aria-live": "polite" }, front);
    const row = make("div", { className: "row" });
    const answer = (rating) => {
      rate(card, rating);
      queue.shift();
      if (rating === 1) queue.push(card);
      showCard();
      focusMain("cards");
    };
    const turn = () => {
      box.append(
        make("p", { className: "back only", lang: backLanguage }, card.back),
        lines(card.definition),
        topicsOf([card.topic]),
      );
      const buttons = RATINGS.map(([en, zh], place) =>
        button(`${place + 1} ${en}`, `${place + 1} ${zh}`, () => answer(place + 1), place === 2 ? "main" : ""),
      );
      row.replaceChildren(...buttons);
      keys.cards = Object.fromEntries(RATINGS.map((_, place) => [place + 1, () => answer(place + 1)]));
      buttons[2].focus();
    };
    row.append(button("Turn", "翻卡", turn, "main"));
    const left = lines({ en: `${queue.length} cards left`, zh: `还剩${queue.length}张` }, "soft");
    stage("cards").replaceChildren(left, box, row);
  }
  function startCards() {
    queue = dueCards();
    showCard();
  }
  function focusMain(part) {
    const main = stage(part).querySelector("button.main, input, button");
    if (main) main.focus();
  }

  // --- Lists: each entry goes to the list that it stands in --------------------------------------------------------
  function chooseGroup() {
    keys.lists = {};
    const rows = content.lists.map((group) => {
      const record = state.lists[group.id];
      const score = record ? ` ${record.right}/${record.asked}` : "";
      const act = () => sortGroup(group, shuffle(group.entries), 0, 0);
      return make("button", { type: "button", className: "only", lang: "en", on: { click: act } }, group.title + score);
    });
    stage("lists").replaceChildren(make("div", { className: "row" }, ...rows));
  }
  const listName = (one) => [said(one.name), ` ${one.topic}`];
  function sortGroup(group, entries, position, right) {
    if (position === entries.length) {
      finishGroup(group, entries.length, right);
      return;
    }
    const entry = entries[position];
    const box = make("div", { className: "card", "aria-live": "polite" }, lines(entry.text, "front"));
    const row = make("div", { className: "row" });
    const choose = (place) => {
      const hit = entry.in.includes(place);
      box.append(make("p", { className: hit ? "right" : "wrong" }, hit ? word("Right.", "正确。") : word("No.", "不对。")));
      for (const one of entry.in) box.append(make("p", {}, "→ ", ...listName(group.lists[one])));
      const go = () => {
        sortGroup(group, entries, position + 1, right + (hit ? 1 : 0));
        focusMain("lists");
      };
      const next = button("Next", "下一个", go, "main");
      row.replaceChildren(next);
      keys.lists = {};
      next.focus();
    };
    keys.lists = {};
    group.lists.forEach((one, place) => {
      keys.lists[place + 1] = () => choose(place);
      row.append(make("button", { type: "button", on: { click: () => choose(place) } }, `${place + 1} `, ...listName(one)));
    });
    const left = `${position + 1} / ${entries.length}`;
    stage("lists").replaceChildren(english(group.title, "h3"), make("p", { className: "soft" }, left), box, row);
  }
  function finishGroup(group, asked, right) {
    keys.lists = {};
    state.lists[group.id] = { right, asked, at: Date.now() };
    keep();
    const sides = group.lists.flatMap((one) => [
      make("h3", {}, ...listName(one)),
      english(one.asks, "p", "soft"),
      make("ol", {}, ...one.items.map((item) => make("li", {}, said(item)))),
    ]);
    stage("lists").replaceChildren(
      lines({ en: `${right} of ${asked} sorted right.`, zh: `${asked}个中归对${right}个。` }, "front"),
      english(group.tell, "p", "card"),
      ...sides,
      make("div", { className: "row" }, button("All lists", "全部清单", chooseGroup, "main")),
    );
  }

  // --- The mock -----------------------------------------------------------------------------------------------------
  let paper = null;
  // Items that lost marks on an earlier day first, then new ones, then those asked longest ago.
  function drawItems(count) {
    const today = dayOf(Date.now());
    const rank = (item) => {
      const record = state.items[item.id];
      if (!record) return 1;
      return record.marks < item.marks && dayOf(record.at) < today ? 0 : 2 + record.at / (DAY * 1e6);
    };
    const ranked = shuffle(inChapter(content.items)).map((item) => [rank(item), item]);
    return shuffle(ranked.sort(([one], [other]) => one - other).slice(0, count).map(([, item]) => item));
  }
  function offerMock() {
    keys.mock = {};
    const there = inChapter(content.items).length;
    const starts = [10, 20, 40].filter((count) => count <= there);
    if (!starts.length && there) starts.push(there);
    const row = make("div", { className: "row" });
    for (const count of starts) row.append(button(`${count} questions`, `${count}题`, () => startMock(count), "main"));
    if (!there) row.append(lines({ en: "This chapter has no such item.", zh: "本章没有此类题目。" }));
    stage("mock").replaceChildren(row);
  }
  function startMock(count) {
    paper = { items: drawItems(count), at: 0, results: [], began: Date.now() };
    showItem();
    focusMain("mock");
  }
  const plain = (text) =>
    text.normalize("NFKC").toLowerCase().replace(/[\s\-_.。,，“”"'’]+/g, " ").trim().replace(/^(the|an?) (?=.)/, "");
  const wordMatches = (typed, accepted) =>
    plain(typed) !== "" && accepted.some((one) => plain(one) === plain(typed));

  function showItem() {
    const item = paper.items[paper.at];
    const form = make("form", { autocomplete: "off" });
    const question = lines(item.question, "front-question");
    const head = `${paper.at + 1} / ${paper.items.length} · ${item.id} · `;
    const worth = { en: `${item.marks} marks`, zh: `${item.marks}分` };
    keys.mock = {};
    form.append(make("p", { className: "soft" }, head, said(worth)), question);
    if (item.kind === "fill_in") form.append(...makeBlanks(item));
    else form.append(makeOptions(item));
    if (item.kind === "true_false" && item.points.length > 1) {
      const label = make("label", {}, word("Your reason", "理由"), make("textarea", { name: "reason", rows: 3 }));
      form.append(label);
    }
    const check = make("button", { type: "submit", className: "main" }, word("Mark", "评分"));
    form.append(make("div", { className: "row" }, check));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      markItem(item, form);
    });
    stage("mock").replaceChildren(form);
  }
  function makeOptions(item) {
    const legend = make("legend", {}, word("Your answer", "你的答案"));
    const box = make("fieldset", { className: "options" }, legend);
    item.options.forEach((option, position) => {
      const input = make("input", { type: "radio", name: "option", value: option.key, required: true });
      const letter = item.kind === "choice" ? `${option.key.toUpperCase()} ` : "";
      box.append(make("label", {}, input, make("span", {}, letter, said(option.text))));
      const pick = () => {
        input.checked = true;
        input.focus();
      };
      keys.mock[position + 1] = pick;
      keys.mock[option.key[0]] = pick;
    });
    return box;
  }
  const makeBlanks = (item) =>
    item.points.map((point, position) =>
      make(
        "label",
        { className: "blank" },
        word(`blank ${position + 1}`, `第${position + 1}空`),
        make("input", { type: "text", name: `blank${position}`, autocapitalize: "off", spellcheck: false }),
      ),
    );

  // What the page can judge: a choice, the verdict of a true or false, a blank with an accepted word.
  function judge(item, form) {
    if (item.kind === "fill_in") {
      return item.points.map((point, place) => wordMatches(form.elements[`blank${place}`].value, point.accepted));
    }
    const hit = form.elements.option.value === item.right;
    return item.points.map((point, place) => hit && (item.kind === "choice" || place === 0));
  }
  function markItem(item, form) {
    const earned = judge(item, form);
    const fixed = item.kind === "choice";
    keys.mock = {};
    for (const field of form.elements) field.disabled = true;
    form.querySelector(".row").remove();
    const total = make("p", { role: "status", className: "front" });
    const ticks = item.points.map((point, place) =>
      make("input", { type: "checkbox", checked: earned[place], disabled: fixed, on: { change: () => add() } }),
    );
    const marks = () => item.points.reduce((sum, point, place) => sum + (ticks[place].checked ? point.marks : 0), 0);
    const add = () => {
      total.className = `front ${marks() === item.marks ? "right" : "wrong"}`;
      total.replaceChildren(word(`${marks()} of ${item.marks} marks`, `${marks()} / ${item.marks}分`));
    };
    const points = item.points.map((point, place) =>
      make("label", {}, ticks[place], make("span", {}, said(point.text), ` (${point.marks})`)),
    );
    const legend = make("legend", {}, word("Marking points: tick what you have", "得分点：勾选你答到的"));
    const box = make("div", { className: "card" }, total);
    const option = item.options.find((one) => !form.elements.option || one.key === form.elements.option.value);
    if (item.right) {
      const right = item.options.find((one) => one.key === item.right);
      const letter = fixed ? `${right.key.toUpperCase()} ` : "";
      box.append(make("p", {}, word("Right answer", "正确答案"), `: ${letter}`, said(right.text)));
    }
    if (option && option.hint) box.append(lines(option.hint, "soft"));
    if (item.answer) box.append(lines(item.answer));
    box.append(make("fieldset", { className: "points" }, legend, ...points), topicsOf(item.topics));
    const next = button("Next", "下一题", () => nextItem(item, marks()), "main");
    stage("mock").append(box, make("div", { className: "row" }, next));
    add();
    next.focus();
  }
  function nextItem(item, marks) {
    state.items[item.id] = { marks, of: item.marks, at: Date.now() };
    keep();
    paper.results.push({ item, marks });
    paper.at += 1;
    if (paper.at < paper.items.length) showItem();
    else finishMock();
    focusMain("mock");
  }
  function finishMock() {
    const sum = (results, read) => results.reduce((total, one) => total + read(one), 0);
    const score = (results) => `${sum(results, (one) => one.marks)} / ${sum(results, (one) => one.item.marks)}`;
    const used = Math.max(1, Math.round((Date.now() - paper.began) / 60000));
    const given = sum(paper.results, (one) => one.item.minutes);
    const rows = content.chapters.flatMap((chapter) => {
      const own = paper.results.filter((one) => one.item.chapter === chapter.key);
      return own.length ? [make("li", {}, `${chapter.name} `, said(chapter.title), `: ${score(own)}`)] : [];
    });
    const lost = paper.results.filter((one) => one.marks < one.item.marks);
    stage("mock").replaceChildren(
      make("p", { className: "front" }, word("Marks", "得分"), `: ${score(paper.results)}`),
      lines({ en: `${used} minutes used; an exam gives ${given}.`, zh: `用时${used}分钟；考试给${given}分钟。` }, "soft"),
      make("ul", {}, ...rows),
    );
    if (lost.length) stage("mock").append(lines({ en: "Read again what lost marks:", zh: "失分处请重读：" }));
    for (const one of lost) stage("mock").append(topicsOf(one.item.topics));
    stage("mock").append(make("div", { className: "row" }, button("Another mock", "再来一套", offerMock, "main")));
    paper = null;
    keys.mock = {};
  }

  // --- Figures and disagreements -------------------------------------------------------------------------------------
  const sourceOf = (key) => english(`${key}${content.sources[key] ? ` ${content.sources[key]}` : ""}`, "p", "soft");
  function showEntries(part, entries, render) {
    const pieces = entries.map((entry) => {
      const piece = make("article", { className: "card" }, ...render(entry));
      const names = entry.topics.map((id) => Object.values(content.topics[id]).join(" ")).join(" ");
      return [piece, `${piece.textContent} ${names}`.toLowerCase()];
    });
    const field = make("input", { type: "search", className: "filter" });
    field.addEventListener("input", () => {
      for (const [piece, text] of pieces) piece.hidden = !text.includes(field.value.trim().toLowerCase());
    });
    stage(part).replaceChildren(make("label", {}, word("Search", "查找"), field), ...pieces.map(([piece]) => piece));
  }
  function showReference() {
    showEntries("figures", content.numbers, (number) => [
      english(`${number.id} · ${number.figure}`, "h3"),
      english(number.claim),
      topicsOf(number.topics),
      sourceOf(number.source),
    ]);
    showEntries("disputes", content.disagreements, (point) => [
      english(`${point.id} · ${point.subject}`, "h3"),
      make("ul", {}, ...point.positions.map((one) => make("li", {}, english(one.says), ...one.sources.map(sourceOf)))),
      english(`→ ${point.advice}`),
      topicsOf(point.topics),
    ]);
  }

  // --- Keeping: export, import, forget ----------------------------------------------------------------------------------
  function summarise() {
    const known = Object.values(state.cards).filter((record) => schedule.stabilityOf(record) > 1).length;
    const marks = Object.values(state.items);
    const sum = (name) => marks.reduce((total, record) => total + record[name], 0);
    find("summary").replaceChildren(
      ...spans({
        en: `${known} of ${content.cards.length} cards known, ${marks.length} of ${content.items.length} questions tried, ${sum("marks")} of ${sum("of")} marks.`,
        zh: `已会卡片${known}/${content.cards.length}，已做题目${marks.length}/${content.items.length}，得分${sum("marks")}/${sum("of")}。`,
      }),
    );
  }
  function exportState() {
    const address = URL.createObjectURL(new Blob([JSON.stringify(state, null, 1)], { type: "application/json" }));
    make("a", { href: address, download: `crm-revise-${dayOf(Date.now())}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    tell("Exported.", "已导出。");
  }
  async function importState(event) {
    const [file] = event.target.files;
    if (!file) return;
    try {
      const other = JSON.parse(await file.text());
      if (!isOurs(other)) throw new Error("another format");
      const taken = merge(other);
      keep();
      restart();
      tell(`Imported: ${taken} records.`, `已导入${taken}条记录。`);
    } catch {
      tell("This file is no export of this page. Nothing was changed.", "该文件不是本页导出的记录，未作改动。");
    }
    event.target.value = "";
  }
  function forget() {
    const question = "Forget all cards, lists and marks on this device? 清除本设备上的全部记录？";
    if (!window.confirm(question)) return;
    Object.assign(state, fresh(), { settings: state.settings });
    keep();
    restart();
    tell("Forgotten.", "已清除。");
  }

  // --- Parts, switches, keys --------------------------------------------------------------------------------------------
  const parts = [...document.querySelectorAll("main > section")].map((section) => section.id);
  const partShown = () => (parts.includes(location.hash.slice(1)) ? location.hash.slice(1) : parts[0]);
  function showPart() {
    for (const part of parts) find(part).hidden = part !== partShown();
    for (const link of document.querySelectorAll("nav a")) {
      if (link.hash.slice(1) === partShown()) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    find("status").replaceChildren();
    summarise();
  }
  function restart() {
    startCards();
    chooseGroup();
    offerMock();
    summarise();
  }
  function applySettings() {
    const { language, theme } = state.settings;
    const root = document.documentElement;
    if (["en", "zh", "both"].includes(language)) root.dataset.language = language;
    if (["auto", "light", "dark"].includes(theme)) root.dataset.theme = theme;
    root.lang = root.dataset.language === "zh" ? "zh" : "en";
    find("language").value = root.dataset.language;
    find("theme").value = root.dataset.theme;
  }
  for (const name of ["language", "theme"]) {
    find(name).addEventListener("change", (event) => {
      state.settings[name] = event.target.value;
      keep();
      applySettings();
    });
  }
  for (const chapter of content.chapters) {
    const title = `${chapter.name} ${chapter.title.en} ${chapter.title.zh}`;
    find("chapter").append(make("option", { value: chapter.key }, title));
  }
  find("chapter").addEventListener("change", restart);
  find("export").addEventListener("click", exportState);
  find("import").addEventListener("change", importState);
  find("forget").addEventListener("click", forget);
  window.addEventListener("hashchange", () => {
    showPart();
    find(`${partShown()}-title`).focus();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const act = (keys[partShown()] || {})[event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    }
  });
  applySettings();
  showReference();
  restart();
  showPart();
})();
