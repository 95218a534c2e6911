// Draws the pictures of the documents from real graphs: `npm run build && node docs/pictures/draw.mjs`.
// A test compares the files with what this script draws.

import { Module, spec, toDot, trace, variable } from '@edgewise/core';
import { Linear, crossEntropy } from '@edgewise/nn';
import { inPlace, solve } from '@edgewise/ode';
import { linePlot, renderSvg } from '@edgewise/viz';
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

/** Errors at the end against evaluations of f, over a range of tolerances or of fixed steps. */
function workPrecision(problem, methods, title) {
  const { f, t, y0, atol, exact } = problem;
  const series = methods.map(({ method, rtols, dts }) => {
    const runs = (rtols ?? dts).map((number) => {
      const control = rtols === undefined ? { dt: number } : { rtol: number, atol: number * atol };
      const { last, stats } = solve(f, { t, y0, method, ...control, dense: false, saveAt: [] });
      // Three digits are as many as one can see, and do not depend on the machine.
      const error = Math.hypot(...last.data.map((y, i) => (y - exact[i]) / Math.abs(exact[i] || 1)));
      return { evaluations: stats.evaluations, error: Number(error.toPrecision(3)) };
    });
    return { name: method, x: runs.map(({ evaluations }) => evaluations), y: runs.map(({ error }) => error) };
  });
  const labels = { xLabel: 'evaluations of f', yLabel: 'error at the end', logX: true, logY: true };
  return linePlot(series, { title, ...labels, width: 720, height: 460 });
}

const powers = (from, to) => Array.from({ length: to - from + 1 }, (_, k) => 10 ** -(from + k));

/** A planet at eccentricity 0.5, once around: it ends where it began. */
function workPrecisionOnKepler() {
  const f = inPlace((t, y, dy) => {
    const r = Math.sqrt(y[0] * y[0] + y[1] * y[1]);
    const r3 = r * r * r;
    dy[0] = y[2];
    dy[1] = y[3];
    dy[2] = -y[0] / r3;
    dy[3] = -y[1] / r3;
  });
  const exact = [0.5, 0, 0, Math.sqrt(3)];
  const y0 = Float64Array.from(exact);
  const fixed = [100, 400, 1600, 6400].map((steps) => (2 * Math.PI) / steps);
  return workPrecision(
    { f, t: [0, 2 * Math.PI], y0, atol: 1, exact },
    [
      { method: 'bs3', rtols: powers(2, 8) },
      { method: 'dopri5', rtols: powers(2, 11) },
      { method: 'tsit5', rtols: powers(2, 11) },
      { method: 'vern7', rtols: powers(2, 12) },
      { method: 'dop853', rtols: powers(2, 12) },
      { method: 'abm', rtols: powers(2, 12) },
      { method: 'rk4', dts: fixed },
      { method: 'leapfrog', dts: fixed },
      { method: 'yoshida4', dts: fixed },
    ],
    'A planet, once around',
  );
}

/** The end as Radau gives it at tolerances of 1e-11 in SciPy. */
function workPrecisionOnVanDerPol() {
  const f = inPlace((t, y, dy) => {
    dy[0] = y[1];
    dy[1] = 1000 * (1 - y[0] * y[0]) * y[1] - y[0];
  });
  const y0 = new Float64Array([2, 0]);
  const exact = [1.70616773217, -8.928097010249e-4];
  return workPrecision(
    { f, t: [0, 2000], y0, atol: 1e-3, exact },
    ['auto', 'bdf', 'radau5', 'rodas5p', 'kencarp4'].map((method) => ({ method, rtols: powers(3, 8) })),
    'Van der Pol, mu = 1000',
  );
}

/** Pictures by file name. */
export const pictures = {
  'loss.svg': loss,
  'residual.svg': residual,
  'work-precision.svg': workPrecisionOnKepler,
  'work-precision-stiff.svg': workPrecisionOnVanDerPol,
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [name, draw] of Object.entries(pictures)) writeFileSync(new URL(name, import.meta.url), await draw());
}
