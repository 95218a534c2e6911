/** The results as files: pictures, graphs as DOT, and one page that shows them together. */
import { type ReportTable, linePlot, reportPage } from '@edgewise/viz';
import type { Options } from './options.ts';
import type { Picture, Problem, Settings } from './problem.ts';
import type { GraphPage, GraphPicture } from './step-pictures.ts';
import type { Epoch } from './training.ts';

export interface Results {
  readonly problem: Problem;
  readonly settings: Settings;
  readonly seed: Options['seed'];
  readonly model: string;
  readonly epochs: readonly Epoch[];
  readonly learned: readonly Picture[];
  readonly graphs: readonly GraphPicture[];
  /** In the report, and files of their own; the pictures of graphs are files alone. */
  readonly graphPages: readonly GraphPage[];
}

/** The page's file name. */
export const pageName = 'index.html';

/** Text by file name. */
export async function reportFiles(results: Results): Promise<Map<string, string>> {
  const { learned, graphs, graphPages } = results;
  const shown = [...learned, await lossCurve(results.epochs)];
  const pictures = [...shown, ...graphs];
  return new Map([
    ...pictures.map(({ name, svg }) => [`${name}.svg`, svg] as const),
    ...graphs.map(({ name, dot }) => [`${name}.dot`, dot] as const),
    ...graphPages.map(({ file, html }) => [file, html] as const),
    [pageName, page(results, shown)],
  ]);
}

/** `99.8 %` */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

async function lossCurve(epochs: readonly Epoch[]): Promise<Picture> {
  const x = epochs.map((_, k) => k + 1);
  return {
    name: 'loss',
    title: 'How it learned',
    text: 'Cross-entropy after each epoch: over the steps of the epoch, and on examples that it was not trained on.',
    svg: await linePlot(
      [
        { name: 'training', x, y: epochs.map(({ trainingLoss }) => trainingLoss) },
        { name: 'test', x, y: epochs.map(({ testLoss }) => testLoss) },
      ],
      { title: 'Loss', xLabel: 'epoch', yLabel: 'nats', logY: true },
    ),
  };
}

function page(results: Results, pictures: readonly Picture[]): string {
  const { problem, epochs, graphPages } = results;
  const { testLoss = Number.NaN, testAccuracy = Number.NaN } = epochs.at(-1) ?? {};
  return reportPage({
    title: `${problem.title}, learned by Edgewise`,
    summary: `Right for ${percent(testAccuracy)} of ${problem.test.labels.size} ${problem.things} that it was not trained on, after ${epochs.length} ${epochs.length === 1 ? 'epoch' : 'epochs'}; loss ${testLoss.toPrecision(4)}.`,
    sections: [
      ...pictures.map(({ title, text, svg }) => ({ title, text, svg })),
      ...graphPages.map(({ title, text, file, html }) => ({
        title,
        text,
        page: html,
        links: [{ text: 'In a window of its own', file }],
      })),
      { title: 'How it was made', table: settingsTable(results) },
    ],
  });
}

function settingsTable({ problem, settings, seed, model }: Results): ReportTable {
  return {
    columns: ['setting', 'value'],
    rows: [
      ['Training', `${problem.training.labels.size} ${problem.things}`],
      ['Test', `${problem.test.labels.size} ${problem.things}`],
      ['Model', model],
      ['Optimizer', `adam, learning rate ${settings.learningRate}`],
      ['Batches', `of ${settings.batchSize}, for ${settings.epochs} epochs`],
      ['Seed', String(seed)],
    ],
  };
}
