/* One quiet look for prose, figures, tables and cards, in light and dark. Nothing is built.
 *
 * Lines of prose are no longer than some hundred signs. A figure keeps its colours in the dark, since sentences
 * name them, but its paper is dimmed. Tables have thin lines instead of stripes, and figures of one width. The
 * slide view has a look of its own and is left alone.
 */
(function () {
  "use strict";

  const LONGEST = "54em";
  const style = `
    .jp-Notebook .jp-RenderedHTMLCommon > :is(p, ul, ol, blockquote, details),
    .jp-Notebook .crm-fields { max-width: ${LONGEST}; }
    .jp-Notebook .jp-RenderedHTMLCommon :is(h1, h2, h3) { font-weight: 500; }
    .jp-Notebook .jp-RenderedHTMLCommon h1 { font-size: 1.9em; }
    .jp-Notebook .jp-RenderedHTMLCommon h2 { font-size: 1.5em; }
    .jp-Notebook .jp-RenderedHTMLCommon h3 { font-size: 1.2em; }
    .jp-Notebook .jp-RenderedHTMLCommon blockquote { border-left: 3px solid var(--jp-brand-color1); }
    .jp-Notebook .jp-RenderedHTMLCommon table { font-variant-numeric: tabular-nums; margin-left: 0; margin-right: auto; }
    .jp-Notebook .jp-RenderedHTMLCommon :is(tbody tr, tbody tr:nth-child(odd)) { background: none; }
    .jp-Notebook .jp-RenderedHTMLCommon tbody tr { border-bottom: 1px solid var(--jp-border-color3); }
    .jp-Notebook .jp-RenderedHTMLCommon tbody tr:hover { background: var(--jp-layout-color2); }
    .jp-Notebook .jp-RenderedHTMLCommon :is(th, td) { vertical-align: top; }
    .jp-Notebook :is(.jp-RenderedImage, .widget-image, .widget-html-content) img { border-radius: 4px; }
    .jp-Notebook img.widget-image { border-radius: 4px; }
    [data-jp-theme-light="false"] .jp-Notebook :is(.jp-RenderedImage img, img.widget-image, .widget-html-content img) {
      filter: brightness(0.85); }`;

  const activate = () => {
    const sheet = document.createElement("style");
    sheet.textContent = style;
    document.head.append(sheet);
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["crm-look"] = {
    init: () => undefined,
    get: () => Promise.resolve(() => ({
      __esModule: true,
      default: [{ id: "crm-look:style", autoStart: true, activate }]
    }))
  };
})();
