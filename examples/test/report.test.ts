/** The page that `npm start` writes, in a real browser: the viewers in it live, and follow the report's colours. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type Frame, type Page, chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { chromiumArguments, findChromium } from '../../tools/chromium.ts';
import { train } from './run.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // ms

const found = findChromium();

describe.skipIf(found === undefined)('the report in Chromium', () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'edgewise-'));
  const out = join(folder, 'out');

  beforeAll(async () => {
    await train('--out', out, '--epochs', '1', '--hidden', '8');
    browser = await chromium.launch({ executablePath: found ?? '', args: chromiumArguments });
    page = await browser.newPage({ colorScheme: null });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
    await page.goto(pathToFileURL(join(out, 'index.html')).href);
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function viewer(title: string): Promise<Frame> {
    const frame = await (await page.waitForSelector(`iframe[title="${title}"]`)).contentFrame();
    if (frame === null) throw new Error(`"${title}" is no frame`);
    await frame.waitForSelector('#overlay', { state: 'attached' });
    return frame;
  }

  const textOf = async (frame: Frame, selector: string): Promise<string> => (await frame.textContent(selector)) ?? '';

  test('the training step is searched and unfolded where it stands', async () => {
    const step = await viewer('A training step');
    expect(await textOf(step, '#caption')).toContain('Folded: mlp; adam; crossEntropy');
    await step.fill('#find', 'hidden0 weight');
    await step.press('#find', 'Enter');
    expect(await textOf(step, '#details h2')).toMatch(/weight/);
    await step.press('#stage', 'f');
    expect(await textOf(step, '#said')).toMatch(/^Unfolded mlp/);
  });

  test('backpropagation is played by keyboard, and shows no gradient before the backward pass', async () => {
    const walk = await viewer('Backpropagation, edge by edge');
    expect(await textOf(walk, '#rule')).toBe('Nothing has been computed yet: no values, and no gradients.');
    await walk.press('#stage', '.');
    expect(await textOf(walk, '#rule')).toMatch(/^Forward, /);
    expect(await walk.locator('#overlay .sum').count()).toBe(0);
    await walk.click('#end');
    expect(await textOf(walk, '#count')).toMatch(/ (\d+) of \1 edges visited, each once\.$/);
  });

  test('the step as a program has its kernels, and the graph after each pass', async () => {
    const program = await viewer('The step as a program');
    // It begins when the frame has a size.
    const width = (): Promise<string | null> => program.locator('#map rect').first().getAttribute('width');
    await expect.poll(width, { timeout: 10_000 }).toMatch(/^[1-9]/);
    await program.press('#stage', ']');
    expect(await textOf(program, '#said')).toMatch(/^After trace/);
    await program.press('#stage', '[');
    expect(await textOf(program, '#said')).toMatch(/^Kernels: \d+/);
  });

  test('frames take the colours that one chooses for the report, and offer no choice of their own', async () => {
    const step = await viewer('A training step');
    const paper = async (): Promise<string> => step.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.check('input[value=light]');
    await expect.poll(paper).toBe('rgb(255, 255, 255)');
    await page.check('input[value=dark]');
    await expect.poll(paper).toBe('rgb(13, 17, 23)');
    expect(await step.isHidden('.themes')).toBe(true);
  });

  test('nothing is complained of, neither by the page nor by what is in it', () => {
    expect(problems).toEqual([]);
  });
});
