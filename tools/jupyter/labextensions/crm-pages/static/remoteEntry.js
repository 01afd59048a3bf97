/* A button that resets a page of the reader's copy, the place where its reader left it, and links to its sections.
 *
 * The button asks first, saves the page, lets its kernel put the course's page in its place (the reader's is kept
 * beside it) and loads that. The last active cell of each notebook is kept in the browser. JupyterLab follows a
 * link to a heading only when every cell has been drawn, which never happens on a long page; here the heading is
 * looked up in the text of the cells. Nothing is built.
 */
(function () {
  "use strict";

  const LABEL = "Reset this page";
  const PAUSE = 150; // milliseconds between two looks whether a heading is where it should be
  const LOOKS = 200; // at most; a long page takes its time until the cell is drawn at all
  let apputils;

  const run = (panel, code) => {
    const kernel = panel.sessionContext.session && panel.sessionContext.session.kernel;
    if (!kernel) {
      return Promise.reject(new Error("The page has no kernel. Start one in the menu Kernel, and try again."));
    }
    const future = kernel.requestExecute({ code, silent: true, store_history: false });
    return future.done.then((reply) => {
      if (reply.content.status !== "ok") {
        throw new Error(reply.content.evalue);
      }
    });
  };

  const reset = async (panel, context) => {
    const { Dialog, showDialog, showErrorMessage } = apputils;
    const answer = await showDialog({
      title: LABEL,
      body: "The page comes back as the course has it. Yours is kept beside it, under the name .mine.",
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: "Reset" })]
    });
    if (!answer.button.accept) {
      return;
    }
    try {
      await context.save();
      const page = JSON.stringify(context.path);
      await run(panel, "from crmlib.ground.files import COURSE as _c\n" +
        "from crmlib.publishing.working_copy import reset_page as _r\n" +
        `_r(_c, ${page})\ndel _c, _r`);
      await context.revert();
    } catch (error) {
      showErrorMessage(LABEL, error.message);
    }
  };

  const remember = (panel, context) => {
    const key = () => `crm-place:${context.path}`;
    const notebook = panel.content;
    Promise.all([context.ready, panel.revealed]).then(() => {
      const place = Number(localStorage.getItem(key()));
      if (place > 0 && place < notebook.widgets.length && !linked.has(panel)) {
        notebook.activeCellIndex = place;
        setTimeout(() => linked.has(panel) || notebook.scrollToItem(place, "center").catch(() => undefined), 500);
      }
      notebook.activeCellChanged.connect(() => localStorage.setItem(key(), notebook.activeCellIndex));
    });
  };

  const linked = new WeakSet(); // pages that a link to a section has opened or moved

  /* The name of a heading in links: its words as they are shown, joined by hyphens. */
  const anchorOf = (line) =>
    line.replace(/^#+\s+/, "").replace(/<!--.*?-->/g, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[*`]|(?<!\w)_|_(?!\w)/g, "").trim().replace(/ /g, "-");

  const findCell = (notebook, anchor) =>
    notebook.widgets.findIndex((cell) =>
      cell.model.type === "markdown" &&
      cell.model.sharedModel.getSource().split("\n").some((line) => /^#+\s/.test(line) && anchorOf(line) === anchor));

  /* Bring a heading to the top of the page; again while the cells above it grow, unless the reader moves. */
  const goTo = async (notebook, place, anchor) => {
    const outer = notebook.node.querySelector(".jp-WindowedPanel-outer");
    let moved = false;
    const stop = () => { moved = true; };
    ["wheel", "keydown", "mousedown", "touchstart"].forEach((kind) => outer.addEventListener(kind, stop, { once: true }));
    for (let rest = 0, look = 0; rest < 5 && look < LOOKS && !moved; look += 1) {
      const cell = notebook.widgets[place].node;
      const heading = [...cell.querySelectorAll("h1, h2, h3, h4, h5, h6")].find((one) => anchorOf(one.textContent
        .replace(/¶$/, "")) === anchor) || cell;
      const away = heading.isConnected ? heading.getBoundingClientRect().top - outer.getBoundingClientRect().top : NaN;
      if (Math.abs(away) < 4) {
        rest += 1;
      } else if (Number.isNaN(away) || !cell.offsetHeight) {
        rest = 0;
        await notebook.scrollToItem(place, "start").catch(() => undefined);
      } else {
        const before = outer.scrollTop;
        outer.scrollTop += away;
        rest = outer.scrollTop === before ? rest + 1 : 0; // the page ends there
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  };

  const followLinks = (panel, context) => {
    panel.setFragment = async (fragment) => {
      linked.add(panel);
      await Promise.all([context.ready, panel.revealed]);
      const notebook = panel.content;
      const anchor = decodeURIComponent(fragment.replace(/^#/, ""));
      const place = findCell(notebook, anchor);
      if (place >= 0) {
        notebook.activeCellIndex = place;
        await goTo(notebook, place, anchor);
      }
    };
  };

  const activate = (app) => {
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: (panel, context) => {
        const button = new apputils.ToolbarButton({
          label: LABEL,
          tooltip: "Bring this page back as the course has it; yours is kept beside it",
          onClick: () => reset(panel, context)
        });
        panel.toolbar.insertBefore("spacer", "crm-reset", button);
        followLinks(panel, context);
        remember(panel, context);
        return button;
      }
    });
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["crm-pages"] = {
    init: async (scope) => {
      const [found] = Object.values(scope["@jupyterlab/apputils"]);
      apputils = (await found.get())();
    },
    get: () => Promise.resolve(() => ({
      __esModule: true,
      default: [{ id: "crm-pages:reset", autoStart: true, activate }]
    }))
  };
})();
