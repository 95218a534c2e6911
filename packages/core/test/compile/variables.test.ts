/** Whole steps in one program: Variables, gradients, optimizers' state, random keys, and what may go wrong half-way. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  type Variable,
  arange,
  compile,
  cumsum,
  defineOp,
  grad,
  ones,
  random,
  tensor,
  variable,
} from '../../src/index.ts';

function descent(): { step: (x: Tensor) => Tensor; w: ReturnType<typeof variable> } {
  const w = variable(
    [
      [0.5, -1],
      [2, 0.25],
    ],
    { name: 'w' },
  );
  const momentum = variable(
    [
      [0, 0],
      [0, 0],
    ],
    { name: 'momentum', trainable: false },
  );
  const step = (x: Tensor): Tensor => {
    const loss = x.matmul(w.value).tanh().square().mean();
    loss.backward();
    momentum.assign(momentum.value.mul(0.9).add(w.grad!));
    w.assign(w.value.sub(momentum.value.mul(0.1)));
    w.clearGrad();
    return loss;
  };
  return { step, w };
}

describe('a training step', () => {
  test('compiled takes the steps of the interpreter, and the loss falls', () => {
    const x = tensor([
      [1, 2],
      [-0.5, 0.3],
      [0.7, -1],
    ]);
    const [eager, made] = [descent(), descent()];
    const program = compile(made.step);
    const losses = Array.from({ length: 200 }, () => [eager.step(x).item(), program(x).item()] as const);
    for (const [expected, computed] of losses) expect(computed).toBeCloseTo(expected, 5);
    expect(losses.at(-1)![1]).toBeLessThan(0.1 * losses[0]![1]);
    made.w.value.data.forEach((value, k) => expect(value).toBeCloseTo(eager.w.value.data[k]!, 5));
    expect(program.stats.compiled).toBe(1);
    expect(program.explain()).toContain('hostCalls 0');
  });

  test('taken many at a time inside WebAssembly is the same', () => {
    const x = tensor([
      [1, 2],
      [-0.5, 0.3],
    ]);
    const [one, many] = [descent(), descent()];
    const [single, several] = [compile(one.step), compile(many.step)];
    let last = 0;
    for (let k = 0; k < 50; k++) last = single(x).item();
    expect(several.run(50, x).item()).toBe(last);
    expect(Array.from(many.w.value.data)).toEqual(Array.from(one.w.value.data));
  });

  test('accumulates gradients where nobody clears them: whether one is there is part of the key', () => {
    const w = variable([1, 2]);
    const program = compile((x: Tensor) => {
      const loss = w.value.mul(x).sum();
      loss.backward();
      return loss;
    });
    for (let k = 0; k < 3; k++) program(tensor([1, 10]));
    expect(w.grad?.toArray()).toEqual([3, 30]);
    expect(program.stats.compiled).toBe(2);
  });
});

describe('many steps at a time', () => {
  test('are those of as many calls where the first finds no gradient and leaves one', () => {
    for (const verify of [false, true]) {
      const w = variable([1, 2]);
      const program = compile(
        () => {
          const loss = w.value.square().sum();
          loss.backward();
          return loss;
        },
        { verify },
      );
      program.run(3);
      expect(w.grad?.toArray()).toEqual([6, 12]);
      program.profile(2);
      expect(w.grad?.toArray()).toEqual([10, 20]);
      w.clearGrad();
      program.profile(3);
      expect(w.grad?.toArray()).toEqual([6, 12]);
    }
  });

  test('are those of as many calls where a step clears the gradient that it found', () => {
    for (const verify of [false, true]) {
      const w = variable([1, 2]);
      const program = compile(
        () => {
          w.value.square().sum().backward();
          const found = w.grad!;
          if (found.size > 0) w.clearGrad();
          w.assign(w.value.sub(found.mul(0.25)));
        },
        { verify },
      );
      w.value.sum().backward();
      program.run(2);
      expect(w.value.toArray()).toEqual([0.125, 0.375]);
      expect(w.grad).toBe(undefined);
    }
  });

  test('leave every Variable as it was where one of them is refused', () => {
    for (const isReadBefore of [true, false])
      for (const isMeasured of [true, false]) {
        const [w, place] = [variable([1, 2]), variable(0, { trainable: false })];
        const [at, total] = [variable(tensor([0], { dtype: 'i32' })), compile(() => w.value.sum())];
        const program = compile(() => {
          w.assign(w.value.add(w.value.take(at.value)));
          at.assign(at.value.add(1));
          place.assign(place.value.add(1));
        });
        program();
        if (isReadBefore) expect(w.value.toArray()).toEqual([2, 3]);
        expect(() => (isMeasured ? program.profile(3) : program.run(3))).toThrow('index 2 in a compiled program');
        expect(total().item()).toBe(5);
        expect(w.value.toArray()).toEqual([2, 3]);
        expect([at.value.toArray(), place.value.item()]).toEqual([[1], 1]);
        program();
        expect(w.value.toArray()).toEqual([5, 6]);
      }
  });

  test('leave every Variable as it was where one of them is refused that is another program than the first', () => {
    const [w, at] = [variable([1, 2]), variable(tensor([0], { dtype: 'i32' }))];
    const program = compile(() => {
      w.value.take(at.value).sum().backward();
      at.assign(at.value.add(1));
    });
    expect(() => program.run(3)).toThrow('index 2');
    expect(at.value.toArray()).toEqual([0]);
    expect(w.grad).toBe(undefined);
    program.run(2);
    expect(w.grad?.toArray()).toEqual([1, 1]);
  });
});

describe('gradients that a program finds or makes', () => {
  test('are plain numbers there, too', () => {
    for (const isCleared of [false, true]) {
      const step = (w: Variable) => (): void => {
        w.value.pow(3).sum().backward();
        const slope = w.grad!;
        if (isCleared) w.clearGrad();
        w.value.mul(slope).sum().backward();
      };
      const [byOp, programmed] = [variable([1, 2]), variable([1, 2])];
      const program = compile(step(programmed));
      for (let call = 0; call < 2; call++) {
        step(byOp)();
        program();
        expect(programmed.grad?.toArray()).toEqual(byOp.grad?.toArray());
      }
    }
  });

  test('and left there by an earlier call are no reads of the Variable', () => {
    const step = (w: Variable) => (): void =>
      w.value
        .mul(w.grad ?? 1)
        .square()
        .sum()
        .backward();
    const [byOp, programmed] = [variable([1, 2]), variable([1, 2])];
    const program = compile(step(programmed));
    for (let call = 0; call < 3; call++) {
      step(byOp)();
      program();
      expect(programmed.grad?.toArray()).toEqual(byOp.grad?.toArray());
    }
  });
});

describe('Variables', () => {
  test('are read as the host assigned them between calls', () => {
    const w = variable([1, 2]);
    const program = compile((x: Tensor) => w.value.mul(x));
    expect(program(tensor([1, 1])).toArray()).toEqual([1, 2]);
    w.assign(tensor([5, 6]));
    expect(program(tensor([1, 1])).toArray()).toEqual([5, 6]);
  });

  test('are shared by programs, and come back to the host only when it reads', () => {
    const w = variable([1, 2]);
    const double = compile(() => w.assign(w.value.mul(2)));
    const sum = compile(() => w.value.sum());
    double();
    double();
    expect(sum().item()).toBe(12);
    expect(w.value.toArray()).toEqual([4, 8]);
    double();
    expect(w.value.toArray()).toEqual([8, 16]);
    expect(sum().item()).toBe(24);
  });

  test('read after they were assigned hold what was assigned', () => {
    const w = variable(1);
    const program = compile(() => {
      w.assign(w.value.add(1));
      return w.value.mul(10);
    });
    expect([program().item(), program().item()]).toEqual([20, 30]);
  });

  test('a tensor that was read keeps its numbers when a program writes the Variable', () => {
    const w = variable([1, 2]);
    const program = compile(() => w.assign(w.value.add(1)));
    program();
    const before = w.value;
    program();
    expect(before.toArray()).toEqual([2, 3]);
    expect(w.value.toArray()).toEqual([3, 4]);
  });

  test('given as they were before a program assigned them are given as they were', () => {
    const steps = {
      replaced: ([a]: Variable[]) => {
        const old = a!.value;
        a!.assign(old.mul(2));
        return [old, a!.value];
      },
      exchanged: ([a, b]: Variable[]) => {
        const old = a!.value;
        a!.assign(b!.value);
        b!.assign(old);
        return [old, a!.value, b!.value];
      },
      followed: ([a, b]: Variable[], x: Tensor) => {
        a!.assign(b!.value);
        b!.assign(b!.value.add(x));
        return [];
      },
      'with an op of the host': ([a, b]: Variable[], x: Tensor) => {
        const old = a!.value;
        a!.assign(cumsum(b!.value));
        b!.assign(b!.value.add(x));
        return [old];
      },
      'in another shape': ([a]: Variable[]) => {
        const old = a!.value.reshape([2, 1]);
        a!.assign(a!.value.neg());
        return [old];
      },
    };
    for (const [name, step] of Object.entries(steps)) {
      const [byOp, programmed] = [1, 2].map(() => [variable([1, 2]), variable([3, 4])]);
      const program = compile((x: Tensor) => step(programmed!, x));
      for (let call = 0; call < 3; call++) {
        const x = tensor([call, 1]);
        const expected = step(byOp!, x);
        const given = program(x);
        const numbers = (values: readonly Tensor[]) => values.map((value) => String(value.toArray()));
        const outcome = (results: readonly Tensor[], cells: readonly Variable[]) => ({
          name,
          results: numbers(results),
          held: numbers(cells.map((cell) => cell.value)),
        });
        expect(outcome(given, programmed!)).toEqual(outcome(expected, byOp!));
      }
    }
  });

  test('replaced by what was not made of them are still read by what else is made at the same time', () => {
    for (const size of [1, 2, 9, 100]) {
      const [byOp, programmed] = [1, 2].map(() => variable(arange(size).cast('f32')));
      const step = (cell: Variable) => (x: Tensor) => {
        const fresh = x.mul(1.5);
        const moved = fresh.sub(cell.value);
        cell.assign(fresh);
        return moved;
      };
      const program = compile(step(programmed!));
      for (const x of [ones([size]), arange(size).cast('f32').sin()]) {
        expect(program(x).toArray()).toEqual(step(byOp!)(x).toArray());
        expect(programmed!.value.toArray()).toEqual(byOp!.value.toArray());
      }
    }
  });

  test('swapped by a program change places', () => {
    const [a, b] = [variable([1, 2]), variable([3, 4])];
    const program = compile(() => {
      const old = a.value;
      a.assign(b.value);
      b.assign(old);
    });
    program();
    expect([a.value.toArray(), b.value.toArray()]).toEqual([
      [3, 4],
      [1, 2],
    ]);
    program.run(3);
    expect([a.value.toArray(), b.value.toArray()]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test('a random key in one gives new numbers at each call, those of the interpreter', () => {
    const draw = (key: ReturnType<typeof variable>) => (): Tensor => {
      const [next, now] = random.split(key.value, 2);
      key.assign(next!);
      return random.uniform(now!, [5]);
    };
    const [eagerKey, key] = [variable(random.key(7)), variable(random.key(7))];
    const [eager, program] = [draw(eagerKey), compile(draw(key))];
    const drawn = [program(), program(), program()].map((x) => x.toArray());
    expect(drawn).toEqual([eager(), eager(), eager()].map((x) => x.toArray()));
    expect(drawn[0]).not.toEqual(drawn[1]);
  });
});

describe('what goes wrong', () => {
  const refuse = { now: false };
  const refusing = defineOp<[x: Tensor]>({
    name: 'refusing',
    infer: ([x]) => x,
    forward: ([x], _, { data }) => {
      if (refuse.now) throw new RangeError('refused by the op');
      data.set(x.data);
    },
    pull: [({ cotangent }) => cotangent],
  });

  test('in an op of the host leaves every Variable as it was', () => {
    const [a, b] = [variable([1, 2]), variable([10, 20])];
    const program = compile(() => {
      a.assign(a.value.add(1));
      b.assign(refusing(b.value).add(a.value));
    });
    program();
    expect([a.value.toArray(), b.value.toArray()]).toEqual([
      [2, 3],
      [12, 23],
    ]);
    refuse.now = true;
    expect(() => program()).toThrow('refused by the op');
    refuse.now = false;
    expect([a.value.toArray(), b.value.toArray()]).toEqual([
      [2, 3],
      [12, 23],
    ]);
    program();
    expect([a.value.toArray(), b.value.toArray()]).toEqual([
      [3, 4],
      [15, 27],
    ]);
    expect(program.explain()).toContain('hostCalls 1');
  });

  test('an index out of range is refused by name, and nothing is assigned', () => {
    const w = variable([1, 2, 3]);
    const program = compile((at: Tensor) => {
      w.assign(w.value.mul(2));
      return w.value.take(at);
    });
    expect(() => program(tensor([3], { dtype: 'i32' }))).toThrow(
      'index 3 in a compiled program; the axis has indices -3 to 2',
    );
    expect(w.value.toArray()).toEqual([1, 2, 3]);
    expect(program(tensor([-1], { dtype: 'i32' })).toArray()).toEqual([6]);
  });

  test('a number that is read while tracing names the remedy', () => {
    expect(() => compile((x: Tensor) => (x.sum().item() > 0 ? x : x.neg()))(tensor([1]))).toThrow(/where\(condition/);
  });

  test('a program that calls itself through the host is refused', () => {
    const inner: { call?: () => unknown } = {};
    const calling = defineOp<[x: Tensor]>({
      name: 'calling',
      infer: ([x]) => x,
      forward: ([x], _, { data }) => {
        inner.call?.();
        data.set(x.data);
      },
      pull: [({ cotangent }) => cotangent],
    });
    const program = compile((x: Tensor) => calling(x).add(1));
    program(tensor([1]));
    inner.call = () => program(tensor([1]));
    expect(() => program(tensor([1]))).toThrow('a program was called by what it called itself');
    delete inner.call;
    expect(program(tensor([1])).toArray()).toEqual([2]);
  });

  test('more memory than there can be is refused with what is wanted', () => {
    const program = compile((x: Tensor) =>
      x
        .reshape([1, 40000])
        .mul(x.reshape([40000, 1]))
        .square()
        .add(1),
    );
    expect(() => program(tensor(new Float32Array(40000)))).toThrow(/out-of-memory|wants \d+ bytes/);
  });
});

describe('a program that is held to the interpreter', () => {
  test('may give in f64 what it added in f32', () => {
    const program = compile((x: Tensor) => x.sum().cast('f64').mul(3), { verify: true });
    const x = arange(1000).cast('f32').sin();
    expect(program(x).item()).toBeCloseTo(3 * x.sum().item(), 3);
  });

  test('may give what is empty', () => {
    const program = compile((x: Tensor) => x.mul(ones([0])), { verify: true });
    expect(program(tensor(2)).shape).toEqual([0]);
  });
});

describe('calls', () => {
  test('compile once for each combination of shapes and dtypes, and keep the programs used last', () => {
    const program = compile((x: Tensor) => x.mul(2), { programs: 2 });
    for (const n of [1, 2, 3, 3, 2]) program(tensor(new Float32Array(n)));
    expect(program.stats).toMatchObject({ calls: 5, compiled: 3, dropped: 1 });
    program(tensor(new Float32Array(1)));
    expect(program.stats).toMatchObject({ compiled: 4, dropped: 2 });
  });

  test('take and give trees, numbers among them', () => {
    const program = compile((p: { w: Tensor; list: readonly [Tensor, number] }) => ({
      y: p.w.add(p.list[0]),
      z: [p.list[1]],
    }));
    const { y, z } = program({ w: tensor([1]), list: [tensor([2]), 3] });
    expect([y.toArray(), (z as unknown as Tensor[])[0]!.item()]).toEqual([[3], 3]);
  });

  test('in a function that is differentiated are the function itself', () => {
    const program = compile((x: Tensor) => x.pow(3).sum());
    expect(grad(program as unknown as (x: Tensor) => Tensor)(tensor([1, 2])).toArray()).toEqual([3, 12]);
    expect(program.stats.inlined).toBe(1);
  });

  test('of a derivative of any order run in one program', () => {
    const third = compile(grad(grad(grad((x: Tensor) => x.pow(4)))) as (x: Tensor) => Tensor);
    expect(third(tensor(2)).item()).toBeCloseTo(48, 3);
  });
});
