"use strict";
const deck = document.getElementById("deck"), slides = [...deck.querySelectorAll(".slide")];
const notes = document.getElementById("notes"), place = document.getElementById("place");
const presents = location.hash.startsWith("#presenter") && window.opener !== null;
let now = 0, step = 0, other = presents ? window.opener : null, began = null;

function fragments() { return [...slides[now].querySelectorAll(".fragment")]; }

function fit() {
  const scale = Math.min(innerWidth / 1280, innerHeight / 720);
  deck.style.transform = `scale(${scale}) translate(-50%, -50%)`;
  if (presents) showPresenter();
}

// A page that is no lecture may have too much on a slide: it is shown smaller rather than cut off.
function shrink(slide) {
  const body = slide.querySelector(".body"), room = slide.clientHeight - 60;
  body.style.zoom = 1;
  for (let zoom = 1; body.scrollHeight * zoom > room && zoom > 0.4; zoom -= 0.05) body.style.zoom = zoom;
}

function show(tell = true) {
  slides.forEach((slide, index) => slide.classList.toggle("shown", index === now));
  slides.forEach((slide) => slide.setAttribute("aria-hidden", !slide.classList.contains("shown")));
  deck.querySelectorAll(".source.shown").forEach((source) => source.classList.remove("shown"));
  fragments().forEach((part, index) => part.classList.toggle("waiting", index >= step));
  notes.innerHTML = slides[now].querySelector(".note").innerHTML || "No notes for this slide.";
  place.textContent = `${now + 1} / ${slides.length}`;
  if (!presents) history.replaceState(null, "", `#${now + 1}`);
  if (presents) showPresenter();
  if (tell && other && !other.closed) other.postMessage({ deck: document.title, now, step }, "*");
}

function forward() {
  if (step < fragments().length) step += 1;
  else if (now < slides.length - 1) { now += 1; step = 0; }
  show();
}

function back() {
  if (step > 0) step -= 1;
  else if (now > 0) { now -= 1; step = fragments().length; }
  show();
}

function go(number, at = 0) {
  now = Math.max(0, Math.min(slides.length - 1, (parseInt(number, 10) || 1) - 1));
  step = at;
  show();
}

// The second window: this slide, the next one, the note, and the minutes used against the plan.
function openPresenter() {
  other = window.open(location.href.replace(/#.*$/, "") + "#presenter", "presenter", "width=1200,height=800");
}

function putSlide(id, slide) {
  const box = document.getElementById(id);
  box.replaceChildren(...(slide ? [slide.cloneNode(true)] : []));
  if (slide) box.firstChild.style.transform = `scale(${box.clientWidth / 1280})`;
}

function showPresenter() {
  putSlide("present-now", slides[now]);
  putSlide("present-next", slides[now + 1]);
  document.querySelectorAll("#present-next .waiting").forEach((part) => part.classList.remove("waiting"));
  document.getElementById("present-note").innerHTML = notes.innerHTML;
  if (now > 0 && began === null) began = Date.now();
  showClock();
}

function planned(count) {
  return slides.slice(0, count).reduce((sum, slide) => sum + Number(slide.dataset.minutes), 0);
}

function showClock() {
  const used = began === null ? 0 : (Date.now() - began) / 60000, plan = planned(now + 1);
  const clock = document.getElementById("clock");
  clock.textContent = `${Math.floor(used)} min used · this slide ends at ${Math.round(plan)} of ${Math.round(planned(slides.length))}`;
  clock.classList.toggle("late", used > plan + 1);
}

// Live figures: a slider asks the kernel for a new picture, one request at a time.
let asking = false;
const wishes = new Map();

function showValue(model, value) {
  for (const input of document.querySelectorAll(`input[data-model="${model}"]`)) {
    if (input.value !== String(value)) input.value = value;
    input.setAttribute("value", value);
    const options = input.dataset.options ? JSON.parse(input.dataset.options) : null;
    for (const shown of document.querySelectorAll(`[data-shows="${model}"]`)) {
      shown.textContent = `${input.dataset.label}: ${options ? options[value] : value}`;
    }
  }
}

function showPicture(id, picture) {
  const address = URL.createObjectURL(picture);
  for (const image of document.querySelectorAll(`img[data-picture="${id}"]`)) image.src = address;
}

async function ask() {
  if (asking || !wishes.size) return;
  asking = true;
  const [model, value] = wishes.entries().next().value;
  wishes.delete(model);
  let trouble = "";
  try {
    const reply = await fetch("move", { method: "POST", body: JSON.stringify({ model, value }) });
    if (reply.ok) {
      const id = reply.headers.get("X-Picture"), picture = await reply.blob();
      showPicture(id, picture);
      if (other && !other.closed) other.postMessage({ deck: document.title, model, value, id, picture }, "*");
    } else trouble = await reply.text();
  } catch { trouble = "The kernel does not answer. Is crm lecture still running?"; }
  document.querySelectorAll(".trouble").forEach((line) => { line.textContent = trouble; });
  asking = false;
  ask();
}

document.addEventListener("input", (event) => {
  const { model } = event.target.dataset;
  if (!model) return;
  showValue(model, Number(event.target.value));
  wishes.set(model, Number(event.target.value));
  ask();
});

addEventListener("message", (event) => {
  if (event.source !== other && !(event.source && event.data && event.data.hello)) return;
  if (event.data.hello) other = event.source;
  if (event.data.deck !== document.title) return;
  if (event.data.hello) { show(); return; }
  if (event.data.model) {
    showValue(event.data.model, event.data.value);
    showPicture(event.data.id, event.data.picture);
    return;
  }
  now = event.data.now;
  step = event.data.step;
  show(false);
});

addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input") && key.startsWith("arrow")) return;
  if (event.target.closest("summary, a, input") && [" ", "enter"].includes(key)) return;
  if (["arrowright", "arrowdown", "pagedown", " ", "enter"].includes(key)) forward();
  else if (["arrowleft", "arrowup", "pageup", "backspace"].includes(key)) back();
  else if (key === "home") go(1);
  else if (key === "end") go(slides.length);
  else if (key === "n") notes.classList.toggle("shown");
  else if (key === "c") slides[now].querySelector(".source")?.classList.toggle("shown");
  else if (key === "d") document.documentElement.classList.toggle("dark");
  else if (key === "p" && !presents) openPresenter();
  else if (key === "f") document.documentElement.requestFullscreen?.();
  else return;
  event.preventDefault();
});
addEventListener("resize", fit);
addEventListener("hashchange", () => { if (!presents) go(location.hash.slice(1)); });
if (matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.classList.add("dark");
if (presents) {
  document.body.classList.add("presenting");
  document.getElementById("presenter").hidden = false;
  setInterval(showClock, 5000);
}
fit();
slides.filter((slide) => slide.classList.contains("cut")).forEach(shrink);
if (presents) show(false);
else go(location.hash.slice(1));
if (presents) other.postMessage({ deck: document.title, hello: true }, "*");
