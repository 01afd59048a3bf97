// A plan, cards, lists and a mock on the content of this page. What the reader has done lies in `state`, which is kept
// in the browser and travels as a file. All text goes in as text, never as HTML.
(() => {
  const KEY = "crm-revise";
  const DAY = 86400000;
  const CARDS_AT_ONCE = 20;
  const find = (id) => document.getElementById(id);
  const content = JSON.parse(find("content").textContent);
  const schedule = makeSchedule(content.schedule);
  const planner = makePlan(content.plan);
  const stage = (part) => find(part).querySelector(".stage");
  const keys = { plan: {}, cards: {}, lists: {}, worked: {}, mock: {} }; // what a key does in a part, at this moment

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
  const fresh = () => ({ format: KEY, version: 1, cards: {}, lists: {}, items: {}, days: {}, settings: {} });
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
    mergePlan(other);
    return taken;
  }
  // What was done on either side is done; the plan of a day is that of the side that has begun it, else the one of
  // this side. The exam chosen last counts, and with another exam today is planned anew unless it has begun.
  function mergePlan(other) {
    for (const [day, record] of Object.entries(isRecord(other.days) ? other.days : {})) {
      if (!planner.isDay(day) || !isRecord(record) || !planner.isDayRecord(record)) continue;
      const mine = state.days[day] ?? {};
      const done = [...new Set([...(mine.done ?? []), ...(record.done ?? [])])];
      state.days[day] = (mine.done ?? []).length || !(record.done ?? []).length
        ? { ...record, ...mine, done }
        : { ...mine, ...record, done };
    }
    const exam = isRecord(other.settings) ? other.settings.exam : null;
    const chosen = state.settings.exam ?? {};
    if (!isRecord(exam) || !planner.isDay(exam.on) || !((exam.at ?? 0) >= (chosen.at ?? 0))) return;
    state.settings.exam = exam;
    const day = dayOf(Date.now());
    const changed = exam.on !== chosen.on || exam.minutes !== chosen.minutes;
    if (changed && state.days[day] && !(state.days[day].done ?? []).length) delete state.days[day];
  }
  try {
    const stored = JSON.parse(localStorage.getItem(KEY));
    if (isOurs(stored)) merge(stored);
    if (isOurs(stored) && isRecord(stored.settings)) state.settings = { ...stored.settings };
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
  function dueCards(limit) {
    const today = dayOf(Date.now());
    const cards = inChapter(content.cards);
    const side = (card) => (card.asks === "en" ? 1 : 0);
    const due = cards.filter((card) => state.cards[card.key] && state.cards[card.key].due_on <= today);
    const day = (card) => state.cards[card.key].due_on;
    due.sort((one, other) => day(one).localeCompare(day(other)) || side(one) - side(other));
    const unseen = cards.filter((card) => !state.cards[card.key]);
    const chosen = unseen.slice(0, Math.max(0, limit - due.length));
    return [...due, ...chosen.sort((one, other) => side(one) - side(other))].slice(0, limit);
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
  function startCards(limit = CARDS_AT_ONCE) {
    queue = dueCards(limit);
    showCard();
  }
  function focusMain(part) {
    const main = stage(part).querySelector("button.main, input, button");
    if (main) main.focus();
  }

  // --- Lists: each entry goes to the list that it stands in --------------------------------------------------------
  function chooseGroup(only = null) {
    keys.lists = {};
    atWork("lists", false);
    const chosen = content.lists.filter((group) => !only || only.includes(group.id));
    const rows = chosen.map((group) => {
      const record = state.lists[group.id];
      const score = record ? ` ${record.right}/${record.asked}` : "";
      const act = () => sortGroup(group, shuffle(group.entries), 0, 0);
      return make("button", { type: "button", on: { click: act } }, said(group.title), score);
    });
    stage("lists").replaceChildren(make("div", { className: "row" }, ...rows));
    if (only) stage("lists").append(make("div", { className: "row" }, button("All lists", "全部清单", () => chooseGroup())));
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
      make("div", { className: "row" }, button("All lists", "全部清单", () => chooseGroup(), "main")),
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
    const next = button("Fresh", "新题", () => startFresh(kind, item), "main");
    fade("worked", item, make("h3", {}, said(kindOf[kind].name)), next, otherKinds());
  }
  function fade(part, item, title, next, other) {
    const kept = item.points.length - Math.max(1, Math.floor(item.points.length / 2));
    const asLine = (point) => make("li", {}, said(point.text), ` (${point.marks})`);
    const points = make("ol", {}, ...item.points.slice(0, kept).map(asLine));
    const box = make("div", { className: "card" }, lines(item.question), ...optionLines(item.options), points);
    const field = make("label", {}, word("What is missing", "缺少的部分"), make("textarea", { rows: 3 }));
    const row = make("div", { className: "row" });
    const look = button("Look", "对照", () => {
      points.append(...item.points.slice(kept).map(asLine));
      box.append(lines(item.answer, "soft"));
      row.replaceChildren(other, next);
      next.focus();
    }, "main");
    row.append(other, look);
    stage(part).replaceChildren(title, box, field, row);
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
  function drawPaper(minutes, sections = []) {
    const kinds = content.kinds.filter((kind) => kind.weight > 0);
    const asked = (item) => !sections.length || item.topics.some((topic) => sections.includes(topic[0]));
    const pools = new Map(kinds.map((kind) => [kind, inOrder(itemsOf(kind.key).filter(asked))]));
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
  function beginPaper(items, part, { minutes = 0, back = null, after = null, above = [], below = [] } = {}) {
    if (!items.length) {
      tell("This chapter has too few questions.", "本章题目太少。");
      return;
    }
    if (paper && paper.part !== part) leavePaper();
    stopClock();
    atWork(part, true);
    paper = { items: once(items), part, minutes, back, after, above, below, at: 0, results: [], began: Date.now() };
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
  // One paper at a time: what is written in another part is left, and that part begins anew.
  function leavePaper() {
    const { part } = paper;
    stopClock();
    paper = null;
    ({ plan: showPlan, worked: chooseKind, mock: offerMock })[part]();
    tell("The open question of another part was left.", "另一部分未做完的题已放弃。");
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
    const clock = paper.clock && paper.minutes ? [paper.clock] : [];
    stage(paper.part).replaceChildren(...clock, ...paper.above, form, ...paper.below);
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
    stage(part).replaceChildren(...paper.above, form, box, make("div", { className: "row" }, next), ...paper.below);
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
    const { part, back, after } = paper;
    if (after) {
      paper = null;
      keys[part] = {};
      after();
      return;
    }
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

  // --- The plan: the day of the exam, today in parts, what next, all days, topics at a glance --------------------------
  const { names, sections } = content.plan;
  const bank = once(content.items);
  const today = () => dayOf(Date.now());
  function readExam() {
    const { on, minutes } = isRecord(state.settings.exam) ? state.settings.exam : {};
    const sound = Number.isInteger(minutes) && minutes >= content.plan.least && minutes <= 600;
    return { examOn: planner.isDay(on) ? on : "", minutes: sound ? minutes : content.plan.minutes };
  }
  function keepExam(on, minutes) {
    state.settings.exam = { on, minutes, at: Date.now() };
    state.days[today()] = { done: (state.days[today()] ?? {}).done ?? [] };
    keep();
    showPlan();
  }
  const situation = () => ({
    items: bank,
    groups: content.lists.map((group) => group.id),
    records: state.items,
    lists: state.lists,
    days: state.days,
    today: today(),
    ...readExam(),
  });
  // Today's part; once it has begun it stays, so that work done today does not change it.
  function planToday() {
    const day = today();
    const kept = state.days[day] ?? {};
    if (readExam().examOn === day) return planner.findDay(situation());
    if (!kept.sections) return planner.findDay(situation());
    const known = content.lists.filter((group) => kept.groups.includes(group.id));
    return { on: day, ...kept, groups: known.map((group) => group.id) };
  }
  function beginDay() {
    const { on, ...planned } = planToday();
    if (readExam().examOn !== on) state.days[on] = { done: [], ...planned, ...state.days[on] };
    keep();
  }
  const orderOf = Object.keys({ ...content.plan.shares, ...content.plan.last });
  const partsOf = (day) => Object.keys(day.parts).sort((one, other) => orderOf.indexOf(one) - orderOf.indexOf(other));
  const nameSections = (letters) => letters.flatMap((one, place) => [`${place ? "; " : ""}${one} `, said(sections[one])]);
  const titlesOf = (groups) =>
    content.lists.filter((one) => groups.includes(one.id)).flatMap((one, place) => [place ? "; " : "", said(one.title)]);
  const doneToday = () => (state.days[today()] ?? {}).done ?? [];
  function noteDone(part, done) {
    beginDay();
    const kept = doneToday().filter((one) => one !== part);
    state.days[today()] = { ...state.days[today()], done: done ? [...kept, part] : kept };
    keep();
  }
  function showPlan() {
    if (paper && paper.part === "plan") {
      stopClock();
      paper = null;
    }
    atWork("plan", false);
    keys.plan = {};
    const day = planToday();
    const test = [
      make("h3", {}, word("Where do you stand?", "你现在的水平")),
      lines({ en: "A test of short questions from all parts. Its marks shape the plan.", zh: "各部分的短题。得分决定计划。" }, "soft"),
      make("div", { className: "row" }, button(`Test of ${content.plan.diagnosis} minutes`, `${content.plan.diagnosis}分钟摸底`, takeTest)),
    ];
    const begun = Object.keys(state.items).length > 0;
    const now = [...showToday(day), ...whatNext(day)];
    const pieces = begun ? [...now, ...test] : [...test, ...now];
    stage("plan").replaceChildren(...examFields(), ...pieces, allDays(), glance());
  }
  function backToPlan() {
    showPlan();
    find("plan-title").focus();
  }
  function takeTest() {
    const minutes = content.plan.diagnosis;
    beginPaper(planner.drawDiagnosis(bank, shuffle), "plan", { minutes, back: backToPlan, below: [stopRow()] });
  }
  const stopRow = () => make("div", { className: "row" }, button("Back to the plan", "回到计划", backToPlan));
  function examFields() {
    const { examOn, minutes } = readExam();
    const { least } = content.plan;
    const on = make("input", { type: "date", name: "exam", value: examOn, min: today() });
    const length = make("input", { type: "number", name: "minutes", value: minutes, min: least, max: 600, step: 10 });
    on.addEventListener("change", () => {
      if (on.value && on.value < today()) tell("This day is over. Choose the day of your exam.", "这一天已经过去，请选择考试日期。");
      else keepExam(on.value, minutes);
    });
    length.addEventListener("change", () => {
      const chosen = Math.round(Number(length.value));
      if (chosen >= least && chosen <= 600) keepExam(examOn, chosen);
      else tell(`Choose ${least} to 600 minutes. Below ${least} a day, read the lists and sleep.`, `请选${least}到600分钟。每天不足${least}分钟，看看清单就去睡。`);
    });
    return [make("div", { className: "switches" }, make("label", {}, word("exam on", "考试日期"), " ", on), make("label", {}, word("minutes a day", "每天分钟数"), " ", length))];
  }
  function showToday(day) {
    const { examOn } = readExam();
    const note = examOn === day.on
      ? lines({ en: "The exam is today: the sheet, and the cards that are due. Nothing new.", zh: "今天考试：只看公式与决策和到期的卡片，不学新内容。" })
      : examOn >= day.on ? null : lines({ en: "Choose the day of your exam; until then this is day 1 of 7.", zh: "请选择考试日期；在此之前按七天中的第一天安排。" }, "soft");
    const rows = partsOf(day).map((part) => {
      const tick = make("input", { type: "checkbox", name: part, checked: doneToday().includes(part) });
      tick.addEventListener("change", () => noteDone(part, tick.checked));
      const open = button("Open", "打开", () => openPart(part, day));
      open.setAttribute("aria-label", `Open 打开: ${names[part].en} ${names[part].zh}`);
      return make("div", { className: "part" }, make("label", {}, tick, make("span", {}, said(names[part]), ` · ${day.parts[part]}′`)), open);
    });
    const head = make("h3", {}, word("Today", "今天"), ` ${day.on}`);
    return [head, ...(note ? [note] : []), make("p", { className: "soft" }, ...nameSections(day.sections)), ...rows];
  }
  function goTo(part) {
    location.hash = part;
  }
  function openPart(part, day) {
    const minutes = day.parts[part];
    beginDay();
    if (part === "lists") {
      chooseGroup(day.groups);
      goTo("lists");
    } else if (part === "cards") {
      startCards(minutes * content.plan.cards_a_minute);
      goTo("cards");
    } else if (part === "sheet") goTo("sheet");
    else if (part === "mock") beginPaper(drawPaper(minutes, day.sections), "plan", { minutes, back: backToPlan, below: [stopRow()] });
    else if (part === "lost") walkSteps(planner.findLost(bank, state.items, day.on).map((item) => ["fresh", item]));
    else walkSteps(findSteps(day, minutes));
  }
  // What comes back today, at most for a third of the minutes, then new work on the sections.
  function findSteps(day, minutes) {
    const back = planner.findReturning(bank, state.items, { today: day.on, minutes: Math.floor(minutes / 3) });
    const left = minutes - back.reduce((sum, item) => sum + item.minutes, 0);
    const rest = planner.drawSteps(bank, state.items, { sections: day.sections, today: day.on, minutes: left, mix: shuffle });
    return [...back.map((item) => ["returns", item]), ...rest];
  }
  function walkSteps(steps, place = 0) {
    if (place >= steps.length) {
      backToPlan();
      if (!steps.length) tell("Nothing is waiting. Take a mock, or sleep.", "没有待做的题。做一套模拟题，或者早点睡。");
      return;
    }
    atWork("plan", true);
    const [name, item] = steps[place];
    const go = () => {
      walkSteps(steps, place + 1);
      if (place + 1 < steps.length) focusMain("plan");
    };
    const title = make("h3", {}, `${place + 1} / ${steps.length} `, said(names[name]));
    if (name === "worked") {
      const next = make("div", { className: "row" }, button("Next", "下一题", go, "main"));
      stage("plan").replaceChildren(title, ...showModel(item).slice(1), next, stopRow());
    } else if (name === "faded") fade("plan", item, title, button("Next", "下一题", go, "main"), button("Back to the plan", "回到计划", backToPlan));
    else {
      const [draw] = shuffle(content.items.filter((one) => one.id === item.id));
      beginPaper([draw], "plan", { after: go, above: [title], below: [stopRow()] });
    }
  }
  function whatNext(day) {
    const due = (records) => Object.keys(records).filter((key) => (records[key].due_on ?? day.on) <= day.on).length;
    const standing = planner.findStanding(bank, state.items);
    const weak = planner.findWeak(standing).slice(0, 5);
    const asked = new Set(Object.keys(standing).map((topic) => topic[0]));
    const open = partsOf(day).filter((part) => !doneToday().includes(part));
    const unasked = Object.keys(sections).filter((letter) => !asked.has(letter));
    const rows = [];
    if (open.length) rows.push([word("of today's plan", "今天计划中还剩"), ": ", ...open.flatMap((part, place) => [place ? ", " : "", said(names[part])])]);
    if (due(state.items)) rows.push([word(`questions that come back today: ${due(state.items)}`, `今天再出现的题：${due(state.items)}`)]);
    if (due(state.cards)) rows.push([word(`cards that are due: ${due(state.cards)}`, `到期的卡片：${due(state.cards)}`)]);
    if (weak.length) rows.push([word("read again", "重读"), ": ", ...topicsOf(weak).childNodes]);
    if (unasked.length && asked.size) rows.push([word("sections not asked yet", "还没考过的部分"), ": ", unasked.join(", ")]);
    if (!rows.length) rows.push([word("nothing is open: take a mock, or stop for today", "没有待办：做一套模拟题，或者今天到此为止")]);
    return [make("h3", {}, word("What to revise next", "接下来复习什么")), make("ul", {}, ...rows.map((row) => make("li", {}, ...row)))];
  }
  function allDays() {
    const box = make("details", {}, make("summary", {}, word("All days until the exam", "考试前的每一天")));
    const chosen = situation();
    const examOn = chosen.examOn >= chosen.today ? chosen.examOn : planner.addDays(chosen.today, content.plan.days);
    const [, ...later] = planner.findPlan({ ...chosen, examOn });
    const days = examOn === chosen.today ? [] : [planToday(), ...later];
    for (const day of days) {
      box.append(make("h4", {}, day.on), make("p", {}, ...nameSections(day.sections)), make("p", { className: "soft" }, ...titlesOf(day.groups)));
    }
    const tellParts = (en, zh, day) =>
      make("p", {}, make("strong", {}, word(en, zh)), ": ", ...partsOf(day).flatMap((part, place) => [place ? "; " : "", said(names[part]), ` ${day.parts[part]}′`]));
    if (days.length) {
      box.append(tellParts("Each day", "每天", days[0]));
      const last = days[days.length - 1];
      if (partsOf(last).join() !== partsOf(days[0]).join()) box.append(tellParts("The last day", "最后一天", last));
    }
    return box;
  }
  function glance() {
    const standing = planner.findStanding(bank, state.items);
    const rows = Object.keys(sections).map((letter) => {
      const own = Object.keys(content.topics).filter((topic) => topic.startsWith(letter));
      const asked = own.filter((topic) => standing[topic]);
      const signs = own.map((topic) => planner.signOf(standing[topic])).join("");
      return make("li", {}, `${letter} `, said(sections[letter]), `: ${asked.length} / ${own.length}`, make("div", {}, signs));
    });
    return make(
      "details",
      {},
      make("summary", {}, word("Topics at a glance", "知识点一览")),
      lines({ en: "✔ full marks last time, ◐ some, ✘ fewer than half, · not asked yet; one sign a topic, in the order of the syllabus.", zh: "✔ 上次满分，◐ 得到一部分，✘ 不到一半，· 还没考过；每个知识点一个符号，按大纲顺序。" }, "soft"),
      make("ul", {}, ...rows),
    );
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
    const due = (records) => Object.values(records).filter((record) => (record.due_on ?? today()) <= today()).length;
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
    paper = null;
    showPlan();
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
    if (partShown() === "plan" && !(paper && paper.part === "plan")) showPlan();
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
