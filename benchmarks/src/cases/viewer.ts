/** The page of a graph, in a real browser: how smoothly it moves, how soon it opens; and how long Graphviz takes before. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Graph, type Tensor, spec, trace } from '@edgewise/core';
import { renderSvg, toHtml } from '@edgewise/viz';
import { type Browser, type Page, chromium } from 'playwright';
import { type Distribution, distribution } from '../harness.ts';
import type { Case, Row } from '../report.ts';

export const viewer: Case = {
  question: 'Does the page of a large graph move and open at once, and is 500 drawn nodes laid out in two seconds?',

  async run({ quick }) {
    const rows: Row[] = [await layoutRow(quick)];
    const browser = await launched();
    if (browser === undefined) return { rows, remarks: ['no Chromium here (CHROMIUM_PATH names one): no page opened'] };
    const folder = mkdtempSync(join(tmpdir(), 'edgewise-viewer-'));
    try {
      return { rows: [...rows, ...(await pageRows(browser, folder, quick))], remarks: remarks(folder) };
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
  },
};

/** Random graphs, each op of which uses one to three earlier values. */
async function layoutRow(quick: boolean): Promise<Row> {
  const times: number[] = [];
  await renderSvg('digraph { a -> b }'); // Graphviz is loaded
  for (let seed = 1; seed <= (quick ? 1 : 5); seed++) {
    const graph = trace(randomProgram(quick ? 20 : 500, seed), spec([2]));
    const start = performance.now();
    await renderSvg(graph, { fold: false });
    times.push(performance.now() - start);
  }
  const what = `layout of random graphs of ${quick ? 20 : 500} nodes`;
  return { what, unit: 'ms', ours: distribution(times), bar: { of: 'ours', atMost: 2000 } };
}

function randomProgram(nodes: number, seed: number): (x: Tensor) => Tensor {
  return (x) => {
    let state = seed;
    // A linear congruential generator (Numerical Recipes, 3rd ed., 7.1).
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const made = [x];
    // What nothing uses is not drawn, so each op uses the last one, too.
    for (let k = 1; k < nodes; k++) {
      const [last, other] = [made[k - 1]!, made[below(k)]!];
      made.push(below(3) === 0 ? last.tanh() : last.add(other));
    }
    return made.at(-1)!;
  };
}

async function pageRows(browser: Browser, folder: string, quick: boolean): Promise<Row[]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const [drawn, held] = quick ? [20, 100] : [2000, 100_000];
  const files = {
    empty: fileOf(folder, 'empty', '<!doctype html><title>empty</title><svg id="overlay"></svg>'),
    drawn: fileOf(
      folder,
      'drawn',
      await toHtml(longGraph(drawn), { mostBoxes: drawn + 100, layoutBudget: 1, fold: () => false, timeLimit: 60_000 }),
    ),
    held: fileOf(folder, 'held', await toHtml(longGraph(held))),
  };
  const seconds = quick ? 0.1 : 3;
  await opened(page, files.empty);
  const still = await framesWhile(page, seconds, false);
  await opened(page, files.drawn);
  const boxes = await page.locator('.node').count();
  if (boxes < drawn) throw new RangeError(`the page draws ${boxes} boxes of ${drawn}`);
  const near = await framesWhile(page, seconds, true);
  await page.keyboard.press('0');
  const far = await framesWhile(page, seconds, true);
  const rounds = quick ? 1 : 5;
  const openings = { empty: [] as number[], held: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    openings.empty.push(await opened(page, files.empty));
    openings.held.push(await opened(page, files.held));
  }
  const frame = (what: string, ours: readonly number[]): Row => ({
    what,
    unit: 'ms',
    ours: distribution(ours),
    byHand: distribution(still),
    bar: { of: 'ours', atMost: 33 },
  });
  return [
    frame(`a frame while ${drawn} drawn nodes are moved`, near),
    frame('the same, all of them in view', far),
    {
      what: `opening a page of ${held} nodes`,
      unit: 'ms',
      ours: distribution(openings.held),
      byHand: distribution(openings.empty) satisfies Distribution,
      bar: { of: 'ours', atMost: 3000 },
    },
  ];
}

/** A long graph in which each op is unlike its neighbours, and some use what is a little older. */
function longGraph(nodes: number): Graph<Tensor> {
  return trace(
    (x: Tensor) => {
      let [older, value] = [x, x];
      for (let k = 0; k < nodes; k++) {
        const next = k % 5 === 4 ? value.add(older) : value.add(k + 0.5);
        if (k % 5 === 0) older = value;
        value = next;
      }
      return value;
    },
    spec([2]),
  );
}

function fileOf(folder: string, name: string, html: string): string {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html);
  return file;
}

/** Milliseconds until the page's script has run. */
async function opened(page: Page, file: string): Promise<number> {
  const start = performance.now();
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('#overlay', { state: 'attached' });
  return performance.now() - start;
}

/** The times between frames while the picture is dragged to and fro by hand, or nothing happens. */
async function framesWhile(page: Page, seconds: number, isMoved: boolean): Promise<number[]> {
  return page.evaluate(
    async ([duration, moves]) =>
      new Promise<number[]>((resolve) => {
        const stage = document.querySelector('#stage');
        const point = (at: number) => ({
          clientX: 500 + 300 * Math.sin(at / 300),
          clientY: 300 + 200 * Math.cos(at / 500),
          bubbles: true,
        });
        const times: number[] = [];
        let [start, last] = [0, 0];
        if (moves) stage?.dispatchEvent(new PointerEvent('pointerdown', { ...point(0), button: 0 }));
        const turn = (now: number): void => {
          if (last > 0) times.push(now - last);
          start ||= now;
          last = now;
          if (now - start > 1000 * duration) {
            window.dispatchEvent(new PointerEvent('pointerup', point(now)));
            resolve(times);
            return;
          }
          if (moves) window.dispatchEvent(new PointerEvent('pointermove', point(now)));
          requestAnimationFrame(turn);
        };
        requestAnimationFrame(turn);
      }),
    [seconds, isMoved] as const,
  );
}

async function launched(): Promise<Browser | undefined> {
  const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const named = process.env['CHROMIUM_PATH'];
  const executablePath = (named === undefined ? usual : [named]).find((path) => existsSync(path));
  // Chromium refuses to start as root, as in a container, with its sandbox.
  return executablePath === undefined ? undefined : chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

function remarks(folder: string): string[] {
  const size = (name: string): string => `${(statSync(join(folder, `${name}.html`)).size / 1e6).toFixed(1)} MB`;
  return [
    'by hand: an empty page, of which a frame takes what the display does, here 60 a second',
    `the pages have ${size('drawn')} and ${size('held')}; the script in each has less than 30 kB, which a test checks`,
  ];
}
