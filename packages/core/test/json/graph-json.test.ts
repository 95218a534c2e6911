/** Graphs as files: what is saved is loaded, to the bit; what is not a graph is refused before it does anything. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ElementwiseOp,
  type GraphJson,
  type Tensor,
  checkpoint,
  compile,
  cond,
  customGradient,
  defineElementwise,
  grad,
  graphFromJson,
  implicitRoot,
  jvp,
  run,
  scan,
  scope,
  spec,
  stack,
  switchCase,
  tensor,
  toFunction,
  trace,
  variable,
  vmap,
  whileLoop,
} from '../../src/index.ts';
import { knownOps } from '../../src/json/known-ops.ts';
import { everyOp, casesOf, isFloating } from '../laws/every-op.ts';
import { refusal } from '../refusal.ts';

const text = (graph: { toJson(): GraphJson }): string => JSON.stringify(graph.toJson());

const model = (x: Tensor, w: Tensor): Tensor =>
  scope('mlp', () =>
    x
      .matmul(w)
      .add(tensor([0.1, 1 / 3]))
      .softmax()
      .log()
      .mean(),
  );
const saved = trace(model, spec([3, 2]), spec([2, 2]));
const [x, w] = [
  tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]),
  tensor([
    [0.5, -1],
    [2, 0.25],
  ]),
] as const;

describe('a graph that is saved and loaded', () => {
  test('prints the same, and gives the same bits', () => {
    const loaded = graphFromJson(text(saved));
    expect(String(loaded)).toBe(String(saved));
    expect((toFunction(loaded)(x, w) as Tensor).data).toEqual(model(x, w).data);
    expect(text(loaded)).toBe(text(saved));
  });

  test('with its backward pass: nodes know which forward node they are for', () => {
    const graph = saved.withBackward();
    const loaded = graphFromJson(text(graph));
    expect(String(loaded)).toBe(String(graph));
    const [, dx] = toFunction(loaded)(x, w) as Tensor[];
    expect(dx!.toArray()).toEqual(grad(model)(x, w).toArray());
  });

  test('is differentiated like any other', () => {
    const f = toFunction(graphFromJson<[x: Tensor, w: Tensor], Tensor>(text(saved)));
    expect(grad(f)(x, w).toArray()).toEqual(grad(model)(x, w).toArray());
  });

  test('keeps every bit of a constant', () => {
    fc.assert(
      fc.property(
        fc.float64Array({ minLength: 1, maxLength: 5 }),
        fc.constantFrom('f32' as const, 'f64' as const),
        (values, dtype) => {
          const constant = tensor(values, { dtype });
          const graph = trace((at: Tensor) => [at.add(constant), constant], spec([values.length], dtype));
          const [, loaded] = toFunction(graphFromJson(text(graph)))(constant) as Tensor[];
          expect(loaded!.data).toEqual(constant.data);
        },
      ),
    );
    for (const value of [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.1, 5e-324]) {
      const graph = trace((at: Tensor) => at.mul(tensor(value, { dtype: 'f64' })), spec([2], 'f64'));
      const loaded = graphFromJson(text(graph));
      expect(Object.is(loaded.nodes[0]!.input(1).item(), value)).toBe(true);
    }
  });

  test('holds loops, choices and what is computed again', () => {
    const f = (at: Tensor): Tensor => {
      const [last] = scan(
        (c: Tensor, e: Tensor) => [
          cond(
            e.greater(0),
            () => c.mul(e),
            () => c.sub(e),
          ),
          undefined,
        ],
        1,
        at,
      );
      const far = whileLoop(
        (s: Tensor) => s.less(100),
        (s) => s.mul(2).add(1),
        last.abs(),
        { maxSteps: 50 },
      );
      return checkpoint((a: Tensor) => a.sin().mul(a))(
        switchCase(at.argMax(), [() => far, () => far.neg(), () => far.square()]),
      );
    };
    const graph = trace((at: Tensor) => [f(at), grad(f)(at)] as const, spec([3]));
    const loaded = graphFromJson(text(graph));
    expect(String(loaded)).toBe(String(graph));
    const at = tensor([0.5, 2, -1]);
    const [value, gradient] = toFunction(loaded)(at) as Tensor[];
    expect([value!.item(), gradient!.toArray()]).toEqual([f(at).item(), grad(f)(at).toArray()]);
    const tokens = loaded.find({ op: 'repeated' }).map((node) => node.attributes[0]);
    expect(new Set(tokens).size).toBe(1);
    expect(typeof tokens[0]).toBe('symbol');
  });

  test('of a step that reads and assigns: Variables are inputs and outputs', () => {
    const weight = variable(tensor(3), { name: 'weight' });
    const graph = trace((at: Tensor) => {
      weight.assign(weight.value.mul(at));
      return weight.value.add(1);
    }, spec([]));
    const loaded = graphFromJson(text(graph));
    expect([loaded.inputNames, loaded.outputNames]).toEqual([
      ['at', 'weight'],
      ['', 'weight'],
    ]);
    const [result, after] = toFunction(loaded)(tensor(2), tensor(5)) as Tensor[];
    expect([result!.item(), after!.item()]).toEqual([11, 10]);
  });

  test('takes and gives trees as the traced function did', () => {
    class Layer {
      readonly w: Tensor;
      readonly act: string;
      constructor(w: Tensor, act = 'tanh') {
        this.w = w;
        this.act = act;
      }
    }
    interface Params {
      readonly layers: readonly [Layer, Layer];
      readonly by: Map<string | number, Tensor>;
      readonly note?: (() => void) | undefined;
    }
    type Result = { loss: Tensor; parts: Map<string, Tensor>; note: string; none: null };
    const f = ({ layers, by }: Params, at: Tensor): Result => {
      const h = layers.reduce((value, { w: weight }) => value.matmul(weight).tanh(), at);
      return {
        loss: h.mul(by.get('scale')!).sum(),
        parts: new Map([['sum', h.sum().mul(by.get(3)!)]]),
        note: 'seen',
        none: null,
      };
    };
    const params: Params = {
      layers: [new Layer(w), new Layer(w.neg(), 'relu')],
      by: new Map<string | number, Tensor>([
        ['scale', tensor(2)],
        [3, tensor(3)],
      ]),
      note: () => undefined,
    };
    const graph = trace(f, params as never, spec([3, 2]));
    const loaded = graphFromJson<[params: Params, at: Tensor], Result>(text(graph));
    const [got, expected] = [run(loaded, params, x), f(params, x)];
    expect(got.loss.item()).toBe(expected.loss.item());
    expect(got.parts.get('sum')!.item()).toBe(expected.parts.get('sum')!.item());
    expect([got.note, got.none]).toEqual(['seen', null]);
    const gradient = grad((p: Params) => toFunction(loaded)(p, x).loss)(params);
    expect(gradient.layers[1].w.toArray()).toEqual(grad((p: Params) => f(p, x).loss)(params).layers[1].w.toArray());
    expect(text(loaded)).toBe(text(graph));
    expect(refusal(() => run(loaded, { layers: params.layers } as never, x))).toMatchInlineSnapshot(`
      "ShapeError structure-mismatch
      run: arguments of another form than the graph was traced with: arguments[0] has entries layers, by, note in one and layers in the other"
    `);
    expect(refusal(() => run(loaded, params, tensor([1, 2])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      run: at is f32 [2]; the graph was traced with f32 [3, 2]"
    `);
  });

  test("a rule of one's own is saved as the graph that it is, with what it uses", () => {
    const scale = tensor(3);
    const softLog = customGradient('softLog', (at: Tensor, by: Tensor) => at.exp().add(1).log().mul(by), {
      pull: ({ cotangent, inputs: [at, by], output }) => [
        cotangent.mul(at!.sigmoid()).mul(scale),
        cotangent.mul(output).mul(by!),
      ],
    });
    const f = (at: Tensor, by: Tensor): Tensor => softLog(at, by).sum();
    const loaded = graphFromJson<[at: Tensor, by: Tensor], Tensor>(text(trace(f, spec([2]), spec([2]))));
    const [at, by] = [tensor([0.5, -1]), tensor([2, 3])];
    const g = toFunction(loaded);
    expect(g(at, by).item()).toBe(f(at, by).item());
    const twice =
      (of: typeof f) =>
      (a: Tensor): Tensor =>
        grad((b: Tensor) => grad(of)(b, by).square().sum())(a);
    for (const derived of [
      (of: typeof f) => grad(of, { argnums: [0, 1] })(at, by).map((part) => part.toArray()),
      (of: typeof f) => twice(of)(at).toArray(),
      (of: typeof f) => jvp((a: Tensor) => of(a, by), at, at)[1].item(),
      (of: typeof f) => vmap(of)(stack([at, by]), stack([by, at])).toArray(),
      (of: typeof f) => compile(grad(of))(at, by).toArray(),
    ])
      expect(derived(g)).toEqual(derived(f));
    // With the derivative in the file.
    const both = trace((a: Tensor, b: Tensor) => grad(f, { argnums: [0, 1] })(a, b), spec([2]), spec([2]));
    const [da, db] = toFunction(graphFromJson<[at: Tensor, by: Tensor], Tensor[]>(text(both)))(at, by);
    expect([da!.toArray(), db!.toArray()]).toEqual(grad(f, { argnums: [0, 1] })(at, by).map((part) => part.toArray()));
  });

  test('may use any op of the package, and any that derivatives use', () => {
    const ops = knownOps();
    const met = new Set<string>();
    for (const [, op] of everyOp) {
      for (const { of, inputs } of casesOf(op).slice(0, 2)) {
        if (inputs.length === 0 || op.definition.name === 'unique') continue;
        const f = (...at: Tensor[]): Tensor[] => of(...at);
        const once = (...at: Tensor[]): Tensor[] => {
          const floating = at.flatMap((input, k) => (isFloating(input) ? [k] : []));
          const total = (...moved: Tensor[]): Tensor =>
            f(...moved)
              .filter(isFloating)
              .reduce((sum: Tensor, output) => sum.add(output.sum().square()), tensor(0, { dtype: 'f64' }));
          if (floating.length === 0) return f(...at);
          try {
            return [...f(...at), ...(grad(total, { argnums: floating })(...at) as Tensor[])];
          } catch {
            return f(...at); // no derivative
          }
        };
        const graph = trace(once as (...at: Tensor[]) => Tensor[], ...inputs.map((input) => input.spec));
        for (const node of graph.nodes) {
          if (node.op.leaf || node.op.transparent) continue;
          met.add(node.op.name);
          expect([node.op.name, ops.get(node.op.name) === node.op]).toEqual([node.op.name, true]);
        }
        if (graph.nodes.length > 0) expect(String(graphFromJson(text(graph)))).toBe(String(graph));
      }
    }
    expect(met.size).toBeGreaterThan(100);
  });
});

const cubed: ElementwiseOp = defineElementwise({
  name: 'cubed',
  value: (value) => value ** 3,
  slope: ({ input }) => input.square().mul(3),
});

describe('ops of ones own', () => {
  const graph = trace((at: Tensor) => cubed(at), spec([]));
  test('are found by name among those that are given', () => {
    expect(run(graphFromJson<[at: Tensor | number], Tensor>(text(graph), { ops: [cubed] }), 2).item()).toBe(8);
  });

  test('are refused by name where they are not given', () => {
    expect(refusal(() => graphFromJson(text(graph)))).toMatchInlineSnapshot(`
      "FileError unknown-op
      graphFromJson: nodes[0].op: no op named "cubed"
        try graphFromJson(json, { ops: [cubed] }) where it is an op of your own"
    `);
    expect(refusal(() => graphFromJson(text(graph).replace('cubed', 'sqare')))).toMatchInlineSnapshot(`
      "FileError unknown-op
      graphFromJson: nodes[0].op: no op named "sqare"
        near: "square", "sqrt"
        try graphFromJson(json, { ops: [sqare] }) where it is an op of your own"
    `);
  });
});

describe('what cannot be saved', () => {
  test('is refused', () => {
    const solved = (at: Tensor): Tensor =>
      implicitRoot(
        (y: Tensor, p: Tensor) => y.square().sub(p),
        (_, p) => p.sqrt(),
      )(1, at);
    expect(refusal(() => trace(solved, spec([])).toJson())).toMatchInlineSnapshot(`
      "ArgumentError not-saved
      toJson: an attribute of search is a function, which is not data
        try trace of what comes before the solver and of what comes after, each saved alone: a solver is code"
    `);
    expect(refusal(() => trace((at: Tensor) => ({ at, f: () => at }), spec([])).toJson())).toMatchInlineSnapshot(`
      "ArgumentError not-saved
      toJson: result.f is a function, which is not data
        try a traced function that takes and gives tensors, numbers and texts in objects, lists and Maps"
    `);
    const keyed = new Map([[{}, spec([])]]);
    expect(refusal(() => trace((m: Map<object, Tensor>) => [...m.values()][0]!, keyed as never).toJson()))
      .toMatchInlineSnapshot(`
      "ArgumentError not-saved
      toJson: a key of argument 0 is an object, which is not data
        try a traced function that takes and gives tensors, numbers and texts in objects, lists and Maps"
    `);
    expect(refusal(() => trace(() => tensor(1)).toJson())).toMatchInlineSnapshot(`
      "ArgumentError not-saved
      toJson: a graph without inputs is only values
        try trace(f, spec(...)), whose graph can be run on other values"
    `);
  });
});

describe('files that are no graphs', () => {
  type Loose = Record<string, unknown>;
  const changed = (change: (file: { nodes: Loose[]; inputs: Loose[]; constants: Loose[] } & Loose) => void): string => {
    const file = JSON.parse(text(saved)) as { nodes: Loose[]; inputs: Loose[]; constants: Loose[] } & Loose;
    change(file);
    return refusal(() => graphFromJson(file as never));
  };

  test('forms that do not fit', () => {
    expect(changed((file) => (file['arguments'] = ['tensor']))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: arguments has 1 tensors; the graph has 2"
    `);
    expect(
      changed(
        (file) =>
          (file['arguments'] = {
            map: [
              ['x', 'tensor'],
              ['w', 'tensor'],
            ],
          }),
      ),
    ).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: arguments is no list; expected an entry for each argument"
    `);
    expect(changed((file) => (file['result'] = ['tensor', { value: {} }]))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: result[1].value is an object; expected a text, a number, a truth or null"
    `);
    expect(changed((file) => (file['result'] = 'scalar'))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: result is "scalar"; expected "tensor", "nothing", a list, or an object with one of value, map, object"
    `);
    expect(changed((file) => (file['result'] = { map: [['tensor']] }))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: result.map[0] is a list of 1; expected a key and a form"
    `);
    let deep: unknown = 'tensor';
    for (let k = 0; k < 100; k++) deep = [deep];
    expect(changed((file) => (file['result'] = deep))).toMatchInlineSnapshot(`
      "FileError too-large
      graphFromJson: result is nested more than 64 deep"
    `);
    expect(
      refusal(() =>
        graphFromJson(text(saved).replace('"result":"tensor"', '"result":{"object":{"__proto__":"tensor"}}')),
      ),
    ).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: the key "__proto__" is refused (result.object)"
    `);
  });

  test('rules that do not fit', () => {
    const odd = customGradient('odd', (at: Tensor) => at.sin(), {
      pull: ({ cotangent, inputs: [at] }) => [cotangent.mul(at!)],
    });
    const graph = trace((at: Tensor) => odd(at), spec([2]));
    const broken = (change: (node: { attributes: unknown[]; inputs: number[] }) => void): string => {
      const file = JSON.parse(text(graph)) as { nodes: { op: string; attributes: unknown[]; inputs: number[] }[] };
      change(file.nodes.find(({ op }) => op === 'customGradient')!);
      return refusal(() => graphFromJson(file as never));
    };
    expect(broken((node) => (node.attributes[0] = 'rule'))).toMatchInlineSnapshot(`
      "FileError bad-node
      graphFromJson: nodes[2]: customGradient: it holds no rule where one belongs"
    `);
    expect(broken((node) => node.inputs.pop())).toMatchInlineSnapshot(`
      "FileError bad-node
      graphFromJson: nodes[2]: customGradient: its graph takes other inputs than it is applied to"
    `);
    expect(broken((node) => (node.attributes[0] = { object: { graph: null, count: 1 } }))).toMatchInlineSnapshot(`
      "FileError bad-node
      graphFromJson: nodes[2]: customGradient: it holds no graph where one belongs"
    `);
  });

  test('no JSON, another format, another version', () => {
    expect(refusal(() => graphFromJson('{ "format": '))).toContain('FileError not-json');
    expect(refusal(() => graphFromJson('[]'))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: the file is a list of 0; expected an object"
    `);
    expect(refusal(() => graphFromJson('{}'))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: format is missing"
    `);
    expect(refusal(() => graphFromJson('{"format":"onnx"}'))).toMatchInlineSnapshot(`
      "FileError wrong-format
      graphFromJson: format is "onnx"; expected "edgewise-graph"
        try a file that graph.toJson() made"
    `);
    expect(changed((file) => (file['version'] = 2))).toMatchInlineSnapshot(`
      "FileError wrong-format
      graphFromJson: version is 2; this release reads version 1"
    `);
  });

  test('missing fields and wrong types', () => {
    expect(changed((file) => delete file['outputs'])).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: outputs is missing"
    `);
    expect(changed((file) => (file['nodes'] = 7 as never))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: nodes is 7; expected a list"
    `);
    expect(changed((file) => (file.nodes[0]!['op'] = 7))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: nodes[0].op is 7; expected a text"
    `);
    expect(changed((file) => (file.inputs[0]!['dtype'] = 'f16'))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: inputs[0].dtype is "f16"; expected one of bool, i32, f32, f64"
    `);
    expect(changed((file) => (file.inputs[0]!['shape'] = [1.5]))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: inputs[0].shape[0] is 1.5; expected a whole number from 0 on"
    `);
    expect(changed((file) => (file.nodes[0]!['attributes'] = [{ function: 'alert' }]))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: nodes[0].attributes[0] is an object; expected a plain value, or an object with one of number, nothing, token, object, graph"
    `);
  });

  test('cycles', () => {
    expect(changed((file) => (file.nodes[0]!['inputs'] = [9, 9]))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: nodes[0].inputs[0] is 9; a value with this number comes later, or never"
    `);
    expect(changed((file) => (file.nodes[0]!['inputs'] = [-1, 0]))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: nodes[0].inputs[0] is -1; expected the number of a value"
    `);
    expect(changed((file) => (file['outputs'] = [99]))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: outputs[0] is 99; a value with this number comes later, or never"
    `);
    expect(changed((file) => (file['scopes'] = [{ name: 'a', parent: 0 }]))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: scopes[0].parent is 0; a scope with this number comes later, or never"
    `);
    expect(changed((file) => (file.nodes[0]!['attributes'] = [{ graph: file }]))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: nodes[0].attributes[0].graph contains itself"
    `);
  });

  test('huge extents, and bytes that are not there', () => {
    expect(changed((file) => (file.inputs[0]!['shape'] = [1e6, 1e6]))).toMatchInlineSnapshot(`
      "FileError too-large
      graphFromJson: inputs[0] has shape [1000000, 1000000], more than 2147483647 elements"
    `);
    expect(changed((file) => (file.inputs[0]!['shape'] = [2 ** 40, 0]))).toMatchInlineSnapshot(`
      "FileError too-large
      graphFromJson: inputs[0] has shape [1099511627776, 0], more than 2147483647 elements"
    `);
    expect(changed((file) => (file.constants[0]!['shape'] = [1e9]))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: constants[0].data is not base64 of the 4000000000 bytes of f32 [1000000000]"
    `);
    expect(changed((file) => (file.constants[0]!['data'] = '!!!!'))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: constants[0].data is not base64 of the 8 bytes of f32 [2]"
    `);
    expect(changed((file) => (file.constants[0] = { dtype: 'i32', shape: [2], value: 0.5 }))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: constants[0].value is 0.5; expected a number of dtype i32"
    `);
  });

  test('nodes that do not fit', () => {
    expect(changed((file) => (file.nodes[0]!['inputs'] = [0, 0]))).toMatchInlineSnapshot(`
      "FileError bad-node
      graphFromJson: nodes[0]: matmul: inner dimensions differ: [3, 2] x [3, 2]"
    `);
    expect(changed((file) => (file.nodes[0]!['inputs'] = [0]))).toMatchInlineSnapshot(`
      "FileError bad-node
      graphFromJson: nodes[0]: matmul has 2 inputs; the file gives 1"
    `);
    expect(changed((file) => (file.nodes[1]!['inputs'] = [2, 2]))).toMatchInlineSnapshot(`
      "FileError bad-node
      graphFromJson: nodes[1]: add depends on no input, so it would be computed while loading"
    `);
    expect(changed((file) => ((file.nodes[1]!['outputs'] as Loose[])[0]!['shape'] = [9]))).toMatchInlineSnapshot(`
      "FileError bad-node
      graphFromJson: nodes[1]: add gives f32 [3, 2]; the file says f32 [9]"
    `);
    expect(changed((file) => (file.nodes.find(({ op }) => op === 'sum')!['attributes'] = ['rows', false])))
      .toMatchInlineSnapshot(`
        "FileError bad-node
        graphFromJson: nodes[6]: sum gives f32 [3, 2]; the file says f32 [3, 1]"
      `);
  });

  test('keys that reach into objects', () => {
    const evil = text(saved).replace('"attributes":[', '"attributes":[{"object":{"__proto__":{"polluted":true}}},');
    expect(refusal(() => graphFromJson(evil))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: the key "__proto__" is refused (nodes[0].attributes[0].object)"
    `);
    expect(({} as Loose)['polluted']).toBeUndefined();
    const inherited = text(saved).replace('"outputNames"', '"__proto__"');
    expect(refusal(() => graphFromJson(inherited))).toMatchInlineSnapshot(`
      "FileError bad-field
      graphFromJson: outputNames is missing"
    `);
  });

  test('loops with a body that does not fit', () => {
    const looped = trace((xs: Tensor) => scan((c: Tensor, e: Tensor) => [c.mul(e), c], 1, xs), spec([3]));
    const broken = (change: (attributes: unknown[]) => void): string => {
      const file = JSON.parse(text(looped)) as { nodes: { attributes: unknown[] }[] };
      change(file.nodes[0]!.attributes);
      return refusal(() => graphFromJson(file as never));
    };
    expect(broken((attributes) => (attributes[1] = 2))).toMatchInlineSnapshot(`
      "FileError bad-node
      graphFromJson: nodes[0]: scan: it counts 1 of at most 0"
    `);
    expect(broken((attributes) => (attributes[1] = -1))).toMatchInlineSnapshot(`
      "FileError bad-node
      graphFromJson: nodes[0]: scan: it counts -1 of at most 2"
    `);
    expect(broken((attributes) => (attributes[3] = 1e15))).toMatchInlineSnapshot(`
      "FileError bad-node
      graphFromJson: nodes[0]: scan: it counts 1000000000000000 of at most 2147483647"
    `);
    expect(broken((attributes) => (attributes[0] = 'body'))).toMatchInlineSnapshot(`
      "FileError bad-node
      graphFromJson: nodes[0]: scan: it holds no graph where one belongs"
    `);
  });

  test('random damage is refused or harmless, and never anything else', () => {
    const whole = text(saved.withBackward());
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.string({ minLength: 0, maxLength: 3 }), fc.nat(4), (at, put, cut) => {
        const damaged = whole.slice(0, at) + put + whole.slice(at + cut);
        expect(refusal(() => graphFromJson(damaged))).toMatch(/^(FileError|nothing was refused)/);
      }),
      { numRuns: 500 },
    );
  });
});
