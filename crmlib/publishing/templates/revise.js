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
  const keys = { cards: {}, lists: {}, worked: {}, mock: {} }; // what a key does in a part, at this moment

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
    make("p", { className: "soft" }, ...ids.flatMap((id, place) => [`${place ? "; " : ""}${id} `, said(content.topics[id])]));
  const marksOf = (marks) => ({ en: `${marks} ${marks === 1 ? "mark" : "marks"}`, zh: `${marks}分` });
  // The sentence at the top of a part is for its beginning only.
  const atWork = (part, working) => find(part).classList.toggle("working", working);
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
    // earlier records of items have no day: they are due
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
      atWork("cards", true);
      box.append(
        make("p", { className: "back only", lang: backLanguage }, card.back),
        lines(card.definition),
        topicsOf([card.topic]),
      );
      const buttons = RATINGS.map(([en, zh], place) => {
        const choice = button(en, zh, () => answer(place + 1), place === 2 ? "main" : "");
        choice.prepend(`${place + 1} `);
        return choice;
      });
      row.replaceChildren(...buttons);
      keys.cards = Object.fromEntries(RATINGS.map((_, place) => [place + 1, () => answer(place + 1)]));
      buttons[2].focus();
    };
    row.append(button("Turn", "翻卡", turn, "main"));
    const left = lines({ en: queue.length === 1 ? "1 card left" : `${queue.length} cards left`, zh: `还剩${queue.length}张` }, "soft");
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
    atWork("lists", false);
    const rows = content.lists.map((group) => {
      const record = state.lists[group.id];
      const score = record ? ` ${record.right}/${record.asked}` : "";
      const act = () => sortGroup(group, shuffle(group.entries), 0, 0);
      return make("button", { type: "button", on: { click: act } }, said(group.title), score);
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
    atWork("lists", true);
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
    stage("lists").replaceChildren(make("h3", {}, said(group.title)), make("p", { className: "soft" }, left), box, row);
  }
  function finishGroup(group, asked, right) {
    keys.lists = {};
    state.lists[group.id] = { right, asked, at: Date.now() };
    keep();
    const sides = group.lists.flatMap((one) => [
      make("h3", {}, ...listName(one)),
      lines(one.asks, "soft"),
      make("ol", {}, ...one.items.map((item) => make("li", {}, said(item)))),
    ]);
    stage("lists").replaceChildren(
      lines({ en: `${right} of ${asked} sorted right.`, zh: `${asked}个中归对${right}个。` }, "front"),
      lines(group.tell, "card"),
      ...sides,
      make("div", { className: "row" }, button("All lists", "全部清单", chooseGroup, "main")),
    );
  }

  // --- Worked, faded, fresh: a kind of question from a marked answer to one's own --------------------------------------
  const kindOf = Object.fromEntries(content.kinds.map((kind) => [kind.key, kind]));
  const itemsOf = (kind) => inChapter(content.items).filter((item) => item.kind === kind);
  const list = (texts, tag) => make(tag || "ul", {}, ...texts.map((text) => make("li", {}, said(text))));
  const optionLines = (options) =>
    options.map((option) => make("p", {}, `${option.key.toUpperCase()} `, said(option.text)));
  function chooseKind() {
    atWork("worked", false);
    const buttons = content.kinds
      .filter((kind) => itemsOf(kind.key).length)
      .map((kind) => make("button", { type: "button", on: { click: () => showWorked(kind.key) } }, said(kind.name)));
    stage("worked").replaceChildren(make("div", { className: "row" }, ...buttons));
    if (!buttons.length) stage("worked").append(lines({ en: "This chapter has no question.", zh: "本章没有题目。" }));
  }
  function showWorked(kind) {
    atWork("worked", true);
    const guide = content.guides.find((one) => one.kind === kind);
    const pieces = [make("h3", {}, said(kindOf[kind].name))];
    if (guide) pieces.push(...showGuide(guide));
    else pieces.push(...showModel(itemsOf(kind)[0]));
    const faded = button("Faded", "补全", () => showFaded(kind), "main");
    stage("worked").replaceChildren(...pieces, make("div", { className: "row" }, otherKinds(), faded));
    faded.focus();
  }
  const otherKinds = () => button("Other kinds", "其他题型", chooseKind);
  function showGuide(guide) {
    const marked = guide.lines.map((line) =>
      make(
        "li",
        {},
        said(line.text),
        " ",
        make("strong", { className: line.marks ? "right" : "wrong" }, said(marksOf(line.marks))),
        lines(line.note, "soft"),
      ),
    );
    return [
      make("h4", {}, word("Earns marks", "得分")),
      list(guide.earns),
      make("h4", {}, word("Loses marks", "失分")),
      list(guide.loses),
      make("h4", {}, word("Worked: an answer and its marks", "示范：作答与得分")),
      make("div", { className: "card" }, lines(guide.question), ...optionLines(guide.options), make("ol", {}, ...marked)),
    ];
  }
  function showModel(item) {
    const points = item.points.map((point) => make("li", {}, said(point.text), ` (${point.marks})`));
    const answer = make("div", { className: "card" }, lines(item.question), lines(item.answer), make("ol", {}, ...points));
    return [make("h4", {}, word("Worked", "示范")), answer];
  }
  // The first half of the points stands there; the reader writes the rest before looking.
  function showFaded(kind) {
    const [item] = inOrder(itemsOf(kind));
    const kept = item.points.length - Math.max(1, Math.floor(item.points.length / 2));
    const asLine = (point) => make("li", {}, said(point.text), ` (${point.marks})`);
    const points = make("ol", {}, ...item.points.slice(0, kept).map(asLine));
    const box = make("div", { className: "card" }, lines(item.question), ...optionLines(item.options), points);
    const field = make("label", {}, word("What is missing", "缺少的部分"), make("textarea", { rows: 3 }));
    const row = make("div", { className: "row" });
    const look = button("Look", "对照", () => {
      points.append(...item.points.slice(kept).map(asLine));
      box.append(lines(item.answer, "soft"));
      const next = button("Fresh", "新题", () => startFresh(kind, item), "main");
      row.replaceChildren(otherKinds(), next);
      next.focus();
    }, "main");
    row.append(otherKinds(), look);
    stage("worked").replaceChildren(make("h3", {}, said(kindOf[kind].name)), box, field, row);
    field.lastChild.focus();
  }
  function startFresh(kind, shown) {
    const fresh = inOrder(itemsOf(kind)).filter((item) => item.id !== shown.id);
    beginPaper(fresh.length ? fresh.slice(0, 1) : [shown], "worked", { back: () => showWorked(kind) });
  }

  // --- Papers: ten questions marked one by one, or a mock against the clock -----------------------------------------------
  let paper = null;
  // Due ones and new ones in turn, so that neither crowds out the other; of the due what lost marks first; then the rest.
  function inOrder(items) {
    const today = dayOf(Date.now());
    const parts = { due: [], unseen: [], later: [] };
    for (const item of shuffle(items)) {
      const record = state.items[item.id];
      if (!record) parts.unseen.push(item);
      else if ((record.due_on ?? today) > today) parts.later.push(item);
      else if (record.marks < record.of) parts.due.unshift(item);
      else parts.due.push(item);
    }
    const turns = Math.max(parts.due.length, parts.unseen.length);
    const mixed = Array.from({ length: turns }, (_, turn) => [parts.due[turn], parts.unseen[turn]]).flat();
    return [...mixed.filter(Boolean), ...parts.later];
  }
  const once = (items) => items.filter((item, place) => items.findIndex((one) => one.id === item.id) === place);
  const quickItems = () => inChapter(content.items).filter((item) => kindOf[item.kind].quick);
  // Kinds by their share of an exam, no topic twice, as long as the minutes last.
  function drawPaper(minutes) {
    const kinds = content.kinds.filter((kind) => kind.weight > 0);
    const pools = new Map(kinds.map((kind) => [kind, inOrder(itemsOf(kind.key))]));
    const used = new Map(kinds.map((kind) => [kind, 0]));
    const topics = new Set();
    const chosen = [];
    let left = minutes;
    const share = (kind) => used.get(kind) / kind.weight;
    while (pools.size) {
      const [kind] = [...pools.keys()].sort((one, other) => share(one) - share(other) || other.weight - one.weight);
      const fits = (item) => item.minutes <= left && !item.topics.some((topic) => topics.has(topic));
      const item = pools.get(kind).find(fits);
      if (!item) {
        pools.delete(kind);
        continue;
      }
      chosen.push(item);
      item.topics.forEach((topic) => topics.add(topic));
      used.set(kind, used.get(kind) + item.marks);
      left -= item.minutes;
    }
    return chosen.sort((one, other) => kinds.indexOf(kindOf[one.kind]) - kinds.indexOf(kindOf[other.kind]));
  }
  function offerMock() {
    keys.mock = {};
    atWork("mock", false);
    const there = quickItems().length;
    const starts = [10, 20, 40].filter((count) => count <= there);
    if (!starts.length && there) starts.push(there);
    const quick = starts.map((count) =>
      button(`${count} questions`, `${count}题`, () => beginPaper(shuffle(once(inOrder(quickItems())).slice(0, count)), "mock"), "main"),
    );
    const timed = [20, 40, 60].map((minutes) =>
      button(`${minutes} minutes`, `${minutes}分钟`, () => beginPaper(drawPaper(minutes), "mock", { minutes })),
    );
    stage("mock").replaceChildren(
      make("h3", {}, word("Marked one by one", "逐题评分")),
      make("div", { className: "row" }, ...quick),
      make("h3", {}, word("Against the clock, all kinds", "限时，各种题型")),
      make("div", { className: "row" }, ...timed),
    );
    if (!inChapter(content.items).length) {
      stage("mock").replaceChildren(lines({ en: "This chapter has no such item.", zh: "本章没有此类题目。" }));
    }
  }
  function beginPaper(items, part, { minutes = 0, back = null } = {}) {
    if (!items.length) {
      tell("This chapter has too few questions.", "本章题目太少。");
      return;
    }
    stopClock();
    atWork(part, true);
    paper = { items: once(items), part, minutes, back, at: 0, results: [], began: Date.now() };
    paper.forms = paper.items.map((item, place) => makeForm(item, place));
    if (minutes) startClock();
    showForm();
    focusMain(part);
  }
  let ticking = 0;
  function startClock() {
    paper.clock = make("p", { className: "soft", role: "timer" });
    const tick = () => {
      const left = Math.max(0, paper.began + paper.minutes * 60000 - Date.now());
      const seconds = Math.ceil(left / 1000);
      const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      paper.clock.replaceChildren(word(`${time} left`, `剩余${time}`));
      if (left <= 0) {
        tell("Time is over. What is written counts.", "时间到。以已写的为准。");
        handIn();
      }
    };
    ticking = setInterval(tick, 1000);
    tick();
  }
  function stopClock() {
    clearInterval(ticking);
    ticking = 0;
  }
  function handIn() {
    stopClock();
    paper.used = Date.now() - paper.began;
    paper.minutesGiven = paper.minutes;
    paper.minutes = 0;
    paper.at = 0;
    markItem(paper.items[0], paper.forms[0]);
  }
  const plain = (text) =>
    text.normalize("NFKC").toLowerCase().replace(/[\s\-_.。,，“”"'’]+/g, " ").trim().replace(/^(the|an?) (?=.)/, "");
  const wordMatches = (typed, accepted) =>
    plain(typed) !== "" && accepted.some((one) => plain(one) === plain(typed));
  const numberOf = (typed) => {
    const found = typed.normalize("NFKC").replace(/[,，\s]/g, "").replace("−", "-").match(/-?\d+(\.\d+)?/);
    return found ? Number(found[0]) : NaN;
  };

  function makeForm(item, place) {
    const form = make("form", { autocomplete: "off" });
    const head = `${place + 1} / ${paper.items.length} · ${item.id} · `;
    form.append(make("p", { className: "soft" }, head, said(marksOf(item.marks))), lines(item.question, "front-question"));
    if (item.kind === "fill_in") form.append(...makeBlanks(item));
    else if (item.right) form.append(makeOptions(item));
    else form.append(...makeOpen(item));
    if (item.kind === "true_false" && item.points.length > 1) form.append(writing("Your reason", "理由"));
    const timed = paper.minutes > 0;
    const last = place === paper.items.length - 1;
    const check = make("button", { type: "submit", className: "main" });
    if (!timed) check.append(word("Mark", "评分"));
    else check.append(last ? word("Hand in", "交卷") : word("Next", "下一题"));
    const row = make("div", { className: "row" });
    if (timed && place) row.append(button("Previous", "上一题", () => turnTo(place - 1)));
    row.append(check);
    form.append(row);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!paper.minutes) markItem(item, form);
      else if (last) handIn();
      else turnTo(place + 1);
    });
    return form;
  }
  const writing = (en, zh) => make("label", {}, word(en, zh), make("textarea", { name: "reason", rows: 3 }));
  function makeOpen(item) {
    const fields = [...optionLines(item.options)];
    if (item.result) {
      const field = make("input", { type: "text", name: "result", inputMode: "decimal" });
      fields.push(make("label", { className: "blank" }, word("result", "结果"), field, ` ${item.result.unit}`));
    }
    return [...fields, writing("Your answer, or on paper", "你的答案，也可写在纸上")];
  }
  function turnTo(place) {
    paper.at = place;
    showForm();
    focusMain(paper.part);
  }
  function showForm() {
    const form = paper.forms[paper.at];
    keys[paper.part] = {};
    for (const input of form.querySelectorAll("input[name=option]")) {
      const pick = () => {
        input.checked = input.type === "radio" || !input.checked;
        input.focus();
      };
      keys[paper.part][input.dataset.place] = pick;
      keys[paper.part][input.value[0]] = pick;
    }
    stage(paper.part).replaceChildren(...(paper.clock && paper.minutes ? [paper.clock] : []), form);
  }
  function makeOptions(item) {
    const several = item.kind === "multiple";
    const legend = make("legend", {}, word("Your answer", "你的答案"));
    const box = make("fieldset", { className: "options" }, legend);
    item.options.forEach((option, position) => {
      const input = make("input", { type: several ? "checkbox" : "radio", name: "option", value: option.key });
      input.required = !several && !paper.minutes;
      input.dataset.place = position + 1;
      const letter = item.kind === "true_false" ? "" : `${option.key.toUpperCase()} `;
      box.append(make("label", {}, input, make("span", {}, letter, said(option.text))));
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

  // What the page can judge: a choice, the verdict of a true or false, a blank with an accepted word, a result.
  function judge(item, form) {
    if (item.kind === "fill_in") {
      return item.points.map((point, place) => wordMatches(form.elements[`blank${place}`].value, point.accepted));
    }
    if (item.result) {
      const hit = Math.abs(numberOf(form.elements.result.value) - item.result.value) <= item.result.within * 1.000001;
      return item.points.map(() => hit);
    }
    if (!item.right) return item.points.map(() => false);
    if (item.kind === "multiple") {
      const letters = chosenOptions(item, form);
      const sound = letters.every((letter) => item.right.includes(letter));
      return [...item.right].map((letter) => sound && letters.includes(letter));
    }
    const hit = form.elements.option.value === item.right;
    return item.points.map((point, place) => hit && (item.kind === "choice" || place === 0));
  }
  const chosenOptions = (item, form) =>
    [...form.querySelectorAll("input[name=option]:checked")].map((input) => input.value);
  function explain(item, form) {
    const pieces = [];
    if (item.right) {
      const right = item.options.filter((one) => (item.kind === "multiple" ? item.right.includes(one.key) : one.key === item.right));
      for (const one of right) {
        const letter = item.kind === "true_false" ? "" : `${one.key.toUpperCase()} `;
        pieces.push(make("p", {}, word("Right answer", "正确答案"), `: ${letter}`, said(one.text)));
      }
      const chosen = chosenOptions(item, form);
      for (const one of item.options) if (chosen.includes(one.key) && one.hint) pieces.push(lines(one.hint, "soft"));
    }
    if (item.result) {
      const typed = numberOf(form.elements.result.value);
      const slip = item.result.wrong.find((one) => Math.abs(one.value - typed) <= item.result.within * 1.000001);
      if (slip) pieces.push(english(`${slip.name}: ${slip.note}`, "p", "soft"));
    }
    if (item.answer) pieces.push(lines(item.answer));
    if (item.slip) pieces.push(make("p", { className: "soft" }, word("Often written", "常见错误"), ": ", said(item.slip)));
    return pieces;
  }
  function markItem(item, form) {
    const earned = judge(item, form);
    const fixed = item.kind === "choice" || item.kind === "multiple";
    const part = paper.part;
    keys[part] = {};
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
    const box = make("div", { className: "card" }, total, ...explain(item, form));
    box.append(make("fieldset", { className: "points" }, legend, ...points), topicsOf(item.topics));
    const next = button("Next", "下一题", () => nextItem(item, marks()), "main");
    stage(part).replaceChildren(form, box, make("div", { className: "row" }, next));
    add();
    next.focus();
  }
  function nextItem(item, marks) {
    const part = paper.part;
    const rating = marks >= item.marks ? 3 : 2 * marks >= item.marks ? 2 : 1;
    const record = schedule.rateCard(state.items[item.id], rating, dayOf(Date.now()));
    state.items[item.id] = { ...record, marks, of: item.marks, at: Date.now() };
    keep();
    paper.results.push({ item, marks });
    paper.at += 1;
    if (paper.at === paper.items.length) finishPaper();
    else if (paper.minutesGiven) markItem(paper.items[paper.at], paper.forms[paper.at]);
    else showForm();
    focusMain(part);
  }
  function finishPaper() {
    const { part, back } = paper;
    const sum = (results, read) => results.reduce((total, one) => total + read(one), 0);
    const score = (results) => `${sum(results, (one) => one.marks)} / ${sum(results, (one) => one.item.marks)}`;
    const used = Math.max(1, Math.round((paper.used || Date.now() - paper.began) / 60000));
    const given = paper.minutesGiven || sum(paper.results, (one) => one.item.minutes);
    const rows = content.chapters.flatMap((chapter) => {
      const own = paper.results.filter((one) => one.item.chapter === chapter.key);
      return own.length ? [make("li", {}, `${chapter.name} `, said(chapter.title), `: ${score(own)}`)] : [];
    });
    const lost = paper.results.filter((one) => one.marks < one.item.marks);
    const ids = [...new Set(lost.flatMap((one) => one.item.topics))];
    stage(part).replaceChildren(
      make("p", { className: "front" }, word("Marks", "得分"), `: ${score(paper.results)}`),
      lines({ en: `${used} ${used === 1 ? "minute" : "minutes"} used; an exam gives ${given}.`, zh: `用时${used}分钟；考试给${given}分钟。` }, "soft"),
      make("ul", {}, ...rows),
    );
    if (ids.length) stage(part).append(lines({ en: "Read again what lost marks:", zh: "失分处请重读：" }), topicsOf(ids));
    const again = part === "mock" ? button("Another mock", "再来一套", offerMock, "main") : null;
    stage(part).append(make("div", { className: "row" }, again || button("Go on", "继续", back || chooseKind, "main")));
    paper = null;
    keys[part] = {};
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
    showEntries("sheet", content.formulas, (one) => [
      make("h3", {}, said(one.name)),
      lines(one.formula, "formula"),
      make("details", {}, make("summary", {}, word("Example", "示例")), lines(one.question), list(one.steps, "ol")),
      topicsOf(one.topics),
    ]);
    const heads = [
      ["ask", "自问"],
      ["look at", "看什么"],
      ["then", "怎么做"],
    ];
    const rows = content.decisions.map(({ en, zh }) =>
      make(
        "article",
        { className: "card" },
        make("h3", {}, word(en[0], zh[0])),
        ...heads.map(([one, other], place) =>
          make("p", {}, make("strong", {}, word(one, other)), " ", word(en[place + 1], zh[place + 1])),
        ),
      ),
    );
    stage("sheet").prepend(make("h3", {}, word("Formulas", "公式")));
    stage("sheet").append(make("h3", {}, word("Decisions", "决策表")), ...rows);
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
    const sum = (records, name) => records.reduce((total, record) => total + record[name], 0);
    const today = dayOf(Date.now());
    const due = (records) => Object.values(records).filter((record) => (record.due_on ?? today) <= today).length;
    const bank = once(content.items);
    find("summary").replaceChildren(
      ...spans({
        en: `${known} of ${content.cards.length} cards known, ${marks.length} of ${bank.length} questions tried, ${sum(marks, "marks")} of ${sum(marks, "of")} marks. Due today: ${due(state.cards)} cards, ${due(state.items)} questions.`,
        zh: `已会卡片${known}/${content.cards.length}，已做题目${marks.length}/${bank.length}，得分${sum(marks, "marks")}/${sum(marks, "of")}。今天到期：卡片${due(state.cards)}，题目${due(state.items)}。`,
      }),
    );
    const rows = content.chapters.flatMap((chapter) => {
      const own = bank.filter((item) => item.chapter === chapter.key);
      const records = own.map((item) => state.items[item.id]).filter(Boolean);
      if (!own.length) return [];
      const share = records.length ? `, ${Math.round((100 * sum(records, "marks")) / sum(records, "of"))} %` : "";
      return [make("li", {}, `${chapter.name} `, said(chapter.title), `: ${records.length} / ${own.length}${share}`)];
    });
    find("coverage").replaceChildren(...rows);
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
    stopClock();
    startCards();
    chooseGroup();
    chooseKind();
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
