/** What a graph's page holds as JSON: written at export, read by the page's script. */
import type { GraphModel } from '../graph/model.ts';

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

export interface PageData {
  readonly model: GraphModel;
  readonly direction: 'down' | 'right';
  /** The first one stands in the page itself. */
  readonly states: readonly PageState[];
  /** Forward, then backward; empty where there is nothing to play. */
  readonly steps: readonly PageStep[];
  /** What had to be folded or left out. */
  readonly note?: string;
}

/** JSON as it may stand inside a script element: no text in it can end the element or start a comment. */
export function embeddedJson(data: PageData): string {
  return JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
