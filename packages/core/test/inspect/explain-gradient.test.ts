import { describe, expect, test } from 'vitest';
import {
  type Op,
  type Tensor,
  checkpoint,
  cumsum,
  customGradient,
  defineOp,
  elementByElement,
  explainGradient,
  flip,
  forLoop,
  grad,
  round,
  scan,
  scope,
  sort,
  tensor,
  topK,
  variable,
  where,
  whileLoop,
  withGradient,
} from '../../src/index.ts';

const w = variable([1, -2, 3, -4], { name: 'w' });
const other = variable([1, 1, 1, 1], { name: 'other' });
const because = (loss: () => Tensor): string => String(explainGradient(loss, w));

describe('why a gradient is zero', () => {
  test('the loss does not depend on the value', () => {
    expect(because(() => other.value.sum())).toMatchInlineSnapshot(
      `"the loss does not depend on w: there is no path between them"`,
    );
    expect(explainGradient(() => other.value.sum(), w)).toMatchObject({ connected: false, ends: [], largest: 0 });
  });

  test('stopGradient stands on the only path', () => {
    expect(
      because(() =>
        scope('target', () => w.value.stopGradient())
          .mul(other)
          .sum(),
      ),
    ).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        stopGradient, at target/stopGradient: nothing passes, as asked"
    `);
  });

  test('an op without a derivative does', () => {
    expect(because(() => scope('head', () => w.value.argMax()).cast('f32'))).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        argMax has no derivative, at head/argMax: this path ends there"
    `);
    expect(because(() => w.value.greater(0).cast('f32').sum())).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        greater has no derivative, at greater: this path ends there"
    `);
  });

  test('every unit is closed', () => {
    expect(because(() => scope('mlp', () => w.value.abs().neg().relu()).sum())).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        relu has slope 0 for 100 % of the elements, at mlp/relu"
    `);
  });

  test('a branch of where is masked, wholly or for a share of the elements', () => {
    const masked = (mask: boolean[]): string => because(() => scope('gate', () => where(mask, w.value, 0)).sum());
    expect(masked([false, false, false, false])).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        where has slope 0 for 100 % of the elements, at gate/where"
    `);
    expect(masked([true, false, true, true])).toMatchInlineSnapshot(`
      "the gradient of w reaches 1.00; on the way
        where has slope 0 for 25.0 % of the elements, at gate/where"
    `);
  });

  test('it underflows on the way', () => {
    const tiny = variable(tensor([1e-20], { dtype: 'f32' }), { name: 'tiny' });
    const text = String(explainGradient(() => tiny.value.mul(1e-30).mul(1e-30).sum(), tiny));
    expect(text).toMatchInlineSnapshot(`
      "the gradient of tiny is zero; on the way
        underflow at mul: 100 % of the elements are too small to pass"
    `);
  });
});

describe('an op that moves elements is not blamed for what the next one masks', () => {
  const v = variable([1, 2, 3, 4], { name: 'v' });
  const m = variable(
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    { name: 'm' },
  );
  const swap = tensor([
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ]);
  const mask = tensor([true, true, false, false]);

  test.each<[string, () => Tensor, string, number]>([
    ['flip', () => flip(v.value).relu().sub(2.5).relu().sum(), 'relu', 0.5],
    ['take', () => where(mask, v.value.take([3, 2, 1, 0]), 0).sum(), 'where', 0.5],
    ['sort', () => where(mask, sort(v.value, { descending: true }), 0).sum(), 'where', 0.5],
    ['cumsum', () => cumsum(v).mul([1, -1, 0, 0]).sum(), 'mul', 0.5],
  ])('%s', (_, loss, op, closed) => {
    const slopes = explainGradient(loss, v).ends.filter(({ reason }) => reason === 'zero slope');
    expect(slopes).toEqual([{ reason: 'zero slope', op, scope: '', closed }]);
  });

  test.each<[string, () => Tensor, number]>([
    ['transpose', () => where([[true, false]], m.value.transpose(), 0).sum(), 1 / 2],
    ['matmul', () => where([[true, true, false]], m.value.matmul(swap).mul([1, 0, 1]), 0).sum(), 1 / 3],
  ])('%s', (_, loss, closed) => {
    const masked = explainGradient(loss, m).ends.filter(({ op }) => op !== 'mul');
    expect(masked).toEqual([{ reason: 'zero slope', op: 'where', scope: '', closed }]);
  });

  test('one that lets nothing through is', () => {
    expect(explainGradient(() => m.value.matmul(swap.mul(0)).sum(), m).ends).toEqual([
      { reason: 'zero slope', op: 'matmul', scope: '', closed: 1 },
    ]);
    const tiny = swap.mul(1e-30);
    expect(explainGradient(() => m.value.matmul(tiny).mul(1e-30).sum(), m).ends).toEqual([
      { reason: 'underflow', op: 'matmul', scope: '', closed: 1 },
    ]);
  });
});

describe('where an input was broadcast, elements are counted before they are summed', () => {
  const v = variable([1, 2, 3, 4], { name: 'v' });
  const closed = tensor([
    [false, false, false, false],
    [false, false, false, false],
  ]);
  const open = tensor([
    [false, false, false, false],
    [true, true, false, true],
  ]);

  test('a masked branch', () => {
    expect(String(explainGradient(() => where(closed, v, 0).sum(), v))).toMatchInlineSnapshot(`
      "the gradient of v is zero; on the way
        where has slope 0 for 100 % of the elements, at where"
    `);
    expect(String(explainGradient(() => where(open, v, 0).sum(), v))).toMatchInlineSnapshot(`
      "the gradient of v reaches 1.00; on the way
        where has slope 0 for 62.5 % of the elements, at where"
    `);
    const s = variable(2, { name: 's' });
    expect(String(explainGradient(() => where([true, true], v.value.slice([[0, 2]]), s).sum(), s)))
      .toMatchInlineSnapshot(`
      "the gradient of s is zero; on the way
        where has slope 0 for 100 % of the elements, at where"
    `);
  });

  test('underflow', () => {
    const tiny = variable(1, { name: 'tiny' });
    const loss = (): Tensor =>
      tiny.value
        .mul(tensor([1e-30, 1e-30]))
        .mul(1e-30)
        .sum();
    expect(String(explainGradient(loss, tiny))).toMatchInlineSnapshot(`
      "the gradient of tiny is zero; on the way
        underflow at mul: 100 % of the elements are too small to pass"
    `);
  });
});

describe('whole numbers', () => {
  test('that come out of an op beside others end the path at that op', () => {
    expect(because(() => topK(w.value, 2).indices.cast('f32').sum())).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        output 1 of topK has no derivative, at topK: this path ends there"
    `);
    expect(because(() => topK(w.value, 2).values.sum())).toMatchInlineSnapshot(`"the gradient of w reaches 1.00"`);
  });

  test('that a cast made end it at the cast, however many use them', () => {
    expect(
      because(() => {
        const whole = w.value.cast('i32');
        return whole.mul(2).add(whole).cast('f32').sum();
      }),
    ).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        cast has no derivative, at cast: this path ends there"
    `);
  });
});

describe('paths that cancel', () => {
  test('at the value itself', () => {
    expect(because(() => w.value.sub(w).sum())).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        what flows back to w cancels for 100 % of the elements: shares add up to 0"
    `);
    expect(explainGradient(() => w.value.sub(w).sum(), w)).toMatchObject({ largest: 0, connected: true });
  });

  test('on the way, and inside an op', () => {
    expect(
      because(() => {
        const y = scope('head', () => w.value.square());
        return y.mul(2).sub(y).sub(y).sum();
      }),
    ).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        what flows back to head/square cancels for 100 % of the elements: shares add up to 0"
    `);
    const opposite = tensor([[1, -1]]);
    expect(because(() => w.value.reshape([4, 1]).matmul(opposite).sum())).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        what flows back to matmul cancels for 100 % of the elements: shares add up to 0"
    `);
  });

  test('for some of the elements', () => {
    expect(because(() => w.value.abs().add(w).sum())).toMatchInlineSnapshot(`
      "the gradient of w reaches 2.00; on the way
        what flows back to w cancels for 50.0 % of the elements: shares add up to 0"
    `);
  });
});

describe('a gradient that is not finite', () => {
  test('is said to be so, with the op whose slope is', () => {
    const v = variable([0, 4], { name: 'v' });
    expect(String(explainGradient(() => scope('norm', () => v.value.sqrt()).sum(), v))).toMatchInlineSnapshot(`
      "the gradient of v is not finite (debugNaN() says which op makes the first such number); on the way
        sqrt has a slope that is not finite, at norm/sqrt: 50.0 % of the elements of what passes are NaN or infinite"
    `);
    const zero = variable([0, 4], { name: 'zero' });
    const wrong = (): Tensor => where([false, true], zero.value.sqrt(), 0).sum();
    expect(String(explainGradient(wrong, zero))).toMatchInlineSnapshot(`
      "the gradient of zero is not finite (debugNaN() says which op makes the first such number); on the way
        where has slope 0 for 50.0 % of the elements, at where
        sqrt has a slope that is not finite, at sqrt: 50.0 % of the elements of what passes are NaN or infinite"
    `);
    expect(explainGradient(wrong, zero).largest).toBeNaN();
  });
});

describe('why a gradient is what it is', () => {
  test('some units are closed, by their share', () => {
    const explained = explainGradient(() => w.value.relu().sum(), w);
    expect(explained).toMatchObject({
      connected: true,
      largest: 1,
      ends: [{ reason: 'zero slope', op: 'relu', scope: '', closed: 0.5 }],
    });
    expect(String(explained)).toMatchInlineSnapshot(`
      "the gradient of w reaches 1.00; on the way
        relu has slope 0 for 50.0 % of the elements, at relu"
    `);
  });

  test('one of several paths is cut, and the others are not', () => {
    expect(because(() => w.value.stopGradient().mul(w).sum())).toMatchInlineSnapshot(`
      "the gradient of w reaches 4.00; on the way
        stopGradient, at stopGradient: nothing passes, as asked"
    `);
  });

  test('nothing is in the way', () => {
    expect(because(() => w.value.square().sum())).toMatchInlineSnapshot(`"the gradient of w reaches 8.00"`);
  });

  test('of a tensor that is no Variable, on the way', () => {
    const x = tensor([1, -1]);
    expect(explainGradient(() => x.relu().sum(), x)).toMatchObject({ connected: true, largest: 1 });
  });
});

test('asking changes nothing: no gradient is left, and nothing is remembered afterwards', () => {
  explainGradient(() => w.value.square().sum(), w);
  expect(w.grad).toBeUndefined();
  expect(tensor(1).exp().node).toBeUndefined();
});

test('asking about something that is no loss is refused', () => {
  expect(() => explainGradient(() => w.value, w)).toThrowErrorMatchingInlineSnapshot(`
    [ArgumentError: explainGradient: the result has shape [4]; a gradient needs one number, or a cotangent of that shape
      try a function that ends in .sum() or .mean(), or vjp(f, x)[1](cotangent)]
  `);
  expect(() => explainGradient(w.value.sum() as never, w)).toThrowErrorMatchingInlineSnapshot(`
    [ArgumentError: explainGradient: expected a function that gives the loss
      try explainGradient(() => lossOf(model), w)]
  `);
});

describe('inside of bodies', () => {
  const nothing = tensor([0, 0, 0, 0]);
  const recurrent = (xs: readonly number[], options = {}): Tensor => {
    const step = (h: Tensor, x: Tensor): [Tensor, undefined] => [
      scope('cell', () => h.add(x.mul(w.value)).relu()),
      undefined,
    ];
    return scan(step, nothing, tensor(xs), options)[0].sum();
  };

  test('a unit is closed at some steps of a loop', () => {
    expect(because(() => recurrent([1, 1, -1]))).toMatchInlineSnapshot(`
      "the gradient of w reaches 1.00; on the way
        relu has slope 0 for 50.0 % of the elements, at scan/cell/relu (in step 1 of scan)"
    `);
    expect(explainGradient(() => recurrent([1, 1, 1]), w).ends).toEqual([
      { reason: 'zero slope', op: 'relu', scope: 'scan/cell', closed: 0.5, loop: 'scan', steps: [2] },
    ]);
  });

  test('the gradient is that of the loop, and its steps are counted as they run', () => {
    const numbers = [0.5, -1, 2, 1, 0.25];
    for (const options of [{}, { reverse: true }, { checkpoint: 2 }, { reverse: true, checkpoint: 2 }]) {
      const { largest, ends } = explainGradient(() => recurrent(numbers, options), w);
      const gradient = grad((at: Tensor) => {
        const step = (h: Tensor, x: Tensor): [Tensor, undefined] => [h.add(x.mul(at)).relu(), undefined];
        return scan(step, nothing, tensor(numbers), options)[0].sum();
      })(w.value);
      expect(largest).toBe(gradient.abs().max().item());
      // Backwards the negative half is closed at step 4, and the other one at step 1; in reverse the negative one at step 2.
      const met = 'reverse' in options ? { closed: 0.5, steps: [2] } : { closed: (1 + 0.5) / 2, steps: [1, 4] };
      expect(ends).toEqual([{ reason: 'zero slope', op: 'relu', scope: 'scan/cell', loop: 'scan', ...met }]);
    }
  });

  test('each step has a result of its own', () => {
    const results = (): Tensor =>
      scan((h: Tensor, x: Tensor) => [h, x.mul(w).relu()], 0, tensor([1, 1, 2, -1]))[1].sum();
    expect(because(results)).toMatchInlineSnapshot(`
      "the gradient of w reaches 4.00; on the way
        relu has slope 0 for 50.0 % of the elements, at scan/relu (in steps 0 to 3 of scan)"
    `);
  });

  test('a loop that ends by a condition', () => {
    const last = (): Tensor =>
      whileLoop(
        ([k]: [Tensor, Tensor]) => k.less(3),
        ([k, s]) => [k.add(1), s.neg().relu()] as [Tensor, Tensor],
        [tensor(0), w.value],
        { maxSteps: 5 },
      )[1].sum();
    expect(because(last)).toMatchInlineSnapshot(`
      "the gradient of w is zero; on the way
        relu has slope 0 for 100 % of the elements, at whileLoop/relu (in step 2 of whileLoop)"
    `);
  });

  test('a loop that has too many steps, or no bound and so no derivative, says so', () => {
    const halved = (options: { maxSteps?: number }): Tensor =>
      whileLoop(
        (s: Tensor) => s.abs().sum().greater(1),
        (s) => s.mul(0.5),
        w.value,
        options,
      ).sum();
    expect(() => explainGradient(() => halved({ maxSteps: 2 }), w)).toThrow('the condition still holds after 2 steps');
    expect(() => explainGradient(() => halved({}), w)).toThrow('maxSteps');
    expect(because(() => halved({ maxSteps: 4 }))).toBe('the gradient of w reaches 0.0625');
  });

  test('loops in loops, and checkpoints', () => {
    const halves = (): Tensor => forLoop(3, (_, h: Tensor) => checkpoint((x: Tensor) => x.relu().mul(0.5))(h), w.value);
    expect(because(() => halves().sum())).toMatchInlineSnapshot(`
      "the gradient of w reaches 0.125; on the way
        relu has slope 0 for 50.0 % of the elements, at forLoop/checkpoint/relu (in step 2 of scan)"
    `);
  });

  describe('loops in loops say the steps of all', () => {
    /** For each row of numbers the sum over its numbers of relu(number * v): closed where a number is negative. */
    const v = variable(1, { name: 'v' });
    const rows = (numbers: readonly (readonly number[])[]): Tensor => {
      const row = (sum: Tensor, xs: Tensor): [Tensor, undefined] => {
        const [part] = scan((s: Tensor, x: Tensor) => [s.add(x.mul(v).relu()), undefined], tensor(0), xs);
        return [sum.add(part), undefined];
      };
      return scope('rows', () => scan(row, tensor(0), tensor(numbers))[0]);
    };
    const explained = (numbers: readonly (readonly number[])[]): ReturnType<typeof explainGradient> =>
      explainGradient(() => rows(numbers), v);

    test('the innermost first, as debugNaN does', () => {
      const once = [
        [1, 1, 1],
        [1, 1, -1],
      ];
      expect(String(explained(once))).toMatchInlineSnapshot(`
        "the gradient of v reaches 5.00; on the way
          relu has slope 0 for 100 % of the elements, at rows/scan/scan/relu (in step 2 of scan, in step 1 of scan)"
      `);
      expect(explained(once).ends).toEqual([
        {
          reason: 'zero slope',
          op: 'relu',
          scope: 'rows/scan/scan',
          closed: 1,
          loop: 'scan',
          steps: [2],
          around: [{ loop: 'scan', steps: [1] }],
        },
      ]);
    });

    test('outer steps in which the same inner ones are met stand together, and others apart', () => {
      const some = [
        [-1, -1, -1],
        [1, 1, -1],
        [1, 1, 1],
        [1, 1, -1],
      ];
      expect(String(explained(some))).toMatchInlineSnapshot(`
        "the gradient of v reaches 7.00; on the way
          relu has slope 0 for 100 % of the elements, at rows/scan/scan/relu (in steps 0 to 2 of scan, in step 0 of scan)
          relu has slope 0 for 100 % of the elements, at rows/scan/scan/relu (in step 2 of scan, in 2 of the steps 1 to 3 of scan)"
      `);
    });

    test('of many that differ some are told, and all are data', () => {
      const each = Array.from({ length: 6 }, (_, k) => Array.from({ length: 6 }, (_, j) => (j === k ? -1 : 1)));
      expect(String(explained(each))).toMatchInlineSnapshot(`
        "the gradient of v reaches 30.0; on the way
          relu has slope 0 for 100 % of the elements, at rows/scan/scan/relu (in step 0 of scan, in step 0 of scan)
          relu has slope 0 for 100 % of the elements, at rows/scan/scan/relu (in step 1 of scan, in step 1 of scan)
          relu has slope 0 for 100 % of the elements, at rows/scan/scan/relu (in step 2 of scan, in step 2 of scan)
          and so at other steps: 3 more in ends"
      `);
      expect(explained(each).ends.map(({ steps, around }) => [steps, around?.[0]?.steps])).toEqual(
        each.map((_, k) => [[k], [k]]),
      );
    });

    test('three of them, and one that runs beside what is closed', () => {
      const inner = (x: Tensor): Tensor => forLoop(2, (_, h: Tensor) => h.neg().relu(), x);
      const deep = (): Tensor =>
        forLoop(
          2,
          (_, h: Tensor) =>
            whileLoop(
              (s: Tensor) => s.sum().less(0),
              (s) => inner(s),
              h,
              { maxSteps: 3 },
            ),
          tensor(-1).mul(v),
        );
      expect(String(explainGradient(deep, v))).toMatchInlineSnapshot(`
        "the gradient of v is zero; on the way
          relu has slope 0 for 100 % of the elements, at forLoop/whileLoop/forLoop/relu (in step 1 of scan, in step 0 of whileLoop, in step 0 of scan)"
      `);
      const beside = (): Tensor =>
        forLoop(
          2,
          (_, h: Tensor) =>
            scope('block', () =>
              forLoop(1, (_, x: Tensor) => x.neg().relu(), h)
                .sub(1)
                .relu(),
            ),
          v.value,
        );
      expect(String(explainGradient(beside, v))).toMatchInlineSnapshot(`
        "the gradient of v is zero; on the way
          relu has slope 0 for 100 % of the elements, at forLoop/block/relu (in step 1 of scan)"
      `);
    });
  });

  test('a loop without steps', () => {
    expect(because(() => forLoop(0, (_, h: Tensor) => h.relu(), w.value).sum())).toBe('the gradient of w reaches 1.00');
  });

  describe('a rule of a user stands for what it is given for', () => {
    type Rule = Parameters<typeof customGradient>[2]['pull'];
    const ruled = (name: string, pull: Rule): ((x: Tensor) => Tensor) =>
      customGradient(name, (x: Tensor) => x.mul(other.value).relu(), { pull });

    test('and is named where it lets nothing through, or nothing finite', () => {
      const shut = ruled('shut', ({ cotangent }) => [cotangent.mul(0)]);
      expect(because(() => shut(w.value).sum())).toMatchInlineSnapshot(`
        "the gradient of w is zero; on the way
          the rule given for shut has slope 0 for 100 % of the elements, at shut/customGradient"
      `);
      expect(explainGradient(() => shut(w.value).sum(), w).ends).toEqual([
        { reason: 'zero slope', op: 'customGradient', scope: 'shut', rule: 'shut', closed: 1 },
      ]);
      const wild = ruled('wild', ({ cotangent, output }) => [cotangent.div(output)]);
      expect(because(() => wild(w.value).sum())).toMatchInlineSnapshot(`
        "the gradient of w is not finite (debugNaN() says which op makes the first such number); on the way
          the rule given for wild has a slope that is not finite, at wild/customGradient: 50.0 % of the elements of what passes are NaN or infinite"
      `);
      const rounded = (): Tensor =>
        withGradient(
          round,
          ({ cotangent }) => [cotangent.mul(0)],
          () => w.value.round().sum(),
        );
      expect(because(rounded)).toMatchInlineSnapshot(`
        "the gradient of w is zero; on the way
          the rule given for round has slope 0 for 100 % of the elements, at customGradient"
      `);
    });

    test('and no path leads through what it only uses', () => {
      const masked = ruled('masked', ({ cotangent, inputs: [x] }) => [cotangent.mul(x!.greater(0).cast('f32'))]);
      expect(because(() => masked(w.value).sum())).toBe('the gradient of w reaches 1.00');
      const { nodes } = explainGradient(() => masked(w.value).sum(), w);
      expect(nodes.map(({ op }) => op.name)).toEqual(['variable', 'customGradient', 'sum']);
    });

    test('in a body, too, where what computes the value has a history', () => {
      const half = ruled('half', ({ cotangent }) => [cotangent.mul([1, 1, 0, 0])]);
      expect(because(() => forLoop(2, (_, h: Tensor) => half(h), w.value).sum())).toMatchInlineSnapshot(
        `"the gradient of w reaches 1.00"`,
      );
    });

    test('and is said to be there, where it has nothing for what is asked about', () => {
      const scaled = ruled('scaled', ({ cotangent }) => [cotangent.mul(other.value)]);
      const about = (loss: () => Tensor): string => String(explainGradient(loss, other));
      expect(about(() => scaled(w.value).sum())).toMatchInlineSnapshot(`
        "the loss does not depend on other: there is no path between them
          the rule given for scaled is for its inputs alone, not for what it uses besides"
      `);
      const twice = ruled('twice', ({ cotangent }) => [cotangent.mul(2)]);
      expect(about(() => twice(scaled(w.value)).sum())).toMatchInlineSnapshot(`
        "the loss does not depend on other: there is no path between them
          the rules given for scaled, twice are for their inputs alone, not for what they use besides"
      `);
    });
  });

  test('afterwards loops are one node again', () => {
    explainGradient(() => recurrent([1, 1]), w);
    expect(() =>
      explainGradient(() => {
        throw new RangeError('no loss');
      }, w),
    ).toThrow('no loss');
    const [last] = scan((h: Tensor, x: Tensor) => [h.add(x.mul(w.value)), undefined], nothing, tensor([1, 1]));
    expect(last.node?.op.name).toBe('scan');
  });
});

describe('the op that is named', () => {
  const pair = variable([0, 4], { name: 'pair' });

  test('is the one whose slope is not finite, not those before it that hand on what came', () => {
    const { ends } = explainGradient(() => pair.value.mul(3).sqrt().sum(), pair);
    expect(ends.map(({ reason, op }) => [reason, op])).toEqual([['not finite', 'sqrt']]);
  });

  test('is the one without a derivative, not what it takes', () => {
    const { ends } = explainGradient(() => pair.value.mul(3).argMax().cast('f32'), pair);
    expect(ends.map(({ reason, op }) => [reason, op])).toEqual([['no derivative', 'argMax']]);
  });

  test('has slope 0 where only some of what it closes is too small', () => {
    const { ends } = explainGradient(() => pair.value.mul([1e-30, 0]).mul(1e-30).sum(), pair);
    expect(ends).toEqual([{ reason: 'zero slope', op: 'mul', scope: '', closed: 1 }]);
  });

  test('cancels what comes, whatever pattern that has', () => {
    const one = variable([[2]], { name: 'one' });
    // Neither do all of these add up to 0 nor, in steps of 1, 2, 3: 2 - 3 + 1 and 1 * 2 - 2 * 3 + 4 * 1 do
    for (const row of [
      [1, -2, 1],
      [2, -3, 0, 1],
    ]) {
      expect(explainGradient(() => one.value.matmul([row]).sum(), one).ends).toEqual([
        { reason: 'cancelled', op: 'matmul', scope: '', closed: 1 },
      ]);
    }
  });

  test('has no slope of 0 where its rule makes what comes too small in two steps', () => {
    const faint: Op<[x: Tensor]> = defineOp({
      name: 'faint',
      infer: ([x]) => x,
      forward: ([x], _, { data }) => data.set(x.data),
      pull: [({ cotangent }) => cotangent.mul(1e-30).mul(1e-30)],
      batch: elementByElement,
    });
    const rule = customGradient('faint', (x: Tensor) => x, {
      pull: ({ cotangent }) => [cotangent.mul(1e-30).mul(1e-30)],
    });
    for (const fn of [faint, rule]) {
      const [end] = explainGradient(() => fn(pair.value).sum(), pair).ends;
      expect([end?.reason, end?.closed]).toEqual(['underflow', 1]);
    }
  });
});

test('three paths cancel, of which the last brings nothing', () => {
  const loss = (): Tensor => {
    const nothing = w.value.mul(0); // made first, so the walk comes to it last
    return w.value.sub(w).add(nothing).sum();
  };
  const { ends } = explainGradient(loss, w);
  expect(ends).toContainEqual({ reason: 'cancelled', op: 'w', scope: '', closed: 1 });
});

test('of no elements, and of the loss itself', () => {
  const none = variable([], { name: 'none' });
  expect(String(explainGradient(() => none.value.sum(), none))).toBe('the gradient of none is zero');
  const itself = variable(3, { name: 'itself' });
  expect(String(explainGradient(() => itself.value, itself))).toBe('the gradient of itself reaches 1.00');
});
