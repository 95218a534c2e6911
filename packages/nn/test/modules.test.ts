import { type Tensor, spec, tensor, trace } from '@edgewise/core';
import { Linear, MLP, Module, constant, meanSquaredError } from '@edgewise/nn';
import { expect, test } from 'vitest';

const ones = { weightInit: constant(1) };

/** Scope and op of each node that calling `forward` makes. */
function nodesOf(forward: (x: Tensor) => Tensor, width: number): string[] {
  return trace((x: Tensor) => forward(x), spec([1, width])).nodes.map(
    (node) => `${node.scope?.path ?? ''}: ${node.op.name}`,
  );
}

test('a layer used twice is counted once, gets the sum of both gradients, and is in each caller’s scope', () => {
  class Twice extends Module {
    readonly layer = new Linear(1, 1, { ...ones, bias: false });
    readonly again = this.layer;
    forward(x: Tensor): Tensor {
      return this.again.forward(this.layer.forward(x));
    }
  }
  const model = new Twice();
  expect([...model.variables().keys()]).toEqual(['layer/weight']);
  expect(model.parameters().length).toBe(1);
  model
    .forward(tensor([[3]]))
    .sum()
    .backward();
  expect(model.layer.weight.grad?.toArray()).toEqual([[6]]); // 3 w^2 at w = 1
  expect(nodesOf((x) => model.forward(x), 1)).toEqual(['twice/layer: matmul', 'twice/layer: matmul']);
});

test('a layer shared by two modules has the path of the one that calls it', () => {
  const shared = new Linear(2, 2, { ...ones, bias: false });
  class Encoder extends Module {
    readonly first = shared;
    forward(x: Tensor): Tensor {
      return this.first.forward(x);
    }
  }
  class Decoder extends Module {
    readonly last = shared;
    forward(x: Tensor): Tensor {
      return this.last.forward(x);
    }
  }
  class Both extends Module {
    readonly encoder = new Encoder();
    readonly decoder = new Decoder();
    forward(x: Tensor): Tensor {
      return this.decoder.forward(this.encoder.forward(x));
    }
  }
  const model = new Both();
  expect(nodesOf((x) => model.forward(x), 2)).toEqual(['both/encoder/first: matmul', 'both/decoder/last: matmul']);
  expect([...model.variables().keys()]).toEqual(['encoder/first/weight']);
});

test('super.forward opens no second scope', () => {
  class Scaled extends Linear {
    override forward(x: Tensor): Tensor {
      return super.forward(x).mul(2);
    }
  }
  const layer = new Scaled(2, 2, { ...ones, bias: false });
  expect(nodesOf((x) => layer.forward(x), 2)).toEqual(['scaled: matmul', 'scaled: mul']);
  expect(layer.forward(tensor([[1, 2]])).toArray()).toEqual([[6, 6]]);
});

test('#private fields work, and what they hold is not found', () => {
  class Hidden extends Module {
    readonly #factor = 3;
    readonly #secret = new Linear(1, 1);
    readonly shown = new Linear(1, 1, { ...ones, bias: false });
    forward(x: Tensor): Tensor {
      return this.shown.forward(x).mul(this.#factor);
    }
    secret(): Linear {
      return this.#secret;
    }
  }
  const model = new Hidden();
  expect(model.forward(tensor([[2]])).toArray()).toEqual([[6]]);
  expect([...model.variables().keys()]).toEqual(['shown/weight']);
  expect(model.secret().parameters().length).toBe(2);
});

test('a forward written as an arrow function works, and opens no scope', () => {
  class Arrow extends Module {
    readonly layer = new Linear(2, 2, { ...ones, bias: false });
    readonly forward = (x: Tensor): Tensor => this.layer.forward(x).relu();
  }
  const model = new Arrow();
  expect(nodesOf((x) => model.forward(x), 2)).toEqual(['linear: matmul', ': relu']);
});

test('layers in lists, Maps and records are found, named by their place', () => {
  class Parts extends Module {
    readonly list = [new Linear(1, 1, { bias: false }), new Linear(1, 1, { bias: false })];
    readonly map = new Map([['left', new Linear(1, 1, { bias: false })]]);
    readonly record = { right: new Linear(1, 1, { bias: false }) };
    readonly activation = 'relu';
    forward(x: Tensor): Tensor {
      return x;
    }
  }
  expect([...new Parts().variables().keys()]).toEqual([
    'list0/weight',
    'list1/weight',
    'map.left/weight',
    'record.right/weight',
  ]);
});

test('a model of layers and models, its own class and nothing registered', () => {
  class Residual extends Module {
    readonly a = new Linear(4, 4, { seed: 1 });
    readonly b = new MLP([4, 8, 4], { seed: 2 });
    forward(x: Tensor): Tensor {
      return x.add(this.b.forward(this.a.forward(x).relu()));
    }
  }
  const model = new Residual();
  const loss = meanSquaredError(model.forward(tensor([[1, 2, 3, 4]])), [[0, 0, 0, 0]]);
  loss.backward();
  expect([...model.variables()].map(([name, { grad }]) => `${name}: ${grad?.spec}`)).toEqual([
    'a/weight: f32 [4, 4]',
    'a/bias: f32 [4]',
    'b/hidden0/weight: f32 [4, 8]',
    'b/hidden0/bias: f32 [8]',
    'b/output/weight: f32 [8, 4]',
    'b/output/bias: f32 [4]',
  ]);
});
