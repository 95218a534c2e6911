/** All cases, by the name that `npm run bench -- NAME` takes. */
import { compiled } from './cases/compile/compile.ts';
import { convolution } from './cases/convolution.ts';
import { axes } from './cases/every-op/axes.ts';
import { elementwise } from './cases/every-op/elementwise.ts';
import { matmul } from './cases/matmul.ts';
import { odeStiff } from './cases/ode/ode-stiff.ts';
import { ode } from './cases/ode/ode.ts';
import { peers } from './cases/peers.ts';
import { rank0 } from './cases/rank-0.ts';
import { scalarGraph } from './cases/scalar-graph/scalar-graph.ts';
import { secondOrder } from './cases/second-order.ts';
import { smallOps } from './cases/small-ops.ts';
import { startup } from './cases/startup/startup.ts';
import { viewer } from './cases/viewer.ts';
import { xorStep } from './cases/xor-step.ts';
import type { Case } from './report.ts';

export const cases: Readonly<Record<string, Case>> = {
  'scalar-graph': scalarGraph,
  'rank-0': rank0,
  elementwise,
  axes,
  'xor-step': xorStep,
  matmul,
  convolution,
  compile: compiled,
  ode,
  'ode-stiff': odeStiff,
  startup,
  'second-order': secondOrder,
  'small-ops': smallOps,
  peers,
  viewer,
};
