/** A value type with no tensors in it: the graph room works for anything that has a maker and an id. */
import { type Node, type Value, Operation, newNode } from '../../src/graph/node.ts';

export class Plain implements Value<Plain> {
  readonly number: number;
  node: Node<Plain> | undefined;
  id = 0;

  constructor(number: number) {
    this.number = number;
  }

  get op(): Operation<Plain> | undefined {
    return this.node?.op;
  }
}

/** A scalar function with its partial derivatives, as an op of plain values. */
function scalarOp(
  name: string,
  value: (...x: number[]) => number,
  slopes: readonly ((...x: number[]) => number)[],
): Operation<Plain> {
  const op: Operation<Plain> = new Operation<Plain>({
    name,
    leaf: slopes.length === 0,
    differentiable: () => true,
    apply: (inputs) => [made(op, inputs, value(...inputs.map((input) => input.number)))],
    shares: (node, total, wanted) =>
      node.inputs.map((input, slot) =>
        wanted(input) && total instanceof Plain
          ? new Plain(total.number * slopes[slot]!(...node.inputs.map((x) => x.number)))
          : undefined,
      ),
    push: (node, slot, tangent) => [new Plain(tangent.number * slopes[slot]!(...node.inputs.map((x) => x.number)))],
  });
  return op;
}

function made(op: Operation<Plain>, inputs: readonly Plain[], number: number): Plain {
  const value = new Plain(number);
  const node = newNode(op, [], inputs, 1);
  node.output = value;
  value.node = node;
  value.id = node.id;
  return value;
}

const start = scalarOp('start', () => 0, []);
const times = scalarOp('times', (x = 0, y = 0) => x * y, [(_, y = 0) => y, (x = 0) => x]);

export function leaf(number: number): Plain {
  return made(start, [], number);
}

export function product(x: Plain, y: Plain): Plain {
  return times.apply([x, y], [])[0]!;
}

export function plus(x: Plain, y: Plain): Plain {
  return new Plain(x.number + y.number);
}
