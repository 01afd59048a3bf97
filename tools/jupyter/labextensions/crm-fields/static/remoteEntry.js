/* Lets the fields of a question be used by keyboard. Nothing is built.
 *
 * JupyterLab takes single keys on a button, menu or round button for commands to the notebook: an arrow would leave
 * the question, and the letter of a choice would insert a cell or cut one. Inside .crm-fields such keys go to the
 * field alone; keys with Ctrl, Alt or Cmd, Shift Enter and Escape stay with JupyterLab. Round buttons of one
 * question are joined, so that arrows move between them and Tab goes on.
 */
(function () {
  "use strict";

  const FIELDS = ".crm-fields";

  const keep = (event) => {
    const leaves = event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape";
    const runs = event.shiftKey && event.key === "Enter";
    if (!leaves && !runs && event.target.closest && event.target.closest(FIELDS)) {
      event.stopPropagation();
    }
  };

  let count = 0;
  const join = () => {
    document.querySelectorAll(`${FIELDS} .widget-radio-box:not([data-crm-joined])`).forEach((box) => {
      const buttons = box.querySelectorAll("input[type=radio]");
      if (buttons.length) {
        count += 1;
        buttons.forEach((button) => { button.name = `crm-fields-${count}`; });
        box.dataset.crmJoined = "";
      }
    });
  };

  const activate = () => {
    window.addEventListener("keydown", keep, true);
    new MutationObserver(() => requestAnimationFrame(join)).observe(document.body, { childList: true, subtree: true });
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["crm-fields"] = {
    init: () => undefined,
    get: () => Promise.resolve(() => ({
      __esModule: true,
      default: [{ id: "crm-fields:keys", autoStart: true, activate }]
    }))
  };
})();
