/** From a graph to plain data. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import type { Scope } from '../graph/scope.ts';
import { TracedGraph } from '../op/trace.ts';
import { type Tensor, denseData } from '../tensor/tensor.ts';
import { toBase64 } from './bytes.ts';
import { formToJson } from './form-json.ts';
import type {
  AttributeJson,
  ConstantJson,
  FormJson,
  GraphJson,
  GraphPartsJson,
  NodeJson,
  NumberJson,
  ScopeJson,
  SpecJson,
} from './graph-json.ts';

/**
 * A graph as plain data, for `JSON.stringify`: its nodes with the names of their ops, constants by value (to the bit), and
 * the graphs that nodes hold. What a traced function read of Variables are further arguments, and what it assigned are
 * further results. Instances of classes are saved as their fields.
 *
 * @throws ArgumentError `not-saved` for what is not data: a graph without inputs, a function among the attributes
 */
export function graphToJson(graph: Graph<Tensor>): GraphJson {
  if (graph.inputs.length === 0) {
    refuse('a graph without inputs is only values', 'trace(f, spec(...)), whose graph can be run on other values');
  }
  return { format: 'edgewise-graph', version: 1, ...partsOf(graph, 'the graph', new Map()), ...formsOf(graph) };
}

/** The forms of arguments and result, with Variables that it reads behind the arguments and what it assigns behind the result. */
function formsOf(graph: Graph<Tensor>): Pick<GraphJson, 'arguments' | 'result'> {
  if (!(graph instanceof TracedGraph)) return {};
  const traced = graph as TracedGraph;
  const given = traced.argumentsForm.structure;
  const args = given.kind === 'array' ? given.items : [given];
  const reads = traced.reads.map((): FormJson => 'tensor');
  const writes = traced.writes.flatMap(([, output]): FormJson[] => (output === undefined ? [] : ['tensor']));
  const result = formToJson(traced.resultForm, 'result', false);
  return {
    arguments: [...args.map((form, k) => formToJson(form, `argument ${k}`, true)), ...reads],
    result: writes.length === 0 ? result : [result, ...writes],
  };
}

function partsOf(graph: Graph<Tensor>, what: string, tokens: Map<symbol, number>): GraphPartsJson {
  const numbers = new Map<Tensor, number>();
  const number = (value: Tensor): void => {
    numbers.set(value, numbers.size);
  };
  const seen = new Map<Tensor, Tensor>();
  const actual = (value: Tensor): Tensor => seen.get(value) ?? value;
  for (const input of graph.inputs) number(input);
  const nodes: Node<Tensor>[] = [];
  for (const node of graph.nodes) {
    // What is not to be seen is not saved: its output is its input. A value that was assigned is that value.
    if (node.arity === 1 && (node.op.transparent || node.op.leaf)) seen.set(node.outputs[0]!, actual(node.input(0)));
    else nodes.push(node);
  }
  const constants: ConstantJson[] = [];
  for (const capture of graph.captures.map(actual)) {
    if (numbers.has(capture)) continue;
    if (capture.isSymbolic)
      refuse(
        `${what} uses a value (${capture.spec}) from outside`,
        'what it uses as an argument, so that it is an input',
      );
    number(capture);
    constants.push(constantOf(capture));
  }
  for (const node of nodes) node.outputs.forEach(number);
  const numberOf = (value: Tensor): number => numbers.get(actual(value))!;
  const numberOfNode = new Map(nodes.map((node, k) => [node, k]));
  const scopes: ScopeJson[] = [];
  const numberOfScope = new Map<Scope<Tensor>, number>();
  const scopeOf = (scope: Scope<Tensor>): number => {
    const known = numberOfScope.get(scope);
    if (known !== undefined) return known;
    const parent = scope.parent === undefined ? undefined : scopeOf(scope.parent);
    const pulled = scope.pulled === undefined ? undefined : numberOfNode.get(scope.pulled);
    scopes.push({
      name: scope.name,
      ...(parent === undefined ? {} : { parent }),
      ...(scope.composite ? { composite: true } : {}),
      ...(pulled === undefined ? {} : { pulled }),
    });
    numberOfScope.set(scope, scopes.length - 1);
    return scopes.length - 1;
  };
  return {
    inputs: graph.inputs.map((input, k) => ({ name: graph.inputNames[k] ?? '', ...specOf(input) })),
    constants,
    nodes: nodes.map((node): NodeJson => ({
      op: node.op.name,
      inputs: node.inputs.map(numberOf),
      attributes: node.attributes.map((value) => attributeOf(node, value, tokens)),
      outputs: node.outputs.map(specOf),
      ...(node.scope === undefined ? {} : { scope: scopeOf(node.scope) }),
    })),
    scopes,
    outputs: graph.outputs.map(numberOf),
    outputNames: graph.outputNames,
  };
}

function specOf({ dtype, shape }: Tensor): SpecJson {
  return { dtype, shape };
}

function constantOf(value: Tensor): ConstantJson {
  if (typeof value.storage === 'number') return { ...specOf(value), value: numberJson(value.storage) };
  return { ...specOf(value), data: toBase64(denseData(value)) };
}

function numberJson(value: number): NumberJson {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : (String(value) as NumberJson);
}

function attributeOf(node: Node<Tensor>, value: unknown, tokens: Map<symbol, number>): AttributeJson {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    const json = numberJson(value);
    return typeof json === 'number' ? json : { number: json };
  }
  if (value === undefined) return { nothing: true };
  if (typeof value === 'symbol') {
    const token = tokens.get(value) ?? tokens.size;
    tokens.set(value, token);
    return { token };
  }
  if (Array.isArray(value)) return value.map((item) => attributeOf(node, item, tokens));
  if (value instanceof Graph)
    return { graph: partsOf(value as Graph<Tensor>, `the graph that ${node.op.name} holds`, tokens) };
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).map(([key, entry]) => [key, attributeOf(node, entry, tokens)] as const);
    return { object: Object.fromEntries(entries) };
  }
  const what = typeof value === 'object' ? `an object of class ${value.constructor.name}` : `a ${typeof value}`;
  return refuse(
    `an attribute of ${node.op.name} is ${what}, which is not data`,
    node.op.name === 'search'
      ? 'trace of what comes before the solver and of what comes after, each saved alone: a solver is code'
      : 'an op of your own with plain attributes, which is saved by name',
  );
}

function refuse(problem: string, remedy?: string): never {
  throw new ArgumentError({ code: 'not-saved', op: 'toJson', problem, remedy });
}
