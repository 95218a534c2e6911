/** How pictures refuse an argument: the same kind of error as the rest of Edgewise, with the facts a reader needs. */
import { ArgumentError, Tensor } from '@edgewise/core';

/** What is known about a refused argument; `problem` is the sentence that a person reads first. */
export interface Refusal {
  readonly code: string;
  readonly problem: string;
  readonly expected?: unknown;
  readonly received?: unknown;
  readonly remedy?: string;
}

/** The error to throw when `functionName` cannot draw what it was given. */
export function badArgument(functionName: string, refusal: Refusal): ArgumentError {
  return new ArgumentError({ op: functionName, ...refusal });
}

/** Throws unless `value` is one of `allowed`. */
export function checkChoice(functionName: string, option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw badArgument(functionName, {
    code: 'unknown-choice',
    problem: `no ${option} named ${JSON.stringify(value)}; choose ${allowed.map((name) => `"${name}"`).join(', ')}`,
    expected: allowed,
    received: value,
    remedy: `${functionName}(..., { ${option}: '${allowed[0] ?? ''}' })`,
  });
}

/** Throws unless `value` is a finite number of at least `least`. */
export function checkSize(functionName: string, option: string, value: number, least: number): void {
  if (Number.isFinite(value) && value >= least) return;
  throw badArgument(functionName, {
    code: 'bad-size',
    problem: `${option} is ${String(value)}; expected a number of at least ${least}`,
    expected: `a number of at least ${least}`,
    received: value,
  });
}

/** Whether a value is an array; unlike `Array.isArray` it lets what TypeScript knows of the elements be. */
export function isList(value: unknown): boolean {
  return Array.isArray(value);
}

/** A value in a few words, for messages. */
export function described(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Tensor) return `a tensor, ${String(value.spec)}`;
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return `${typeof value} ${value}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
