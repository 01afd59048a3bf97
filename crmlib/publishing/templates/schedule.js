"use strict";
// When a card comes back: the formulas of FSRS, as crmlib/classroom/schedule.py has them, on the same records and
// parameters. Days are written as 2026-03-01. Ratings: 1 not yet, 2 with effort, 3 known, 4 at once.
function makeSchedule({ parameters: w, retention, longest, boxes }) {
  const dayNumber = (day) => Math.round(Date.parse(`${day}T00:00:00Z`) / 86400000);
  const isDay = (day) => typeof day === "string" && Number.isFinite(Date.parse(`${day}T00:00:00Z`));
  const addDays = (day, days) => new Date((dayNumber(day) + days) * 86400000).toISOString().slice(0, 10);
  const between = (value, low, high) => Math.min(Math.max(value, low), high);
  const round = (value) => Math.round(value * 10000) / 10000;
  const factor = 0.9 ** (-1 / w[20]) - 1;
  const firstDifficulty = (rating) => w[4] - Math.exp(w[5] * (rating - 1)) + 1;

  function nextDifficulty(difficulty, rating) {
    const damped = difficulty + ((10 - difficulty) * -w[6] * (rating - 3)) / 9;
    return between(w[7] * firstDifficulty(4) + (1 - w[7]) * damped, 1, 10);
  }
  function withinADay(stability, rating) {
    const growth = Math.exp(w[17] * (rating - 3 + w[18])) * stability ** -w[19];
    return stability * (rating > 1 ? Math.max(growth, 1) : growth);
  }
  function afterForgetting(stability, difficulty, known) {
    const left = w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1) * Math.exp((1 - known) * w[14]);
    return Math.min(left, stability / Math.exp(w[17] * w[18]));
  }
  function afterRecall(stability, difficulty, known, rating) {
    const worth = (rating === 2 ? w[15] : 1) * (rating === 4 ? w[16] : 1);
    const growth = Math.exp(w[8]) * (11 - difficulty) * stability ** -w[9] * (Math.exp((1 - known) * w[10]) - 1);
    return stability * (1 + growth * worth);
  }
  // For how many days a card stays in mind; a record of an earlier release names a box.
  const stabilityOf = (record) => (record ? (record.stability ?? boxes[record.box] ?? 0) : 0);

  function nextState(record, rating, today) {
    const stability = stabilityOf(record);
    let asked = record ? record.reviewed_on : null;
    if (!isDay(asked)) asked = record && isDay(record.due_on) ? addDays(record.due_on, -Math.round(stability)) : null;
    if (!stability || !asked) return [w[rating - 1], between(firstDifficulty(rating), 1, 10)];
    const difficulty = record.difficulty ?? between(firstDifficulty(3), 1, 10);
    const days = dayNumber(today) - dayNumber(asked);
    const known = (1 + (factor * Math.max(0, days)) / stability) ** -w[20];
    const next = nextDifficulty(difficulty, rating);
    if (days < 1) return [withinADay(stability, rating), next];
    if (rating === 1) return [afterForgetting(stability, difficulty, known), next];
    return [afterRecall(stability, difficulty, known, rating), next];
  }
  function rateCard(record, rating, today) {
    const [raw, difficulty] = nextState(record, rating, today);
    const stability = Math.max(raw, 0.001);
    const days = (stability / factor) * (retention ** (-1 / w[20]) - 1);
    return {
      stability: round(stability),
      difficulty: round(difficulty),
      reviewed_on: today,
      due_on: addDays(today, between(Math.round(days), 1, longest)),
    };
  }
  const isRecord = (record) =>
    isDay(record.due_on) &&
    (record.box in boxes || (record.stability > 0 && record.difficulty >= 1 && record.difficulty <= 10));
  return { rateCard, stabilityOf, isRecord };
}
