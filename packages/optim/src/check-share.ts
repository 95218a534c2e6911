/** Hyper-parameters that say which share of the old is kept. */
import { ArgumentError } from '@edgewise/core';

/** Throws unless `value` lies in [0, 1): at 1 and above nothing of the past is ever forgotten. */
export function checkShare(rule: string, name: string, value: number): void {
  if (typeof value === 'number' && value >= 0 && value < 1) return;
  throw new ArgumentError({
    code: 'out-of-range',
    op: rule,
    problem: `${name} is ${String(value)}; expected a number from 0 up to, not including, 1`,
    expected: '[0, 1)',
    received: value,
  });
}
