"use strict";
// What the days before the exam bring: the rules of crmlib/classroom/review/plan.py, on the same items and records.
// Days are written as 2026-03-01; `mix` shuffles a list and is the only thing left to chance.
function makePlan(rules) {
  const DAY = 86400000;
  const dayNumber = (day) => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY);
  const isDay = (day) => typeof day === "string" && Number.isFinite(dayNumber(day));
  const addDays = (day, days) => new Date((dayNumber(day) + days) * DAY).toISOString().slice(0, 10);
  const letters = Object.keys(rules.sections);
  const sectionsOf = (item) => letters.filter((letter) => item.topics.some((topic) => topic[0] === letter));
  const total = (list, read) => list.reduce((sum, one) => sum + read(one), 0);
  // Halves go to the even neighbour, as Python rounds.
  function round(value) {
    const below = Math.floor(value);
    if (value - below !== 0.5) return Math.round(value);
    return below % 2 ? below + 1 : below;
  }

  // --- What the marks say -------------------------------------------------------------------------------------
  const lost = (record) => (record.marks ?? 0) < (record.of ?? 0);
  const dueOn = (record, today) => record.due_on ?? today;
  function findStanding(items, records) {
    const found = {};
    for (const item of items.filter((one) => Object.hasOwn(records, one.id))) {
      for (const topic of item.topics) {
        const [got, of] = found[topic] ?? [0, 0];
        found[topic] = [got + (records[item.id].marks ?? 0), of + (records[item.id].of ?? item.marks)];
      }
    }
    return found;
  }
  function findWeak(standing) {
    const weak = Object.keys(standing).filter((topic) => standing[topic][0] < standing[topic][1]);
    const share = (topic) => standing[topic][0] / standing[topic][1];
    return weak.sort((one, other) => share(one) - share(other) || (one < other ? -1 : 1));
  }
  function signOf(pair) {
    if (!pair) return "·";
    return pair[0] >= pair[1] ? "✔" : 2 * pair[0] >= pair[1] ? "◐" : "✘";
  }
  // Marks that each section may still bring: those of its items, less the share that is known.
  function weighSections(items, records) {
    const standing = findStanding(items, records);
    const need = Object.fromEntries(letters.map((letter) => [letter, 0]));
    for (const item of items) {
      const own = sectionsOf(item);
      const known = item.topics.filter((topic) => standing[topic]).map((topic) => standing[topic]);
      const share = known.length ? total(known, (pair) => pair[0]) / total(known, (pair) => pair[1]) : 0;
      for (const letter of own) need[letter] += (item.marks * (1 - share)) / own.length;
    }
    return need;
  }
  // Due ones, the longest overdue first and of one day what lost marks; then new ones; then the rest.
  function orderItems(items, records, today) {
    const known = items.filter((item) => Object.hasOwn(records, item.id));
    const due = (item) => dueOn(records[item.id], today);
    known.sort((one, other) => due(one).localeCompare(due(other)) || lost(records[other.id]) - lost(records[one.id]));
    return [
      ...known.filter((item) => due(item) <= today),
      ...items.filter((item) => !Object.hasOwn(records, item.id)),
      ...known.filter((item) => due(item) > today),
    ];
  }

  // --- The days that are left -----------------------------------------------------------------------------------
  function shareMinutes(minutes, shares) {
    const parts = Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, round(minutes * share)]));
    const [first] = Object.keys(parts);
    parts[first] += minutes - total(Object.values(parts), (one) => one);
    return parts;
  }
  // What one of several days gets: every card once, or round and round if the days are more.
  function deal(cards, place, days) {
    if (!cards.length) return [];
    const own = cards.filter((_, position) => position >= place && (position - place) % days === 0);
    return own.length ? own : [cards[place % cards.length]];
  }
  function planDays(needs, groups, { today, examOn, minutes, begun = false }) {
    const left = Math.min(dayNumber(examOn) - dayNumber(today), rules.most_days);
    const order = Object.keys(needs).filter((one) => needs[one] > 0);
    order.sort((one, other) => needs[other] - needs[one]);
    const room = Math.max(1, round((minutes * rules.shares.lists) / rules.minutes_a_list));
    return Array.from({ length: Math.max(0, left) }, (_, place) => {
      const last = place === left - 1 && (left > 1 || begun);
      const chosen = last ? [] : deal(order, place, Math.max(1, left - 1)).slice(0, rules.most_sections);
      return {
        on: addDays(today, place),
        sections: chosen.sort(),
        groups: deal(groups, place, left).slice(0, room),
        parts: shareMinutes(minutes, last ? rules.last : rules.shares),
      };
    });
  }
  // First what no day has brought yet, of it what may bring most. lists: what was sorted, by group.
  function findPlan({ items, groups, records, lists, days, today, examOn, minutes }) {
    const before = Object.keys(days).filter((day) => day < today).map((day) => days[day]);
    const worked = before.filter((day) => (day.done ?? []).length);
    const seen = new Set(worked.flatMap((day) => [...(day.sections ?? []), ...(day.groups ?? [])]));
    const needs = weighSections(items, records);
    const unseen = Object.fromEntries(Object.entries(needs).filter(([letter, need]) => !seen.has(letter) && need > 0));
    const sorted = (group) => Boolean(lists[group]) && lists[group].right === lists[group].asked;
    const order = [...groups].sort((one, other) => sorted(one) - sorted(other) || seen.has(one) - seen.has(other));
    const chosen = Object.keys(unseen).length ? unseen : needs;
    return planDays(chosen, order, { today, examOn, minutes, begun: before.length > 0 });
  }
  // Today's part of the plan; on the day of the exam cards and the sheet, without an exam day 1 of a week.
  function findDay(situation) {
    const { today, minutes } = situation;
    const examOn = isDay(situation.examOn) && situation.examOn >= today ? situation.examOn : addDays(today, rules.days);
    if (examOn !== today) return findPlan({ ...situation, examOn, minutes })[0];
    return { on: today, sections: [], groups: [], parts: shareMinutes(rules.least, rules.exam_day) };
  }

  // --- What is drawn ----------------------------------------------------------------------------------------------
  // Each pool in turn gives its first item that fits the minutes and asks no topic twice.
  function fillMinutes(pools, minutes) {
    const chosen = [];
    const topics = new Set();
    let [left, moved] = [minutes, true];
    while (moved) {
      moved = false;
      for (const pool of pools) {
        const item = pool.find((one) => one.minutes <= left && !one.topics.some((topic) => topics.has(topic)));
        if (!item) continue;
        chosen.push(item);
        item.topics.forEach((topic) => topics.add(topic));
        left -= item.minutes;
        moved = true;
      }
    }
    return chosen;
  }
  function drawDiagnosis(items, mix) {
    const pools = {};
    for (const item of items.filter((one) => rules.quick.includes(one.kind))) (pools[item.topics[0][0]] ??= []).push(item);
    const sorted = Object.keys(pools).sort().map((letter) => mix(pools[letter]).sort((one, other) => one.minutes - other.minutes));
    return fillMinutes(sorted, rules.diagnosis);
  }
  // Of a kind one item worked, one faded, then fresh ones; kinds of most marks first, until the minutes are full.
  function drawSteps(items, records, { sections, today, minutes, mix }) {
    const pools = {};
    for (const item of items) if (sectionsOf(item).some((one) => sections.includes(one))) (pools[item.kind] ??= []).push(item);
    const weight = (kind) => rules.weights[kind] ?? 0;
    const kinds = Object.keys(pools).filter((kind) => pools[kind].length > 2 || kind === "calculation");
    kinds.sort((one, other) => weight(other) - weight(one) || (one < other ? -1 : 1));
    const turn = (dayNumber(today) + rules.epoch) % Math.max(1, kinds.length);
    const steps = [];
    let left = minutes;
    for (const kind of [...kinds.slice(turn), ...kinds.slice(0, turn)]) {
      const ordered = orderItems(mix(pools[kind]), records, today);
      const fresh = ordered.slice(0, 2);
      const rest = ordered.slice(2).reverse();
      const shown = rest.length ? rest : ordered.slice(0, 1);
      const stages = [["worked", shown[0]], ["faded", shown[Math.min(1, shown.length - 1)]], ...fresh.map((one) => ["fresh", one])];
      const cost = total(stages, ([stage, one]) => one.minutes * (stage === "fresh" ? 1 : 0.5));
      if (steps.length && cost > left) continue;
      steps.push(...stages);
      left = Math.floor(left - cost);
      if (left <= 0) break;
    }
    return steps;
  }
  // What is due, as much as fits the minutes.
  function findReturning(items, records, { today, minutes }) {
    const chosen = [];
    for (const item of orderItems(items.filter((one) => Object.hasOwn(records, one.id)), records, today)) {
      const due = dueOn(records[item.id], today) <= today;
      if (due && total(chosen, (one) => one.minutes) + item.minutes <= minutes) chosen.push(item);
    }
    return chosen;
  }
  const findLost = (items, records, today) =>
    orderItems(items.filter((one) => Object.hasOwn(records, one.id) && lost(records[one.id])), records, today);
  const isDayRecord = (record) =>
    Array.isArray(record.done) && ["sections", "groups"].every((name) => !(name in record) || Array.isArray(record[name]));
  return {
    addDays, drawDiagnosis, drawSteps, fillMinutes, findDay, findLost, findPlan, findReturning, findStanding,
    findWeak, isDay, isDayRecord, orderItems, planDays, shareMinutes, signOf, weighSections,
  };
}
