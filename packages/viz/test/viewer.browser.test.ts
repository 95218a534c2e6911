import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import { EdgewiseError, type Tensor, compile, record, scope, spec, tensor, trace, variable } from '@edgewise/core';
import { compareRuns, renderSvg, toHtml } from '../src/index.ts';
import { hostileLabels } from './hostile-labels.ts';
import { deepGraph, hostile, loop, olah, perceptronLoss } from './graph/models.ts';

const problems: string[] = [];

afterEach(() => {
  document.body.replaceChildren();
  expect(problems.splice(0)).toEqual([]);
});

interface Opened {
  readonly page: Document;
  readonly frame: HTMLIFrameElement;
}

/** A page in a frame of its own, at an address of its own, with every error noted. */
async function opened(html: string, hash = '', display: 'block' | 'none' = 'block'): Promise<Opened> {
  const frame = document.createElement('iframe');
  frame.style.cssText = `width:1200px;height:800px;border:0;display:${display}`;
  const address = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  // Before it is in the page: an empty frame would load an empty document.
  frame.src = `${address}${hash}`;
  document.body.append(frame);
  await loaded;
  const [page, view] = [frame.contentDocument, frame.contentWindow];
  if (page === null || view === null) throw new Error('the frame has no document');
  view.addEventListener('error', ({ message }) => problems.push(message));
  page.addEventListener('securitypolicyviolation', ({ violatedDirective }) => problems.push(violatedDirective));
  expect(page.querySelector('#overlay')).not.toBeNull(); // the script has run
  return { page, frame };
}

function press(page: Document, key: string, selector = '#stage'): void {
  const target = page.querySelector(selector);
  target?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

function textOf(page: Document, selector: string): string {
  return page.querySelector(selector)?.textContent ?? '';
}

function type(page: Document, text: string): void {
  const field = page.querySelector<HTMLInputElement>('#find');
  if (field === null) throw new Error('there is no search');
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function click(page: Document, selector: string): void {
  const target = page.querySelector(selector);
  if (target === null) throw new Error(`there is no ${selector}`);
  target.dispatchEvent(new MouseEvent('click', { bubbles: true }));
}

/** Until what moved is still, and the address is written. */
async function still(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 250));
}

test('a click on a box shows what is known of it, a click on an edge its two ends', async () => {
  const { page } = await opened(await toHtml(olah()));
  click(page, '[data-name=n4]');
  expect(textOf(page, '#details h2')).toBe('mul');
  expect(textOf(page, '#details')).toContain('f64 []');
  expect(textOf(page, '#said')).toBe('mul, op, f64 [], 2 in, 1 out.');
  expect(page.querySelectorAll('.selected')).toHaveLength(1);
  click(page, '.edge');
  expect(textOf(page, '#said')).toBe('Edge from a to add 1, f64 [].');
  press(page, 'Enter');
  expect(textOf(page, '#details h2')).toBe('a');
});

test('before the backward pass no gradient is shown, and no zero either', async () => {
  const { page } = await opened(await toHtml(olah()));
  click(page, '[data-name=n0]');
  expect(textOf(page, '#details')).toContain('none yet');
  expect(page.querySelectorAll('#overlay text')).toHaveLength(0);
  click(page, '#end');
  expect(textOf(page, '#details')).toContain('Gradientnumbers2');
});

test('the arrow keys walk along edges, and say where one is', async () => {
  const { page } = await opened(await toHtml(olah()));
  press(page, 'ArrowRight');
  expect(textOf(page, '#said')).toMatch(/^a, parameter/);
  press(page, 'ArrowRight');
  expect(textOf(page, '#said')).toMatch(/^add 1, op/);
  press(page, 'ArrowRight');
  expect(textOf(page, '#said')).toMatch(/^mul, op/);
  press(page, 'ArrowLeft');
  expect(textOf(page, '#said')).toMatch(/^add 1, op/);
  press(page, 'ArrowDown');
  expect(textOf(page, '#said')).toMatch(/^add 2, op/);
  press(page, 'ArrowLeft');
  expect(textOf(page, '#said')).toMatch(/^b, parameter/);
  press(page, 'ArrowLeft');
  expect(textOf(page, '#said')).toBe('Nothing comes before b.');
});

test('search counts, marks and goes to the next, by name, op and shape', async () => {
  const { page } = await opened(await toHtml(perceptronLoss()));
  press(page, '/');
  expect(page.activeElement?.id).toBe('find');
  type(page, 'tanh');
  expect(textOf(page, '#found')).toBe('2 found in 2 boxes');
  expect(page.querySelectorAll('.found')).toHaveLength(2);
  const next = () => page.querySelector<HTMLButtonElement>('#finder button')?.click();
  next();
  expect(textOf(page, '#details h2')).toBe('tanh 1');
  next();
  expect(textOf(page, '#details h2')).toBe('tanh 2');
  next();
  expect(textOf(page, '#details h2')).toBe('tanh 1');
  type(page, 'nothing of the kind');
  expect(textOf(page, '#found')).toBe('nothing found');
  expect(page.querySelectorAll('.found')).toHaveLength(0);
});

test('f folds and unfolds, and the caption says what is folded', async () => {
  const { page, frame } = await opened(await toHtml(deepGraph(12)));
  expect(textOf(page, '#caption')).toContain('Folded: tanh, hidden × 12');
  type(page, 'hidden5 matmul');
  page.querySelector<HTMLButtonElement>('#finder button')?.click();
  expect(textOf(page, '#said')).toContain('inside tanh, hidden × 12, folded');
  const before = page.querySelectorAll('.node').length;
  press(page, 'f');
  expect(textOf(page, '#said')).toMatch(/^Unfolded tanh, hidden × 12/);
  expect(page.querySelectorAll('.node').length).toBeGreaterThan(before);
  press(page, 'f');
  expect(textOf(page, '#said')).toMatch(/^Unfolded hidden5/);
  press(page, 'f');
  expect(textOf(page, '#said')).toMatch(/^Folded hidden5/);
  expect(textOf(page, '#details h2')).toBe('hidden5');
  expect(frame.contentWindow?.location.hash).toMatch(/selected=g\d+/);
});

describe('the map of a page that has no size', () => {
  /** What the map shows: a dot for each box, as far as it has one. */
  const dots = (page: Document): { x: number; width: number }[] =>
    [...page.querySelectorAll('#map rect')].map((dot) => ({
      x: Math.round(Number(dot.getAttribute('x'))),
      width: Math.round(Number(dot.getAttribute('width'))),
    }));
  const unfold = (page: Document): void => {
    type(page, 'hidden5 matmul');
    page.querySelector<HTMLButtonElement>('#finder button')?.click();
    press(page, 'f');
  };

  test('is drawn when its frame is shown for the first time', async () => {
    const html = await toHtml(deepGraph(12), { fold: () => false });
    const expected = dots((await opened(html)).page);
    const { page, frame } = await opened(html, '', 'none');
    expect(expected.length).toBeGreaterThan(11);
    expect(dots(page)).toEqual(expected.map(() => ({ x: 0, width: 0 })));
    frame.style.display = 'block';
    await expect.poll(() => dots(page)).toEqual(expected);
  });

  test('is drawn again when its frame is shown anew, where another state was drawn while it was hidden', async () => {
    const html = await toHtml(deepGraph(12));
    const seen = await opened(html);
    unfold(seen.page);
    const expected = dots(seen.page);
    expect(expected.length).toBeGreaterThan(11);
    const { page, frame } = await opened(html);
    frame.style.display = 'none';
    await still();
    unfold(page);
    expect(dots(page)).toEqual(expected.map(() => ({ x: 0, width: 0 })));
    frame.style.display = 'block';
    await expect.poll(() => dots(page)).toEqual(expected);
  });
});

test('ancestors and descendants are lit, the rest is dimmed', async () => {
  const { page } = await opened(await toHtml(olah()));
  click(page, '[data-name=n2]');
  press(page, 'a');
  const dimmed = () =>
    [...page.querySelectorAll('.node.dim')]
      .map((box) => box.getAttribute('data-name') ?? '')
      .sort((a, b) => a.localeCompare(b));
  expect(dimmed()).toEqual(['n3', 'n4', 'n5']);
  expect(textOf(page, '#said')).toBe('2 ancestors shown.');
  press(page, 'd');
  expect(dimmed()).toEqual(['n0', 'n1', 'n3']);
  press(page, 'd');
  expect(dimmed()).toEqual([]);
});

test('step through by keyboard: one edge a step, each visited once, and back again', async () => {
  const { page } = await opened(await toHtml(olah()));
  expect(textOf(page, '#rule')).toBe('Nothing has been computed yet: no values, and no gradients.');
  const said: string[] = [];
  for (let k = 0; k < 15; k++) {
    press(page, '.');
    said.push(textOf(page, '#said'));
  }
  expect(said[0]).toBe('Forward, a into add 1, slot 0.');
  expect(said[1]).toBe('Forward, b into add 1, slot 1; add 1 is 3.');
  expect(said).toContain('Backward, add 1 to b. Chain rule on the edge: 2 × 1 = 2. Sum rule at b: 5 so far.');
  expect(said.at(-2)).toBe('Backward, at b: every use has been visited, so its gradient is complete: 5.');
  expect(textOf(page, '#count')).toBe('Step 15 of 15. Backward: 5 of 5 edges visited, each once.');
  expect(
    [...page.querySelectorAll('#overlay .sum')]
      .map(({ textContent }) => textContent ?? '')
      .sort((a, b) => a.localeCompare(b)),
  ).toEqual(['∂ 1', '∂ 2', '∂ 2', '∂ 3', '∂ 5']);
  press(page, ',');
  expect(textOf(page, '#count')).toMatch(/^Step 14 of 15/);
  click(page, '#start');
  expect(page.querySelectorAll('#overlay text')).toHaveLength(0);
});

test('it plays, pauses and jumps', async () => {
  const { page } = await opened(await toHtml(olah()));
  const speed = page.querySelector<HTMLSelectElement>('#speed');
  if (speed === null) throw new Error('there is no speed');
  speed.value = '80';
  press(page, ' ');
  expect(textOf(page, '#play')).toBe('Pause');
  await expect.poll(() => textOf(page, '#count')).toMatch(/^Step ([3-9]|1\d) of 15/);
  press(page, ' ');
  expect(textOf(page, '#play')).toBe('Play');
  const jump = page.querySelector<HTMLInputElement>('#jump');
  if (jump === null) throw new Error('there is no slider');
  jump.value = '7';
  jump.dispatchEvent(new Event('input'));
  expect(textOf(page, '#count')).toMatch(/^Step 7 of 15/);
});

test('a folded perceptron plays, too: what is inside a folded box marks the box', async () => {
  const { page } = await opened(await toHtml(perceptronLoss(), { fold: (path) => path.includes('hidden') }));
  click(page, '#end');
  expect(textOf(page, '#count')).toMatch(/16 of 16 edges visited, each once\.$/);
  let marked = 0;
  for (let k = 0; k < 60; k++) {
    press(page, ',');
    marked += page.querySelectorAll('.node.now[data-name^=g]').length;
  }
  expect(marked).toBeGreaterThan(4);
});

test('a loop plays as one step: what is in its body has no values, and folds into a box', async () => {
  const { page } = await opened(await toHtml(loop()));
  const said: string[] = [];
  for (let k = 0; k < 8; k++) {
    press(page, '.');
    said.push(textOf(page, '#said'));
  }
  expect(said.filter((words) => words.startsWith('Forward'))).toEqual([
    expect.stringMatching(/into scan, slot 1\.$/),
    expect.stringMatching(/^Forward, rate 1 into scan, slot 2; scan is /),
    expect.stringMatching(/^Forward, scan into square, slot 0; square is /),
  ]);
  expect(textOf(page, '#count')).toMatch(/Backward: 2 of 2 edges visited, each once\.$/);
  const box = [...page.querySelectorAll('.node')].find(({ textContent }) => textContent?.trim().startsWith('tanh'));
  box?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  press(page, 'f');
  expect(textOf(page, '#said')).toMatch(/^Folded scan/);
  expect(textOf(page, '#details')).toContain('graph');
});

test('the page of an error begins with the op that is to blame: selected, marked, and explained', async () => {
  let clash: unknown;
  try {
    trace((x: Tensor) => scope('mlp', () => x.tanh().matmul(tensor([[1, 2]]))), spec([3, 5]));
  } catch (error) {
    clash = error;
  }
  if (!(clash instanceof EdgewiseError)) throw new Error('the shapes fit');
  const { page } = await opened(await toHtml(clash, { title: 'A clash' }));
  expect(textOf(page, '#details h2')).toBe('matmul');
  expect(textOf(page, '#details')).toContain('inner dimensions differ');
  expect(textOf(page, '#problem')).toContain('inner dimensions differ');
  expect([...page.querySelectorAll('.node.problem')].map((box) => box.textContent?.trim())).toEqual([
    expect.stringContaining('matmul'),
  ]);
  press(page, 'ArrowUp');
  expect(textOf(page, '#details h2')).toBe('tanh');
});

test('two runs in colour: darker where they differ more, red borders from the first on', async () => {
  const run = (dtype: 'f32' | 'f64') => record(() => tensor([1, 2], { dtype }).mul(1e-9).add(1).sub(1).sum());
  const [ours, theirs] = [run('f64'), run('f32')];
  const { page } = await opened(await toHtml(ours, { comparison: compareRuns(ours, theirs) }));
  expect(textOf(page, '#details h2')).toBe('sub');
  expect(textOf(page, '#details')).toContain('second run[0, 0]');
  expect(page.querySelectorAll('.node.problem')).toHaveLength(2);
  expect(page.querySelectorAll('.node.heat5')).toHaveLength(2);
  const fillOf = (selector: string) => getComputedStyle(page.querySelector(selector) ?? page.body).fill;
  expect(fillOf('.node.heat5 > path')).not.toBe(fillOf('.node:not(.heat5) > path'));
});

test('a compiled program: its kernels, and with ] the graph after each pass', async () => {
  const { page, frame } = await opened(await programPage());
  expect(textOf(page, '#caption')).toMatch(/^\d+ ops/);
  const view = () => page.querySelector<HTMLSelectElement>('#views')?.selectedOptions[0]?.textContent;
  expect(view()).toMatch(/^Kernels: \d+$/);
  expect(page.querySelectorAll('.cluster, .node[data-name^=g]').length).toBeGreaterThan(0);
  type(page, 'matmul');
  page.querySelector<HTMLButtonElement>('#finder button')?.click();
  expect(textOf(page, '#details')).toContain('ofmodel');
  press(page, 'f'); // folds the kernel that the op is in
  expect(textOf(page, '#details')).toMatch(/kindkernelholds/);
  expect(textOf(page, '#details pre')).toContain('add(');
  expect(page.querySelector<HTMLElement>('#legend')?.hidden).toBe(false);
  press(page, ']');
  expect(view()).toMatch(/^After trace/);
  expect(textOf(page, '#said')).toMatch(/^After trace.*: \d+ ops\. /);
  expect(textOf(page, '#details')).toContain('Nothing is selected');
  expect(page.querySelector<HTMLElement>('#legend')?.hidden).toBe(true);
  expect(textOf(page, '#found')).toMatch(/ found in /);
  await still();
  const again = await opened(await programPage(), frame.contentWindow?.location.hash ?? '');
  expect(again.page.querySelector<HTMLSelectElement>('#views')?.value).toBe('1');
  press(page, '[');
  press(page, '[');
  expect(textOf(page, '#said')).toBe('The page has no further graph.');
  expect(view()).toMatch(/^Kernels/);
});

test('a layout runs in a worker of the page, which goes on meanwhile', async () => {
  await renderSvg('digraph { a }');
  let turns = 0;
  const counter = setInterval(() => turns++, 1);
  const tangle = `digraph { ${Array.from({ length: 250 }, (_, k) => `n${(k * 7) % (k + 1)} -> n${k + 1}; n${(k * k) % (k + 1)} -> n${k + 1}; n${k} -> n${k + 1}`).join(';')} }`;
  await expect(renderSvg(tangle, { timeLimit: 120 })).rejects.toThrow('had not placed this graph');
  clearInterval(counter);
  // Where the page stood still, its clock ticks once, afterwards.
  expect(turns).toBeGreaterThan(1);
  expect(await renderSvg('digraph { b }')).toContain('>b<');
});

test('the view stands in the address, and the address opens the same view', async () => {
  const html = await toHtml(perceptronLoss());
  const first = await opened(html);
  click(first.page, '[data-name=n3]');
  type(first.page, 'add');
  press(first.page, '.');
  press(first.page, '+');
  await still();
  const hash = first.frame.contentWindow?.location.hash ?? '';
  expect(hash).toMatch(/^#at=-?\d+,-?\d+,[\d.]+&selected=n3&find=add&step=1$/);
  const second = await opened(html, hash);
  expect(textOf(second.page, '#details h2')).toBe(textOf(first.page, '#details h2'));
  expect(second.page.querySelector<HTMLInputElement>('#find')?.value).toBe('add');
  expect(second.page.querySelector<HTMLElement>('#scene')?.style.transform).toBe(
    first.page
      .querySelector<HTMLElement>('#scene')
      ?.style.transform.replace(/-?\d+\.\d+px/g, (px) => `${Math.round(Number.parseFloat(px))}px`),
  );
});

test('dragging moves the picture, the wheel enlarges it, and keys do', async () => {
  const { page } = await opened(await toHtml(olah()));
  const stage = page.querySelector('#stage');
  const scene = page.querySelector<HTMLElement>('#scene');
  const before = scene?.style.transform;
  stage?.dispatchEvent(new PointerEvent('pointerdown', { clientX: 100, clientY: 100, bubbles: true }));
  stage?.dispatchEvent(new PointerEvent('pointermove', { clientX: 160, clientY: 130, bubbles: true }));
  stage?.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
  const moved = scene?.style.transform;
  expect(moved).not.toBe(before);
  stage?.dispatchEvent(
    new WheelEvent('wheel', { deltaY: -100, clientX: 200, clientY: 200, bubbles: true, cancelable: true }),
  );
  expect(scene?.style.transform).not.toBe(moved);
  press(page, '0');
  expect(scene?.style.transform).toBe(before);
});

test.each(hostileLabels)('the name %j runs nothing in a real page', async (label) => {
  const { page } = await opened(await toHtml(hostile(label), { title: label }));
  expect(page.querySelectorAll('script')).toHaveLength(3);
  type(page, label);
  page.querySelector<HTMLButtonElement>('#finder button')?.click();
  expect(page.querySelectorAll('img, iframe, object, embed, foreignObject')).toHaveLength(0);
});

async function clashPage(): Promise<string> {
  try {
    trace((x: Tensor) => x.matmul(tensor([[1, 2]])), spec([3, 5]));
  } catch (error) {
    if (error instanceof EdgewiseError) return toHtml(error, { title: 'A clash' });
  }
  throw new Error('the shapes fit');
}

async function comparisonPage(): Promise<string> {
  const run = (dtype: 'f32' | 'f64') => record(() => tensor([1, 2], { dtype }).mul(1e-9).add(1).sub(1).sum());
  const ours = run('f64');
  return toHtml(ours, { title: 'Two runs', comparison: compareRuns(ours, run('f32')) });
}

/** One step of gradient descent as a program. */
async function programPage(): Promise<string> {
  const w = variable(
    [
      [0.5, -1],
      [2, 0.25],
    ],
    { name: 'w' },
  );
  const step = compile((x: Tensor) => {
    const loss = scope('model', () => x.matmul(w.value).tanh())
      .square()
      .mean();
    loss.backward();
    w.assign(w.value.sub(w.grad!.mul(0.1)));
    w.clearGrad();
    return loss;
  });
  step.profile(3, tensor([[1, 2]]));
  return toHtml(step, { title: 'A step' });
}

const pages = {
  perceptron: () => toHtml(perceptronLoss(), { title: 'A perceptron' }),
  error: clashPage,
  comparison: comparisonPage,
  program: programPage,
} as const;

test.each([
  ['light', 'perceptron'],
  ['dark', 'perceptron'],
  ['light', 'error'],
  ['dark', 'error'],
  ['light', 'comparison'],
  ['dark', 'comparison'],
  ['light', 'program'],
  ['dark', 'program'],
] as const)('axe finds nothing to improve in a %s page of a %s', async (theme, name) => {
  const { page } = await opened(await pages[name]());
  page.documentElement.dataset.theme = theme;
  click(page, '[data-name=n0]');
  press(page, '?');
  page.querySelector<HTMLElement>('#end')?.click();
  // axe has to be loaded in the document that it looks at: the page's content takes this one's place.
  document.documentElement.dataset.theme = theme;
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  document.body.className = page.body.className;
  document.body.dataset.theme = 'auto';
  document.body.replaceChildren(...page.head.querySelectorAll('style'), ...page.body.children);
  const { violations } = await axe.run(document);
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))])).toEqual([]);
  document.body.removeAttribute('class');
  document.body.removeAttribute('data-theme');
  delete document.documentElement.dataset.theme;
});
