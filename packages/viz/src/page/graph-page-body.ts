/** The markup of a graph's page: what stands where, before its script runs. */
import { mostHeat } from '../graph/model.ts';
import { escaped } from '../svg/svg-tree.ts';
import { themeChoice } from './html-document.ts';

export interface Legend {
  /** What the lightest and the darkest colour stand for. */
  readonly from: string;
  readonly to: string;
  /** What was found, as lines. */
  readonly words: string;
}

export interface GraphPageParts {
  readonly title: string;
  readonly caption: string;
  /** What went wrong, where it is a picture of a mistake. */
  readonly problem?: string;
  /** What the colours stand for. */
  readonly legend?: Legend;
  /** Names of the graphs that one can choose between; none where there is one. */
  readonly views?: readonly string[];
  /** The first picture: markup. */
  readonly svg: string;
  /** The printed graph, escaped. */
  readonly text: string;
  /** The page's data, safe inside a script element. */
  readonly json: string;
}

const keys: readonly (readonly [keys: string, what: string])[] = [
  ['Arrow keys', 'along edges to what comes next, back to what came before, and across'],
  ['/', 'search; Enter for the next'],
  ['n', 'next found'],
  ['f', 'fold or unfold'],
  ['Enter', 'to the other end of a selected edge'],
  ['a, d', 'ancestors, descendants'],
  ['+, -, 0', 'larger, smaller, all of it'],
  ['Space', 'play or pause'],
  ['. and ,', 'one step on, one step back'],
  ['[ and ]', 'the graph before, the graph after, where the page has several'],
  ['Escape', 'select nothing'],
  ['?', 'these keys'],
];

export function graphPageBody({
  title,
  caption,
  problem,
  legend,
  views = [],
  svg,
  text,
  json,
}: GraphPageParts): string {
  return `<header>
<h1>${escaped(title)}</h1>
<p id="caption">${escaped(caption)}</p>
<label${views.length > 1 ? '' : ' hidden'}>Shown <select id="views">${views.map((name, k) => `<option value="${k}">${escaped(name)}</option>`).join('')}</select></label>
<form id="finder" role="search">
<input id="find" type="search" aria-label="Search by name, op or shape" placeholder="Name, op, shape ( / )" autocomplete="off">
<button type="submit">Next</button>
<output id="found" for="find"></output>
</form>
<div role="group" aria-label="View" class="buttons">
<button type="button" id="larger" aria-label="Larger">+</button>
<button type="button" id="smaller" aria-label="Smaller">−</button>
<button type="button" id="fit">Fit</button>
<button type="button" id="first">First view</button>
<button type="button" id="help" aria-expanded="false" aria-controls="keys">Keys</button>
</div>
${themeChoice}
</header>
${problem === undefined ? '' : `<section aria-label="What went wrong"><pre id="problem" tabindex="0">${escaped(problem)}</pre></section>\n`}${legend === undefined ? '' : legendHtml(legend)}<main>
<div id="stage" role="application" tabindex="0" aria-label="Graph. Arrow keys walk along edges, question mark lists the keys">
<div id="scene">${svg}</div>
<div id="map" aria-hidden="true" hidden></div>
</div>
<section id="details" aria-label="Selected" tabindex="0"><p>Nothing is selected. Click a box or an edge, or press an arrow key in the graph.</p></section>
<section id="player" aria-label="Step through" hidden>
<div class="buttons" role="group" aria-label="Play">
<button type="button" id="start" aria-label="To the start">|◀</button>
<button type="button" id="back" aria-label="One step back">◀</button>
<button type="button" id="play">Play</button>
<button type="button" id="step" aria-label="One step on">▶</button>
<button type="button" id="end" aria-label="To the end">▶|</button>
</div>
<input id="jump" type="range" min="0" value="0" step="1" aria-label="Step">
<label>Speed <select id="speed"><option value="2500">slow</option><option value="1200" selected>normal</option><option value="400">fast</option><option value="80">very fast</option></select></label>
<p id="count"></p>
<p id="rule"></p>
</section>
</main>
<p id="said" role="status" aria-live="polite"></p>
<section id="keys" aria-label="Keys" hidden>
<dl>
${keys.map(([key, what]) => `<div><dt>${escaped(key)}</dt><dd>${escaped(what)}</dd></div>`).join('\n')}
</dl>
</section>
<details id="text">
<summary>The graph as text</summary>
<pre tabindex="0">${text}</pre>
</details>
<footer><p>Made with Edgewise. Laid out by Graphviz; this page contains what it drew and none of its code.</p></footer>
<script type="application/json" id="graph">${json}</script>`;
}

/** Six shades, and what was found. */
function legendHtml({ from, to, words }: Legend): string {
  const shades = Array.from({ length: mostHeat + 1 }, (_, heat) => `<span class="shade heat${heat}"></span>`);
  return `<section id="legend" aria-label="What the colours say">
<p>${escaped(from)} ${shades.join('')} ${escaped(to)}</p>
<pre tabindex="0" aria-label="What was found">${escaped(words)}</pre>
</section>
`;
}
