/** A page of some product with a pipeline whose first node needs a data source. */
export const editorPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pipeline editor (example)</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; --line: light-dark(#c9ced6, #454c57); --paper: light-dark(#fff, #1d2128);
  --soft: light-dark(#5a626d, #a9b1bc); --accent: light-dark(#4f46e5, #a5a0ff); --on-accent: light-dark(#fff, #15122e); }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f4f5f7, #13161b); }
h1 { font-size: 1.25rem; margin: 0 0 .25rem; } h2 { font-size: 1rem; margin: 0 0 .75rem; }
p { margin: 0 0 .75rem; } .hint { color: var(--soft); }
.pipeline { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1rem; margin: 1.25rem 0; }
.node { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; width: min(20rem, 100%); }
.node.side { width: min(13rem, 100%); }
label { display: block; margin: .5rem 0 .15rem; font-size: .875rem; }
select { width: 100%; } select, button { font: inherit; min-height: 2.5rem; padding: .35rem .75rem; border-radius: .5rem;
  border: 1px solid var(--soft); background: var(--paper); color: inherit; }
button { cursor: pointer; border-color: var(--accent); color: var(--accent); font-weight: 600; }
button.main { background: var(--accent); color: var(--on-accent); }
.row { display: flex; gap: .5rem; margin-top: 1rem; flex-wrap: wrap; }
pre { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; overflow-x: auto; margin: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[hidden] { display: none; }
</style>
</head>
<body>
<main>
<h1>Pipeline editor</h1>
<p class="hint">An example of a product that embeds Latchkey. Its back end holds the service token; this page never sees it.</p>
<p id="message" role="status" hidden></p>
<div class="pipeline">
  <section class="node" aria-labelledby="source">
    <h2 id="source">Data source</h2>
    <label for="provider">Provider</label><select id="provider"></select>
    <label for="credential">Credential</label><select id="credential"></select>
    <label for="mode">Connect in</label>
    <select id="mode"><option value="popup">a popup</option><option value="iframe">a frame of this page</option><option value="redirect">this tab</option></select>
    <div class="row"><button id="connect" class="main" type="button">Connect</button><button id="again" type="button" hidden>Connect again</button></div>
    <p id="state" class="hint" role="status"></p>
    <p id="blocked" hidden>The browser blocked the window. <a id="link" target="_blank">Open it here</a></p>
  </section>
  <section class="node side"><h2>Split into chunks</h2><p class="hint">Runs after the data source.</p></section>
  <section class="node side"><h2>Index</h2><p class="hint">Where it all ends up.</p></section>
</div>
<div class="row"><button id="run" class="main" type="button">Run</button></div>
<h2 id="result-title" hidden>What the run was handed</h2>
<pre id="result" tabindex="0" aria-label="Result of the run" hidden></pre>
</main>
<script src="/pipeline-editor/connect.js"></script>
<script type="module" src="/pipeline-editor/editor.js"></script>
</body>
</html>
`;
