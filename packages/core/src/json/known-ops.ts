/** The ops that graphs are saved with by name alone: all of this package's. Those of a user's own are given when loading. */
import { checkpointOp, repeated } from '../control/checkpoint.ts';
import { condOp, switchOp } from '../control/branch-op.ts';
import { scanOp } from '../control/scan-op.ts';
import { whileOp } from '../control/while-loop.ts';
import { withRule } from '../control/custom-gradient.ts';
import { cast } from '../op/cast.ts';
import { Definition } from '../op/op.ts';
import * as activation from '../ops/activation.ts';
import * as alongAxis from '../ops/along-axis.ts';
import * as arithmetic from '../ops/arithmetic.ts';
import * as arranging from '../ops/arranging.ts';
import * as comparison from '../ops/comparison.ts';
import * as convolution from '../ops/convolution.ts';
import * as cumulative from '../ops/cumulative.ts';
import * as einsum from '../ops/einsum.ts';
import * as exponential from '../ops/exponential.ts';
import * as identity from '../ops/identity.ts';
import * as indexing from '../ops/indexing.ts';
import * as joining from '../ops/joining.ts';
import * as matmul from '../ops/matmul.ts';
import * as movement from '../ops/movement.ts';
import * as norm from '../ops/norm.ts';
import * as pooling from '../ops/pooling.ts';
import * as prod from '../ops/prod.ts';
import * as randomChoices from '../ops/random-choices.ts';
import * as randomKeys from '../ops/random-keys.ts';
import * as randomNumbers from '../ops/random-numbers.ts';
import * as reduction from '../ops/reduction.ts';
import * as repeating from '../ops/repeating.ts';
import * as resampling from '../ops/resampling.ts';
import * as rounding from '../ops/rounding.ts';
import * as segments from '../ops/segments.ts';
import * as selection from '../ops/selection.ts';
import * as sorting from '../ops/sorting.ts';
import * as specialFunctions from '../ops/special-functions.ts';
import * as triangular from '../ops/triangular.ts';
import * as trigonometry from '../ops/trigonometry.ts';
import * as truth from '../ops/truth.ts';
import * as update from '../ops/update.ts';

/** By name; made when somebody loads a graph, so that a program that loads none is not made to carry all ops. */
export function knownOps(): Map<string, Definition> {
  const families: readonly object[] = [
    activation,
    alongAxis,
    arithmetic,
    arranging,
    comparison,
    convolution,
    cumulative,
    einsum,
    exponential,
    identity,
    indexing,
    joining,
    matmul,
    movement,
    norm,
    pooling,
    prod,
    randomChoices,
    randomKeys,
    randomNumbers,
    reduction,
    repeating,
    resampling,
    rounding,
    segments,
    selection,
    sorting,
    specialFunctions,
    triangular,
    trigonometry,
    truth,
    update,
    { cast, repeated, withRule },
  ];
  const ops = families.flatMap((family) => Object.values(family).flatMap(definitionOf));
  return new Map(
    [...ops, checkpointOp, condOp, switchOp, scanOp, whileOp].map((definition) => [definition.name, definition]),
  );
}

function definitionOf(exported: unknown): Definition[] {
  if (typeof exported !== 'function' || !('definition' in exported)) return [];
  return exported.definition instanceof Definition ? [exported.definition] : [];
}
