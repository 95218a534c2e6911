/**
 * A graph as plain data. Values are numbered: the inputs, then the constants, then what the nodes make, in order.
 */
import type { Dtype } from '../tensor/dtype.ts';

export interface SpecJson {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** A number as JSON can say it: NaN, infinities and -0 are words. */
export type NumberJson = number | 'NaN' | 'Infinity' | '-Infinity' | '-0';

/** A constant: one number for all elements, or the bytes of its elements, little-endian, in base64. */
export type ConstantJson = SpecJson & ({ readonly value: NumberJson } | { readonly data: string });

/** Plain values as they are; what JSON has no form for as an object with one key that says what it is. */
export type AttributeJson =
  | null
  | boolean
  | number
  | string
  | readonly AttributeJson[]
  | { readonly number: NumberJson }
  | { readonly nothing: true }
  | { readonly token: number }
  | { readonly object: { readonly [key: string]: AttributeJson } }
  | { readonly graph: GraphPartsJson };

export interface NodeJson {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly attributes: readonly AttributeJson[];
  readonly outputs: readonly SpecJson[];
  /** A number in `scopes`. */
  readonly scope?: number;
}

export interface ScopeJson {
  readonly name: string;
  /** The number of the scope around it, which stands before it. */
  readonly parent?: number;
  readonly composite?: true;
  /** The number of the node whose derivative rule made what is inside. */
  readonly pulled?: number;
}

export interface GraphPartsJson {
  readonly inputs: readonly (SpecJson & { readonly name: string })[];
  readonly constants: readonly ConstantJson[];
  readonly scopes: readonly ScopeJson[];
  readonly nodes: readonly NodeJson[];
  readonly outputs: readonly number[];
  readonly outputNames: readonly string[];
}

/** A tree with the word `tensor` at each leaf. What is no leaf stands in it by value. */
export type FormJson =
  | 'tensor'
  | 'nothing'
  | { readonly value: PlainJson }
  | readonly FormJson[]
  | { readonly map: readonly (readonly [key: PlainJson, FormJson])[] }
  | { readonly object: { readonly [key: string]: FormJson } };
export type PlainJson = string | number | boolean | null;

export interface GraphJson extends GraphPartsJson {
  readonly format: 'edgewise-graph';
  readonly version: 1;
  /** What its inputs are the leaves of, in order: a list with an entry for each argument. Missing: each is an argument. */
  readonly arguments?: FormJson;
  /** What its outputs are the leaves of. Missing: a list of them. */
  readonly result?: FormJson;
}
