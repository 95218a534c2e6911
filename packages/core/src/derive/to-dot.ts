/** The picture of a graph as DOT text, with values and gradients where they are asked for and known. */
import { checkOptions } from '../errors/check-options.ts';
import { ArgumentError } from '../errors/edgewise-error.ts';
import { dotOf } from '../graph/dot.ts';
import { Graph, replay, withOutputs } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import { Scope, inScope } from '../graph/scope.ts';
import { TracedGraph } from '../op/trace.ts';
import { recording, remembering } from '../graph/recording.ts';
import { byRules, walkBackward } from '../graph/walk-backward.ts';
import { describeTensors } from '../tensor/describe.ts';
import { formatNumber } from '../tensor/format.ts';
import { isFloat } from '../tensor/dtype.ts';
import { uniform } from '../tensor/create.ts';
import { Tensor, knownStorage } from '../tensor/tensor.ts';
import { variableOf } from '../tensor/variable.ts';

export interface DotOptions {
  /** Numbers in the boxes, where they are known. */
  values?: boolean;
  /** Derivatives of the (one, single-number) output in the boxes, where numbers are known. Nothing is shown where none flows. */
  gradients?: boolean;
  /**
   * Scopes drawn as one box: true for every outermost one, false for none, or by path (`mlp/hidden0`) and whether it is a
   * composite's. Unless said otherwise, composites alone are.
   */
  fold?: boolean | ((path: string, isComposite: boolean) => boolean);
  /** 'down' (default where there are modules) or 'right' (small expressions). */
  direction?: 'down' | 'right';
}

/** What a picture shows of a compiled function: its last graph, and which nodes each kernel computes. */
export interface DrawnProgram {
  readonly graphs: readonly { readonly graph: Graph<Tensor> }[];
  readonly kernels: readonly {
    readonly name: string;
    readonly nodes: readonly Node<Tensor>[];
    readonly operations: number;
    readonly bytes: number;
  }[];
}

/**
 * DOT text of a graph, of the recorded history of a tensor, or of a compiled function that has been called: there, what is
 * computed in one loop nest stands in one box. The same graph gives the same text; labels are escaped.
 *
 * @throws ArgumentError `not-recorded` for a tensor without history, `unknown-option`
 * @example
 * toDot(trace((x: Tensor) => x.square().sum(), spec([2]))); // 'digraph { ...'
 */
export function toDot(of: Graph<Tensor> | Tensor | DrawnProgram, options: DotOptions = {}): string {
  checkOptions('toDot', options, ['values', 'gradients', 'fold', 'direction']);
  const graph = of instanceof Tensor ? historyOf(of) : of instanceof Graph ? of : byKernels(of);
  const gradients = options.gradients === true ? gradientsOf(graph) : undefined;
  const { fold = (_path: string, isComposite: boolean) => isComposite } = options;
  return dotOf(
    graph,
    describeTensors,
    {
      value: (value) => (options.values === true ? shortValue(value) : undefined),
      gradient: (value) => {
        const gradient = gradients?.get(value);
        return gradient === undefined ? undefined : shortValue(gradient);
      },
      cell: (value) => {
        const variable = variableOf(value);
        return variable === undefined ? undefined : variable.trainable ? 'parameter' : 'state';
      },
      replaces: (index) => (graph instanceof TracedGraph ? graph.inputReplacedBy(index) : undefined),
    },
    {
      folds: typeof fold === 'function' ? fold : () => fold,
      direction:
        options.direction ?? (graph.scopes.some((scope) => scope.name !== '' && !scope.composite) ? 'down' : 'right'),
    },
  );
}

/** A program's graph with a scope a kernel, in place of those of modules: kernels do not keep to these. */
function byKernels({ graphs, kernels }: DrawnProgram): Graph<Tensor> {
  const last = graphs.at(-1);
  if (last === undefined) {
    throw new ArgumentError({
      code: 'not-called',
      op: 'toDot',
      problem: 'a compiled function has no program before it is called',
      remedy: 'program(x); toDot(program)',
    });
  }
  const scopes = new Map<Node<Tensor>, Scope<Tensor>>();
  kernels.forEach(({ name, nodes, operations, bytes }, k) => {
    const own = new Scope<Tensor>(`kernel ${k + 1}: ${name}\n${operations} operations, ${bytes} bytes`, undefined);
    // What several kernels compute stands in the first
    for (const node of nodes) if (!scopes.has(node)) scopes.set(node, own);
  });
  const outputs = replay(last.graph, last.graph.inputs, (node, inputs) =>
    inScope(scopes.get(node), () => node.op.apply(inputs, node.attributes)),
  );
  return withOutputs(last.graph, outputs);
}

function historyOf(value: Tensor): Graph<Tensor> {
  if (value.node !== undefined) return new Graph({ inputs: [], outputs: [value] });
  throw new ArgumentError({
    code: 'not-recorded',
    op: 'toDot',
    problem: `the tensor (${value.spec}) has no history to draw`,
    received: value.spec,
    remedy: 'toDot(record(() => f(x))), or toDot(trace(f, spec(...)))',
  });
}

/** Derivatives of the output with respect to every value that one flows to, constants included. */
function gradientsOf(graph: Graph<Tensor>): Map<Tensor, Tensor> {
  const found = new Map<Tensor, Tensor>();
  const [output] = graph.outputs;
  if (
    output === undefined ||
    output.size !== 1 ||
    !isFloat(output.dtype) ||
    output.node === undefined ||
    output.isSymbolic
  )
    return found;
  const seed = uniform(output.spec, 1);
  found.set(output, seed);
  remembering({ since: recording.nextId }, () =>
    walkBackward<Tensor>({
      seeds: [[output, seed]],
      pull: byRules(() => true),
      sum: (a, b) => a.add(b),
      observer: {
        onEdge: ({ value }, share) => {
          const before = found.get(value);
          found.set(value, before === undefined ? share : before.add(share));
        },
      },
    }),
  );
  return found;
}

function shortValue(x: Tensor): string | undefined {
  if (x.isSymbolic) return undefined;
  const { size, dtype } = x;
  const storage = knownStorage(x, 'toDot');
  const at = (k: number): string => formatNumber(typeof storage === 'number' ? storage : storage[k]!, dtype === 'bool');
  if (size <= 4) return size === 1 ? at(0) : `[${Array.from({ length: size }, (_, k) => at(k)).join(', ')}]`;
  return `[${at(0)}, ${at(1)}, ... ${at(size - 1)}]`;
}
