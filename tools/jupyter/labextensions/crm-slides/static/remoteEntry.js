/* Lets sliders and running code work in the slide view (jupyterlab-rise 0.43). Written by hand; nothing is built.
 *
 * 1. The widget manager refuses to load unless somebody shares the module @jupyterlab/console. JupyterLab does, the
 *    slide view does not, and so every slider would be missing from a lecture. What the manager takes from that
 *    module is one name, under which it asks for consoles, and it does without them: sharing the name is enough.
 * 2. The slide view loses its key for running a cell when nothing on the slide has the focus, and has none for
 *    running everything. Both are added; running everything stays on the slide shown.
 * 3. A notebook in which no cell is marked as a slide would be one endless slide. Here every heading opens a slide,
 *    as it does in the slides without a kernel; nothing of it is saved in the notebook.
 * 4. There the arrow keys turn slides even while a slider has the focus. Here they move the slider.
 */
(function () {
  "use strict";

  const inSlideView = location.pathname.includes("/rise/");

  const shared = { IConsoleTracker: { name: "@jupyterlab/console:IConsoleTracker" } };

  const keys = [
    { command: "RISE:smart-exec", keys: ["Shift Enter"], selector: "body" },
    { command: "crm-slides:run-all", keys: ["Ctrl Shift Enter"], selector: "body" }
  ];

  const opensSlide = (cell) => cell.type === "markdown" && /^\s*#/.test(cell.sharedModel.getSource());

  const isMarked = (notebook) => notebook.cells.some((cell) => cell.getMetadata("slideshow")?.slide_type);

  const openSlidesByHeading = (cells) => {
    const read = cells.CellModel.prototype.getMetadata;
    cells.CellModel.prototype.getMetadata = function (key) {
      const value = read.call(this, key);
      if (key !== "slideshow" || value || !opensSlide(this) || isMarked(this.sharedModel.notebook)) {
        return value;
      }
      return { slide_type: "slide" };
    };
  };

  const handToSlider = (event) => {
    if (event.isTrusted && event.target instanceof Element && event.target.matches(".noUi-handle")) {
      event.stopImmediatePropagation();
      event.preventDefault();
      event.target.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, cancelable: true }));
    }
  };

  const activate = (app) => {
    if (!inSlideView) {
      return;
    }
    app.commands.addCommand("crm-slides:run-all", {
      label: "Run all cells and stay on this slide",
      execute: async () => {
        // The last cell is selected as the run begins, and the view turns to its slide: turn back at once, so
        // that whoever turns a slide while the cells run is left alone.
        const slide = location.hash || "#/";
        const back = () => { location.hash = slide; };
        window.addEventListener("hashchange", back, { once: true });
        setTimeout(() => window.removeEventListener("hashchange", back), 1000);
        await app.commands.execute("notebook:run-all-cells");
      }
    });
    keys.forEach((key) => app.commands.addKeyBinding(key));
    window.addEventListener("keydown", handToSlider, true);
  };

  const plugin = { id: "crm-slides:keys", autoStart: true, activate };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["crm-slides"] = {
    init: async (scope) => {
      if (!scope["@jupyterlab/console"]) {
        scope["@jupyterlab/console"] = {
          "4.6.0": { get: () => Promise.resolve(() => shared), from: "crm-slides", loaded: 1 }
        };
      }
      if (inSlideView) {
        const [cells] = Object.values(scope["@jupyterlab/cells"]);
        openSlidesByHeading((await cells.get())());
      }
    },
    get: () => Promise.resolve(() => ({ __esModule: true, default: [plugin] }))
  };
})();
