/** What a call costs around what is computed. */
import { compile, tensor } from '@edgewise/core';
import { type Row, nanoseconds } from '../../report.ts';
import { type Means, inputs, rowsAgainst } from './rows.ts';

export function calls(means: Means): Row[] {
  const next = inputs((seed) =>
    Object.fromEntries(Array.from({ length: 10 }, (_, k) => [`x${k}`, tensor([k + seed])])),
  );
  const program = compile((given: ReturnType<typeof next>) => given['x0']!.add(1));
  return rowsAgainst(
    {
      what: 'a call with a tree of ten one-element arrays, copies included',
      unit: 'ns',
      inUnit: nanoseconds,
      bar: 1000,
    },
    () => program(next()),
    {},
    means,
  );
}
