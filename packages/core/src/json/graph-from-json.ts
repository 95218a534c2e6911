/**
 * From plain data to a graph. Files come from anywhere: every field is checked before it is used, nothing is computed and
 * no memory is taken beyond what the file holds, and each node is applied with its own op's checks.
 */
import { checkOptions } from '../errors/check-options.ts';
import { EdgewiseError, FileError } from '../errors/edgewise-error.ts';
import { nearestNames } from '../errors/nearest-name.ts';
import { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import { remembering } from '../graph/recording.ts';
import { Scope, inScope } from '../graph/scope.ts';
import { verify } from '../graph/verify.ts';
import type { AnyOp, Definition } from '../op/op.ts';
import { TracedGraph } from '../op/trace.ts';
import { bytesPerElement, dtypes, type Dtype, type TypedArray } from '../tensor/dtype.ts';
import { placeholder } from '../tensor/placeholder.ts';
import { sizeOf } from '../tensor/shape.ts';
import { type Spec, sameSpec, specOf } from '../tensor/spec.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Structure } from '../tensor/tree.ts';
import { fromBase64 } from './bytes.ts';
import type { GraphJson } from './graph-json.ts';
import { knownOps } from './known-ops.ts';

/** The most elements of a value, and the most steps of a loop: what 32 bits count. */
const MOST = 2 ** 31 - 1;
/** The most graphs within graphs. */
const DEPTH = 64;
const refusedKeys = ['__proto__', 'constructor', 'prototype'];

/**
 * The graph that `graph.toJson()` made plain data of. `run` and `toFunction` take arguments and give a result of the form of
 * what was traced; what their types are a file does not say, so they may be stated: `graphFromJson<[Params, Tensor], Tensor>`.
 * Instances of classes come back as plain objects with their fields.
 *
 * @param json the data, or its text
 * @param options.ops ops of one's own, which are saved by name
 * @throws FileError `not-json`, `wrong-format`, `bad-field`, `unknown-op`, `too-large`, `bad-node`, each with the place
 * @example
 * const text = JSON.stringify(trace((x: Tensor) => x.square().sum(), spec([2])).toJson());
 * toFunction(graphFromJson<[x: Tensor], Tensor>(text))(tensor([1, 2])).item(); // 5
 */
export function graphFromJson<Args extends readonly unknown[] = readonly unknown[], R = unknown>(
  json: string | GraphJson,
  options: { ops?: readonly AnyOp[] } = {},
): TracedGraph<Args, R> {
  checkOptions('graphFromJson', options, ['ops']);
  const ops = knownOps();
  for (const { definition } of options.ops ?? []) ops.set(definition.name, definition);
  const root = new Field(typeof json === 'string' ? parsed(json) : json, '', new Set());
  const format = root.entry('format').value;
  if (format !== 'edgewise-graph')
    refuse('wrong-format', `format is ${shown(format)}; expected "edgewise-graph"`, 'a file that graph.toJson() made');
  const version = root.entry('version').value;
  if (version !== 1) refuse('wrong-format', `version is ${shown(version)}; this release reads version 1`);
  const graph = graphOf(root, new Reader(ops));
  verify(graph);
  return withForms<Args, R>(graph, root);
}

/** As what was traced: a function of trees that gives a tree. */
function withForms<Args extends readonly unknown[], R>(graph: Graph<Tensor>, root: Field): TracedGraph<Args, R> {
  const { inputs, outputs, inputNames, outputNames } = graph;
  const taken = formIn(root, 'arguments', inputs.length);
  if (taken.kind !== 'array') refuse('bad-field', 'arguments is no list; expected an entry for each argument');
  return new TracedGraph<Args, R>(
    { inputs, outputs, inputNames, outputNames },
    { leaves: inputs, paths: inputNames, structure: taken },
    formIn(root, 'result', outputs.length),
    [],
    [],
    [],
  );
}

/** The form under a key, with as many leaves as there are values; where it is missing, a list of them. */
function formIn(root: Field, key: string, count: number): Structure {
  if (!root.has(key))
    return { kind: 'array', items: Array.from({ length: count }, (): Structure => ({ kind: 'leaf' })) };
  let leaves = 0;
  const read = (field: Field, depth: number): Structure => {
    if (depth > DEPTH) refuse('too-large', `${key} is nested more than ${DEPTH} deep`);
    if (field.value === 'tensor') {
      leaves++;
      return { kind: 'leaf' };
    }
    if (field.value === 'nothing') return { kind: 'static', value: undefined };
    if (Array.isArray(field.value)) return { kind: 'array', items: field.list().map((item) => read(item, depth + 1)) };
    if (field.has('value')) return { kind: 'static', value: field.entry('value').plain() };
    if (field.has('map')) {
      const pairs = field
        .entry('map')
        .list()
        .map((pair) => (pair.list().length === 2 ? pair.list() : pair.fail('a key and a form')));
      return {
        kind: 'map',
        keys: pairs.map(([name]) => name!.plain()),
        items: pairs.map(([, item]) => read(item!, depth + 1)),
      };
    }
    if (field.has('object')) {
      const entries = field.entry('object').entries();
      return {
        kind: 'object',
        prototype: Object.prototype,
        keys: entries.map(([name]) => name),
        items: entries.map(([, item]) => read(item, depth + 1)),
      };
    }
    return field.fail('"tensor", "nothing", a list, or an object with one of value, map, object');
  };
  const structure = read(root.entry(key), 0);
  if (leaves !== count) refuse('bad-field', `${key} has ${leaves} tensors; the graph has ${count}`);
  return structure;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    return refuse('not-json', `the text is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What all graphs of a file share. */
class Reader {
  readonly ops: ReadonlyMap<string, Definition>;
  readonly tokens: Map<number, symbol> = new Map();

  constructor(ops: ReadonlyMap<string, Definition>) {
    this.ops = ops;
  }
}

/** A part of the data, with the path to it. */
class Field {
  readonly value: unknown;
  readonly path: string;
  /** The objects around it: data that contains itself has no end. */
  private readonly around: ReadonlySet<object>;

  constructor(value: unknown, path: string, around: ReadonlySet<object>) {
    this.value = value;
    this.path = path;
    this.around = around;
    if (typeof value === 'object' && value !== null && around.has(value))
      refuse('bad-field', `${this.label} contains itself`);
  }

  get label(): string {
    return this.path === '' ? 'the file' : this.path;
  }

  fail(expected: string): never {
    return refuse('bad-field', `${this.label} is ${shown(this.value)}; expected ${expected}`);
  }

  private inside(): ReadonlySet<object> {
    return new Set([...this.around, this.value as object]);
  }

  has(key: string): boolean {
    return typeof this.value === 'object' && this.value !== null && Object.hasOwn(this.value, key);
  }

  /** An entry of an object. */
  entry(key: string): Field {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) this.fail('an object');
    const path = this.path === '' ? key : `${this.path}.${key}`;
    if (!this.has(key)) return refuse('bad-field', `${path} is missing`);
    return new Field((this.value as Record<string, unknown>)[key], path, this.inside());
  }

  /** The entries of an object, whatever their names. */
  entries(): [key: string, Field][] {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) this.fail('an object');
    return Object.keys(this.value).map((key) => {
      if (refusedKeys.includes(key)) refuse('bad-field', `the key "${key}" is refused (${this.label})`);
      return [key, this.entry(key)];
    });
  }

  list(): Field[] {
    if (!Array.isArray(this.value)) return this.fail('a list');
    const around = this.inside();
    return this.value.map((item: unknown, k) => new Field(item, `${this.path}[${k}]`, around));
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.fail('a text');
  }

  /** A whole number from 0 to below `end`. */
  index(end: number, what: string): number {
    const { value } = this;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) return this.fail(`the number of ${what}`);
    if (value >= end) refuse('bad-field', `${this.label} is ${value}; ${what} with this number comes later, or never`);
    return value;
  }

  spec(): Spec {
    const dtype = this.entry('dtype');
    if (!(dtypes as readonly unknown[]).includes(dtype.value)) dtype.fail(`one of ${dtypes.join(', ')}`);
    const shape = this.entry('shape')
      .list()
      .map((extent) => {
        const { value } = extent;
        return typeof value === 'number' && Number.isInteger(value) && value >= 0
          ? value
          : extent.fail('a whole number from 0 on');
      });
    if (shape.length > DEPTH || sizeOf(shape) > MOST || shape.some((extent) => extent > MOST))
      refuse('too-large', `${this.label} has shape [${shape.join(', ')}], more than ${MOST} elements`);
    return specOf(shape, dtype.value as Dtype);
  }

  plain(): string | number | boolean | null {
    const { value } = this;
    const isPlain = value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
    return isPlain ? (value as string | number | boolean | null) : this.fail('a text, a number, a truth or null');
  }

  number(): number {
    const { value } = this;
    if (value === '-0') return -0;
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
    return typeof value === 'number' ? value : this.fail('a number');
  }
}

function graphOf(field: Field, reader: Reader, depth = 0): Graph<Tensor> {
  if (depth > DEPTH) refuse('too-large', `${field.label} lies within ${DEPTH} graphs`);
  const inputFields = field.entry('inputs').list();
  const inputNames = inputFields.map((input) => input.entry('name').text());
  const inputs = inputFields.map((input, k) => placeholder(input.spec(), inputNames[k]!));
  const values: Tensor[] = [...inputs, ...field.entry('constants').list().map(constantOf)];
  const nodes: (Node<Tensor> | undefined)[] = [];
  const scopes = field.entry('scopes').list();
  const built: (Scope<Tensor> | undefined)[] = [];
  const scopeOf = (k: number): Scope<Tensor> => {
    const known = built[k];
    if (known !== undefined) return known;
    const scope = scopes[k]!;
    const parent = scope.has('parent') ? scopeOf(scope.entry('parent').index(k, 'a scope')) : undefined;
    const pulled = scope.has('pulled') ? nodes[scope.entry('pulled').index(nodes.length, 'a node')] : undefined;
    const isComposite = scope.has('composite') && scope.entry('composite').value === true;
    const made = new Scope<Tensor>(scope.entry('name').text(), parent, isComposite, pulled);
    built[k] = made;
    return made;
  };
  for (const node of field.entry('nodes').list()) {
    const op = opOf(node.entry('op'), reader);
    const given = node
      .entry('inputs')
      .list()
      .map((input) => values[input.index(values.length, 'a value')]!);
    const attributes = node
      .entry('attributes')
      .list()
      .map((attribute) => attributeOf(attribute, reader, depth));
    const specs = node
      .entry('outputs')
      .list()
      .map((output) => output.spec());
    const scope = node.has('scope') ? scopeOf(node.entry('scope').index(scopes.length, 'a scope')) : undefined;
    const outputs = applied(node, op, given, attributes, scope);
    if (outputs.length !== specs.length || outputs.some((output, k) => !sameSpec(output.spec, specs[k]!))) {
      refuse(
        'bad-node',
        `${node.label}: ${op.name} gives ${outputs.map(({ spec }) => spec).join(', ')}; the file says ${specs.join(', ')}`,
      );
    }
    values.push(...outputs);
    nodes.push(outputs[0]?.node);
  }
  return new Graph({
    inputs,
    inputNames,
    outputs: field
      .entry('outputs')
      .list()
      .map((output) => values[output.index(values.length, 'a value')]!),
    outputNames: field
      .entry('outputNames')
      .list()
      .map((name) => name.text()),
  });
}

/** Makes a node. A file's nodes depend on its inputs, so nothing is computed. */
function applied(
  field: Field,
  op: Definition,
  inputs: readonly Tensor[],
  attributes: readonly unknown[],
  scope: Scope<Tensor> | undefined,
): readonly Tensor[] {
  if (!inputs.some((input) => input.isSymbolic))
    refuse('bad-node', `${field.label}: ${op.name} depends on no input, so it would be computed while loading`);
  if (op.arity !== undefined && op.arity !== inputs.length)
    refuse('bad-node', `${field.label}: ${op.name} has ${op.arity} inputs; the file gives ${inputs.length}`);
  try {
    return remembering({ everything: 1 }, () => inScope(scope, () => op.apply(inputs, attributes)));
  } catch (error) {
    const said = error instanceof EdgewiseError ? error.problem : 'its attributes make no sense';
    return refuse('bad-node', `${field.label}: ${op.name}: ${said}`);
  }
}

function opOf(field: Field, { ops }: Reader): Definition {
  const name = field.text();
  const op = ops.get(name);
  if (op !== undefined) return op;
  const near = nearestNames(name, ops.keys());
  return refuse(
    'unknown-op',
    `${field.label}: no op named "${name}"${near.length > 0 ? `\n  near: ${near.map((one) => `"${one}"`).join(', ')}` : ''}`,
    /^[A-Za-z_$][\w$]*$/.test(name)
      ? `graphFromJson(json, { ops: [${name}] }) where it is an op of your own`
      : 'graphFromJson(json, { ops }) where it is an op of your own',
  );
}

function constantOf(field: Field): Tensor {
  const spec = field.spec();
  if (field.has('value')) {
    const value = field.entry('value').number();
    const fits =
      spec.dtype === 'f32'
        ? Object.is(Math.fround(value), value)
        : spec.dtype === 'i32'
          ? value === (value | 0)
          : spec.dtype === 'f64' || value === 0 || value === 1;
    if (!fits) field.entry('value').fail(`a number of dtype ${spec.dtype}`);
    return new Tensor(spec, value);
  }
  const size = sizeOf(spec.shape);
  const data = field.entry('data');
  const bytes = fromBase64(data.text(), size * bytesPerElement[spec.dtype]);
  if (bytes === undefined)
    return refuse(
      'bad-field',
      `${data.label} is not base64 of the ${size * bytesPerElement[spec.dtype]} bytes of ${spec}`,
    );
  const array = arrayOf(spec.dtype, bytes);
  if (spec.dtype === 'bool' && array.some((value) => value > 1)) data.fail('bytes that are 0 or 1');
  return new Tensor(spec, spec.shape.length === 0 ? array[0]! : array);
}

function arrayOf(dtype: Dtype, bytes: ArrayBuffer): TypedArray {
  switch (dtype) {
    case 'f32':
      return new Float32Array(bytes);
    case 'f64':
      return new Float64Array(bytes);
    case 'i32':
      return new Int32Array(bytes);
    case 'bool':
      return new Uint8Array(bytes);
  }
}

function attributeOf(field: Field, reader: Reader, depth: number): unknown {
  const { value } = field;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_VALUE ? value : field.fail('a finite number');
  if (Array.isArray(value)) return field.list().map((item) => attributeOf(item, reader, depth));
  if (field.has('number')) return field.entry('number').number();
  if (field.has('nothing')) return undefined;
  if (field.has('token')) {
    const token = field.entry('token').index(MOST, 'a token');
    const symbol = reader.tokens.get(token) ?? Symbol('repetition');
    reader.tokens.set(token, symbol);
    return symbol;
  }
  if (field.has('graph')) return graphOf(field.entry('graph'), reader, depth + 1);
  if (field.has('object')) {
    const entries = field.entry('object').entries();
    return Object.fromEntries(entries.map(([key, entry]) => [key, attributeOf(entry, reader, depth)]));
  }
  return field.fail('a plain value, or an object with one of number, nothing, token, object, graph');
}

function shown(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 40 ? `a text of ${value.length} characters` : JSON.stringify(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function refuse(code: string, problem: string, remedy?: string): never {
  throw new FileError({ code, op: 'graphFromJson', problem, remedy });
}
