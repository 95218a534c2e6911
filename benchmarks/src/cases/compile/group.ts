/** A process that measures one group of rows and prints them as JSON: no group finds what another left behind. */
import type { Effort } from '../../harness.ts';
import { adamAlone, digits } from './digits.ts';
import { calls } from './calls.ts';
import { colouredHessian, hessianVectorProduct } from './curvature.ts';
import { fused } from './fused.ts';
import { groupNames } from './groups.ts';
import { products } from './products.ts';
import type { Means } from './rows.ts';
import { smallNetworks } from './small-networks.ts';
import type { Row } from '../../report.ts';

const groups: Readonly<Record<(typeof groupNames)[number], (means: Means) => Row[]>> = {
  '2-2-1': (means) => smallNetworks(0, means),
  '2-16-16-1': (means) => smallNetworks(1, means),
  'batch 32': ({ effort }) => digits(32, effort),
  'batch 128': ({ effort }) => digits(128, effort),
  adam: ({ effort }) => adamAlone(effort),
  products: ({ effort }) => products(effort),
  fused,
  product: hessianVectorProduct,
  hessian: colouredHessian,
  calls,
};

const [name, quick, rounds, seconds, byHand] = process.argv.slice(2) as [(typeof groupNames)[number], ...string[]];
const effort: Effort = { quick: quick === 'true', rounds: Number(rounds), seconds: Number(seconds) };
console.log(JSON.stringify(groups[name]({ effort, byHand })));
