/** What a graph's page holds as JSON: written at export, read by the page's script. */
import type { GraphModel } from '../graph/model.ts';
import { type PackedModel, packed, unpacked } from './packed-model.ts';

/** A way of folding, laid out. */
export interface PageState {
  readonly open: readonly number[];
  readonly svg: string;
}

/** A step of the play, by indices of the model. */
export type PageStep =
  | { readonly kind: 'forward'; readonly edge: number; readonly completes: boolean }
  | { readonly kind: 'node'; readonly node: number; readonly total: string }
  | {
      readonly kind: 'edge';
      readonly edge: number;
      readonly total: string;
      readonly local?: string;
      readonly share: string;
      readonly sum: string;
    };

/** One of the graphs that a page shows. */
export interface PageView {
  /** What it is called where one chooses between several. */
  readonly name: string;
  readonly model: GraphModel;
  readonly direction: 'down' | 'right';
  /** Of the first view, the first one stands in the page itself. */
  readonly states: readonly PageState[];
  /** What had to be folded or left out. */
  readonly note?: string;
}

export interface PageData {
  readonly views: readonly [PageView, ...PageView[]];
  /** Forward, then backward, in the first view; empty where there is nothing to play. */
  readonly steps: readonly PageStep[];
}

/** As it is written: every model in columns. */
interface PackedData {
  readonly views: readonly [PackedView, ...PackedView[]];
  readonly steps: readonly PageStep[];
}

type PackedView = Omit<PageView, 'model'> & { readonly model: PackedModel };

/** What `embeddedJson` wrote. */
export function readJson(text: string): PageData {
  // The page's own, written from the same type.
  const { views, steps } = JSON.parse(text) as PackedData;
  const read = (view: PackedView): PageView => ({ ...view, model: unpacked(view.model) });
  const [first, ...others] = views;
  return { views: [read(first), ...others.map(read)], steps };
}

/** JSON as it may stand inside a script element: no text in it can end the element or start a comment. */
export function embeddedJson({ views, steps }: PageData): string {
  return JSON.stringify({ views: views.map((view) => ({ ...view, model: packed(view.model) })), steps })
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
