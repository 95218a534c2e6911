/** What `lower` says of an op, held to what the op does without it: op by op, at the numbers that occur. */
import { attributeKey } from '../compile/passes/merge-duplicates.ts';
import { watchNodes } from '../graph/recording.ts';
import { EdgewiseError, type Node, type Tensor, compile, inference } from '../index.ts';
import { Definition } from '../op/op.ts';
import { asWritten } from './as-written.ts';
import { largestFinite } from './largest-finite.ts';
import { allowedIn } from './rounding.ts';

/**
 * Runs `fn`, and of each op with a `lower` that runs in it, forward or backward and inside of bodies too, compares the
 * program of that op alone with the op as it is written: with `value`, of an elementwise op, and with `forward`, of others.
 *
 * @throws EdgewiseError `program-differs`, naming the op, its inputs and both numbers
 */
export function compareLowered(fn: () => unknown): void {
  for (const alike of groupsOf(nodesRunIn(fn))) {
    const { op, attributes } = alike[0]!;
    const program = compile((...inputs: Tensor[]) => [...op.apply(inputs, attributes)]);
    for (const node of alike) {
      const written = asWritten(() => inference(() => op.apply(node.inputs, attributes)));
      const computed = inference(() => program(...node.inputs));
      written.forEach((output, k) => compareOutput(node, k, output, computed[k]!));
    }
  }
}

type LoweredNode = Node<Tensor> & { readonly op: Definition };

function nodesRunIn(fn: () => unknown): LoweredNode[] {
  const nodes: LoweredNode[] = [];
  const unwatch = watchNodes((made) => {
    const node = made as unknown as Node<Tensor>;
    if (isLowered(node) && !node.inputs.some((input) => input.isSymbolic)) nodes.push(node);
  });
  try {
    fn();
  } finally {
    unwatch();
  }
  return nodes;
}

function isLowered(node: Node<Tensor>): node is LoweredNode {
  return node.op instanceof Definition && node.op.lower !== undefined;
}

/** Those that one program does for. */
function groupsOf(nodes: readonly LoweredNode[]): Iterable<LoweredNode[]> {
  const numbers = new Map<unknown, number>();
  const numberOf = (thing: unknown): number => {
    const number = numbers.get(thing) ?? numbers.size;
    numbers.set(thing, number);
    return number;
  };
  const groups = new Map<string, LoweredNode[]>();
  for (const node of nodes) {
    const { op, attributes, inputs } = node;
    const key = [numberOf(op), ...inputs.map(({ spec }) => spec), attributeKey(attributes, numberOf)].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  return groups.values();
}

function compareOutput(node: LoweredNode, k: number, written: Tensor, computed: Tensor): void {
  const { op, scope, inputs } = node;
  const isElementwise = op.ofNumbers !== undefined;
  const [right, numbers] = [written.data, computed.data];
  const allowed = allowedIn[written.dtype];
  // An element that is made from numbers at its own place is rounded as these are; a sum, as its largest term is.
  const common = isElementwise ? 0 : largestFinite(right);
  right.forEach((value, at) => {
    const given = numbers[at]!;
    if (Object.is(value, given) || value === given) return;
    const error = Math.abs(value - given) / (1 + Math.max(common, Number.isFinite(value) ? Math.abs(value) : 0));
    if (error <= allowed) return;
    const place = isElementwise ? `at ${numbersAt(inputs, written, at)}` : placeIn(node, k, at);
    const name = isElementwise ? 'value' : 'forward';
    const size = `(error ${error.toExponential(1)}, allowed ${allowed.toExponential(1)})`;
    throw new EdgewiseError({
      code: 'program-differs',
      op: 'checkGradients',
      problem: `the \`lower\` of ${op.name} gives ${given} ${place}; its \`${name}\` gives ${value} ${size}`,
      scope: scope?.path,
      expected: value,
      received: given,
      remedy: `a \`lower\` that says what \`${name}\` does; an op without one is called back, and right`,
    });
  });
}

/** The numbers of the inputs that an element is made from: `0.5`, or of two inputs `(0.5, 2)`. */
function numbersAt(inputs: readonly Tensor[], { shape }: Tensor, at: number): string {
  const numbers = inference(() => inputs.map((input) => input.broadcastTo(shape).data[at]!));
  return numbers.length === 1 ? String(numbers[0]) : `(${numbers.join(', ')})`;
}

/** Which element of which output, and what it is made from. */
function placeIn({ inputs, outputs }: LoweredNode, k: number, at: number): string {
  const output = outputs.length > 1 ? `output ${k}` : 'the result';
  const element = outputs[k]!.rank === 0 ? output : `element ${at} of ${output}`;
  return `for ${element}, from ${inputs.map(({ spec }) => String(spec)).join(' and ')}`;
}
