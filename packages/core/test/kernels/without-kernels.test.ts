/** The same scan where no program has brought kernels: what pages that do not import `compile` get. */
import { expect, test } from 'vitest';
import * as core from '../../src/index.ts';
import { native } from '../../src/kernels/native.ts';
import { scan } from '../../../../test/reference/scan.mjs';

test('without kernels every elementwise op is as near to the truth', () => {
  expect(native.kernels).toBeDefined();
  native.kernels = undefined;
  const far = scan(core).flatMap(({ name, limits, measured }) =>
    (['f64', 'f32'] as const).flatMap((dtype) =>
      measured[dtype].worst <= limits[dtype] ? [] : [`${name} in ${dtype}: ${measured[dtype].worst} ulp`],
    ),
  );
  expect(far).toEqual([]);
});
