/* Hides what answers a prediction until the reader has recorded a number or asks to be shown. Nothing is built.
 *
 * A cell with the tag answers-<key> belongs to the prediction <key>. Of a code cell the output is hidden, of a
 * Markdown cell all; running the cell does not open it. It opens when the mark data-crm-opens="<key>", which the
 * field of the prediction writes, appears in the same notebook, or by the button that stands in its place. In
 * other programs the cells are folded by their metadata (jupyter.outputs_hidden, source_hidden) and open by a
 * click. Lecturers see all at once: by the command "Show what answers the predictions" (Ctrl Shift Alt A), or from the
 * start with `crm lab --show-all`, which sets crmShowAll in the page's configuration.
 */
(function () {
  "use strict";

  const PREFIX = "answers-";
  const SHOW_ALL = "crm-answers:show-all";
  const cells = new WeakMap();
  const opened = new WeakMap();

  const style = `
    .jp-Cell[data-crm-answers]:not(.crm-shown) .jp-Cell-outputWrapper,
    .jp-MarkdownCell[data-crm-answers]:not(.crm-shown) .jp-Cell-inputWrapper { display: none; }
    .crm-answer-bar { display: none; padding: 8px 12px; margin: 4px 0 4px 70px; border-left: 3px solid
      var(--jp-brand-color1); background: var(--jp-layout-color2); color: var(--jp-ui-font-color1); }
    .jp-Cell[data-crm-answers]:not(.crm-shown) > .crm-answer-bar { display: block; }
    .jp-Cell[data-crm-answers]:not(.crm-shown) + .jp-Cell[data-crm-answers]:not(.crm-shown)
      > .crm-answer-bar { display: none; }
    .crm-answer-bar button { margin-left: 1em; padding: 3px 12px; font: inherit; cursor: pointer; color:
      var(--jp-ui-font-color1); background: var(--jp-layout-color1); border: 1px solid
      var(--jp-border-color1); border-radius: 2px; }
    .crm-answer-bar button:focus-visible { outline: 2px solid var(--jp-brand-color1); }`;

  const page = (node) => node.closest(".jp-Notebook, .reveal") || document.body;

  const keysOf = (page) => {
    if (!opened.has(page)) {
      opened.set(page, new Set());
    }
    return opened.get(page);
  };

  const reveal = (node) => {
    const cell = cells.get(node);
    node.classList.add("crm-shown");
    if (cell.model.type === "code") {
      cell.outputHidden = false;
    } else {
      cell.inputHidden = false;
    }
  };

  const open = (page, key) => {
    keysOf(page).add(key);
    page.querySelectorAll(`[data-crm-answers~="${CSS.escape(key)}"]`).forEach(reveal);
  };

  let showAll = false;

  const isShowingAll = () => {
    const config = document.getElementById("jupyter-config-data");
    return Boolean(config && JSON.parse(config.textContent).crmShowAll);
  };

  const look = () => {
    document.querySelectorAll("[data-crm-opens]").forEach((mark) => {
      open(page(mark), mark.dataset.crmOpens);
    });
    // A cell that was out of sight is drawn later than its prediction was recorded.
    document.querySelectorAll("[data-crm-answers]:not(.crm-shown)").forEach((node) => {
      if (showAll || node.dataset.crmAnswers.split(" ").some((key) => keysOf(page(node)).has(key))) {
        reveal(node);
      }
    });
  };

  let waiting = false;
  const lookSoon = () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        look();
      });
    }
  };

  const makeBar = (node, keys) => {
    const bar = document.createElement("div");
    const button = document.createElement("button");
    bar.className = "crm-answer-bar";
    bar.textContent = "Hidden until you have recorded your number above.";
    button.textContent = "Show me";
    button.addEventListener("click", () => keys.forEach((key) => open(page(node), key)));
    bar.append(button);
    return bar;
  };

  const mark = (cell) => {
    const tags = cell.model.getMetadata("tags") || [];
    const keys = tags.filter((tag) => tag.startsWith(PREFIX)).map((tag) => tag.slice(PREFIX.length));
    if (keys.length) {
      cells.set(cell.node, cell);
      cell.node.dataset.crmAnswers = keys.join(" ");
      cell.node.append(makeBar(cell.node, keys));
    }
  };

  const markAll = ({ Cell }) => {
    const begin = Cell.prototype.initializeState;
    Cell.prototype.initializeState = function () {
      const result = begin.apply(this, arguments);
      mark(this);
      return result;
    };
  };

  const activate = (app, palette) => {
    showAll = isShowingAll();
    app.commands.addCommand(SHOW_ALL, {
      label: "Show what answers the predictions",
      execute: () => {
        showAll = true;
        look();
      }
    });
    app.commands.addKeyBinding({ command: SHOW_ALL, keys: ["Accel Shift Alt A"], selector: "body" });
    if (palette) {
      palette.addItem({ command: SHOW_ALL, category: "Course" });
    }
    const sheet = document.createElement("style");
    sheet.textContent = style;
    document.head.append(sheet);
    new MutationObserver(lookSoon).observe(document.body, { childList: true, subtree: true });
  };

  const plugin = { id: "crm-answers:hide", autoStart: true, activate };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["crm-answers"] = {
    init: async (scope) => {
      const [cells] = Object.values(scope["@jupyterlab/cells"]);
      markAll((await cells.get())());
      const [apputils] = Object.values(scope["@jupyterlab/apputils"] || {});
      if (apputils) {
        plugin.optional = [(await apputils.get())().ICommandPalette];
      }
    },
    get: () => Promise.resolve(() => ({ __esModule: true, default: [plugin] }))
  };
})();
