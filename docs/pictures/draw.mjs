// Draws the pictures of the documents from real graphs: `npm run build && node docs/pictures/draw.mjs`.
// A test compares the files with what this script draws.

import { Module, spec, toDot, trace, variable } from '@edgewise/core';
import { Linear, crossEntropy } from '@edgewise/nn';
import { renderSvg } from '@edgewise/viz';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** A loss of two parameters with values and gradients, as README.md has it. */
function loss() {
  const w = variable(0.5, { name: 'w' });
  const b = variable(-1, { name: 'b' });
  const value = w.value.mul(3).add(b).tanh().sub(1).square();
  return renderSvg(toDot(value, { values: true, gradients: true }), { title: 'A loss of two parameters' });
}

/** The model of README.md and docs/guide/custom-model.md, opened, with its loss folded. */
function residual() {
  class Residual extends Module {
    enter = new Linear(2, 32, { seed: 1 });
    inner = new Linear(32, 32, { seed: 2 });
    leave = new Linear(32, 2, { seed: 3 });
    forward(x) {
      const h = this.enter.forward(x).sin();
      return this.leave.forward(this.inner.forward(h).tanh().add(h));
    }
  }
  const model = new Residual();
  const graph = trace((x, labels) => crossEntropy(model.forward(x), labels), spec([300, 2]), spec([300], 'i32'));
  return renderSvg(toDot(graph, { fold: (path) => path === 'crossEntropy' }), { title: 'A residual network' });
}

/** Pictures by file name. */
export const pictures = { 'loss.svg': loss, 'residual.svg': residual };

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [name, draw] of Object.entries(pictures)) writeFileSync(new URL(name, import.meta.url), await draw());
}
