/** The ops that graphs are saved with by name alone: all of this package's. Those of a user's own are given when loading. */
import { checkpointOp, repeated } from '../control/checkpoint.ts';
import { branchIndex, condOp, switchOp } from '../control/branch-op.ts';
import { scanOp } from '../control/scan-op.ts';
import { ended, whileOp } from '../control/while-loop.ts';
import { withRule } from '../control/custom-gradient.ts';
import { cast } from '../op/cast.ts';
import { Definition } from '../op/op.ts';
import * as families from './op-families.ts';

/** By name; made when somebody loads a graph, so that a program that loads none is not made to carry all ops. */
export function knownOps(): Map<string, Definition> {
  const ops = [...Object.values(families), { branchIndex, cast, ended, repeated, withRule }].flatMap((family: object) =>
    Object.values(family).flatMap(definitionOf),
  );
  return new Map(
    [...ops, checkpointOp, condOp, switchOp, scanOp, whileOp].map((definition) => [definition.name, definition]),
  );
}

function definitionOf(exported: unknown): Definition[] {
  if (typeof exported !== 'function' || !('definition' in exported)) return [];
  return exported.definition instanceof Definition ? [exported.definition] : [];
}
