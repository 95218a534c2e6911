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

/** What `embeddedJson` wrote. */
export function readJson(text: string): PageData {
  // The page's own, written from the same type.
  const { model, ...others } = JSON.parse(text) as Omit<PageData, 'model'> & { readonly model: PackedModel };
  return { ...others, model: unpacked(model) };
}

/** JSON as it may stand inside a script element: no text in it can end the element or start a comment. */
export function embeddedJson({ model, ...others }: PageData): string {
  return JSON.stringify({ ...others, model: packed(model) })
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
