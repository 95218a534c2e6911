import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  type Variable,
  Module,
  scope,
  spec,
  tensor,
  toDot,
  trace,
  variable,
  zeros,
} from '../../src/index.ts';

class Linear extends Module {
  weight: Variable;
  bias: Variable;
  constructor(inputs: number, outputs: number) {
    super();
    this.weight = variable(zeros([inputs, outputs]));
    this.bias = variable(zeros([outputs]));
  }
  forward(x: Tensor): Tensor {
    return x.matmul(this.weight).add(this.bias);
  }
}

/** The scopes of the nodes of a traced call, each once. */
function scopesOf(forward: (x: Tensor) => Tensor, shape: readonly number[] = [2]): string[] {
  const graph = trace((x: Tensor) => forward(x), spec(shape));
  return [...new Set(graph.nodes.map((node) => node.scope?.path ?? ''))];
}

describe('parts are found from fields', () => {
  class Everything extends Module {
    single = new Linear(2, 2);
    list = [new Linear(2, 3), new Linear(3, 2)];
    record = { left: new Linear(2, 2), nested: { scale: variable(1) } };
    map = new Map([['a', variable([1, 2])]]);
    frozen = variable(0, { trainable: false });
    size = 3;
    readonly label = 'no part';
    forward(x: Tensor): Tensor {
      return this.list[1]!.forward(this.list[0]!.forward(this.single.forward(x)));
    }
  }

  test('Variables, modules, lists, records and Maps of them, by path and in order', () => {
    const model = new Everything();
    expect([...model.variables().keys()]).toEqual([
      'single/weight',
      'single/bias',
      'list0/weight',
      'list0/bias',
      'list1/weight',
      'list1/bias',
      'record.left/weight',
      'record.left/bias',
      'record.nested.scale',
      'map.a',
      'frozen',
    ]);
    expect(model.parameters()).toHaveLength(10);
  });

  test('the model prints as a tree', () => {
    expect(String(new Everything())).toMatchInlineSnapshot(`
      "Everything
        single: Linear
          weight: f32 [2, 2]
          bias: f32 [2]
        list0: Linear
          weight: f32 [2, 3]
          bias: f32 [3]
        list1: Linear
          weight: f32 [3, 2]
          bias: f32 [2]
        record.left: Linear
          weight: f32 [2, 2]
          bias: f32 [2]
        record.nested.scale: f32 []
        map.a: f32 [2]
        frozen: f32 [], not trained
      32 parameters"
    `);
    expect(inspect(new Linear(1, 2))).toBe(String(new Linear(1, 2)));
  });

  test('a Variable that has a name keeps it; others get that of their field', () => {
    class Named extends Module {
      own = variable(1, { name: 'temperature' });
      plain = variable(2);
      forward(x: Tensor): Tensor {
        return x.mul(this.own).add(this.plain);
      }
    }
    const graph = trace((x: Tensor) => new Named().forward(x), spec([]));
    expect(graph.inputNames.join()).toMatch(/^x,.*temperature,.*plain$/);
  });
});

describe('scopes', () => {
  test('are the names of fields, from the model that was called', () => {
    class Model extends Module {
      encoder = new Linear(2, 3);
      layers = [new Linear(3, 3), new Linear(3, 1)];
      forward(x: Tensor): Tensor {
        return this.layers.reduce((at, layer) => layer.forward(at), this.encoder.forward(x)).tanh();
      }
    }
    expect(scopesOf((x) => new Model().forward(x))).toEqual([
      'model/encoder',
      'model/layers0',
      'model/layers1',
      'model',
    ]);
  });

  test('super.forward runs in the scope that is open: one, not two', () => {
    class Residual extends Linear {
      override forward(x: Tensor): Tensor {
        return super.forward(x).add(x);
      }
    }
    class Twice extends Residual {
      override forward(x: Tensor): Tensor {
        return super.forward(super.forward(x));
      }
    }
    expect(scopesOf((x) => new Residual(2, 2).forward(x))).toEqual(['residual']);
    expect(scopesOf((x) => new Twice(2, 2).forward(x))).toEqual(['twice']);
  });

  test('private fields and generic methods work as in any class', () => {
    class Counted<T extends Tensor> extends Module {
      #calls = 0;
      readonly #scale = variable(3);
      forward(x: T): Tensor {
        this.#calls++;
        return x.mul(this.#scale);
      }
      get calls(): number {
        return this.#calls;
      }
    }
    const counted = new Counted();
    expect(counted.forward(tensor(2)).item()).toBe(6);
    expect(counted.calls).toBe(1);
    expect(scopesOf((x) => counted.forward(x))).toEqual(['counted']);
  });

  test('a module used in two places is named by the place it is called from', () => {
    const shared = new Linear(2, 2);
    class Left extends Module {
      inner = shared;
      forward(x: Tensor): Tensor {
        return this.inner.forward(x);
      }
    }
    class Right extends Module {
      mine = shared;
      forward(x: Tensor): Tensor {
        return this.mine.forward(x);
      }
    }
    class Both extends Module {
      left = new Left();
      right = new Right();
      forward(x: Tensor): Tensor {
        return this.right.forward(this.left.forward(x));
      }
    }
    const model = new Both();
    expect(scopesOf((x) => model.forward(x))).toEqual(['both/left/inner', 'both/right/mine']);
    expect([...model.variables().keys()]).toEqual(['left/inner/weight', 'left/inner/bias']);
    expect(model.parameters()).toHaveLength(2);
  });

  test('a forward written as an arrow-function field has no scope', () => {
    class Arrow extends Module {
      scale = variable(2);
      override forward = (x: Tensor): Tensor => x.mul(this.scale);
    }
    expect(scopesOf((x) => new Arrow().forward(x))).toEqual(['']);
    expect(new Arrow().forward(tensor(3)).item()).toBe(6);
  });

  test('a module may call itself', () => {
    class Recurrent extends Module {
      w = variable(0.5);
      forward(x: Tensor, depth = 3): Tensor {
        return depth === 0 ? x : this.forward(x.mul(this.w), depth - 1);
      }
    }
    expect(new Recurrent().forward(tensor(8)).item()).toBe(1);
  });

  test('are left where a forward throws', () => {
    class Failing extends Module {
      forward(): Tensor {
        throw new Error('on purpose');
      }
    }
    expect(() => new Failing().forward()).toThrow('on purpose');
    expect(scopesOf((x) => x.exp())).toEqual(['']);
    expect(scopesOf((x) => new Linear(2, 2).forward(x))).toEqual(['linear']);
  });

  test('stand in the message of a mistake made inside', () => {
    class Model extends Module {
      hidden = [new Linear(784, 128)];
      forward(x: Tensor): Tensor {
        return scope('block', () => this.hidden[0]!.forward(x));
      }
    }
    expect(() => new Model().forward(zeros([32, 128]))).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: matmul: inner dimensions differ: [32, 128] x [784, 128]
        at model/block/hidden0/matmul
        try matmul(x, w, { transposeB: true })]
    `);
  });
});

test('two modules of one class have parameters of their own, told apart in the picture', () => {
  class Pair extends Module {
    a = new Linear(2, 2);
    b = new Linear(2, 2);
    forward(x: Tensor): Tensor {
      return this.b.forward(this.a.forward(x));
    }
  }
  const dot = toDot(trace((x: Tensor) => new Pair().forward(x), spec([2])));
  expect(dot.match(/class="parameter"/g)).toHaveLength(4);
  expect(dot).toMatch(/cluster_pair\/a[\s\S]*cluster_pair\/b/);
});

test('two parameters of one name are refused, and not one of them lost', () => {
  class Stack extends Module {
    hidden1 = new Linear(2, 2);
    hidden = [new Linear(2, 2), new Linear(2, 2)];
    forward(x: Tensor): Tensor {
      return x;
    }
  }
  expect(() => new Stack().parameters()).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: Stack: two Variables are called "hidden1/weight", as entry 1 of a list "a" is called a1]`,
  );
});

test('a module that lies in itself, and a record that does, are each looked at once', () => {
  class Node extends Module {
    own = variable(1);
    readonly me: Module = this;
    readonly notes: Record<string, unknown> = { size: 2, list: [variable(2)] };
    constructor() {
      super();
      this.notes.all = this.notes;
    }
    forward(x: Tensor): Tensor {
      return x.mul(this.own);
    }
  }
  const node = new Node();
  expect([...node.variables().keys()]).toEqual(['own', 'notes.list0']);
  expect(node.forward(tensor(3)).item()).toBe(3);
  expect(String(node)).toMatchInlineSnapshot(`
    "Node
      own: f32 []
      me: Node
      notes.list0: f32 []
    2 parameters"
  `);
});
