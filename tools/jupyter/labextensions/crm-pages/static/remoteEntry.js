/* A button that resets a page of the reader's copy, and the place where its reader left it. Nothing is built.
 *
 * The button asks first, saves the page, lets its kernel put the course's page in its place (the reader's is kept
 * beside it) and loads that. The last active cell of each notebook is kept in the browser.
 */
(function () {
  "use strict";

  const LABEL = "Reset this page";
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
      if (place > 0 && place < notebook.widgets.length) {
        notebook.activeCellIndex = place;
        setTimeout(() => notebook.scrollToItem(place, "center").catch(() => undefined), 500);
      }
      notebook.activeCellChanged.connect(() => localStorage.setItem(key(), notebook.activeCellIndex));
    });
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
