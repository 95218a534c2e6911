import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Tensor, einsum, spec, tensor, trace, zeros } from '../../src/index.ts';
import { contractionOrder } from '../../src/ops/contraction-order.ts';
import { checkGradients } from '../../src/testing/index.ts';
import { at, build, counting, indices } from '../reference.ts';
import { refusal } from '../refusal.ts';

/** The sum over every value of every label: one product of elements at a time. */
function slowly(terms: readonly string[], result: string, operands: readonly Tensor[]): unknown {
  const extents = new Map<string, number>();
  terms.forEach((term, k) => [...term].forEach((label, axis) => extents.set(label, operands[k]!.shape[axis]!)));
  const summed = [...extents.keys()].filter((label) => !result.includes(label));
  const nested = operands.map((x) => x.toArray());
  return build(
    [...result].map((label) => extents.get(label)!),
    (outer) => {
      let sum = 0;
      for (const inner of indices(summed.map((label) => extents.get(label)!))) {
        const value = (label: string): number =>
          result.includes(label) ? outer[result.indexOf(label)]! : inner[summed.indexOf(label)]!;
        sum += nested.reduce<number>((product, x, k) => product * at(x, [...terms[k]!].map(value)), 1);
      }
      return sum;
    },
  );
}

/** Up to four terms of up to three letters out of five, and a result of some of the letters. */
const expressions = fc
  .array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'E'), { maxLength: 3 }), { minLength: 1, maxLength: 4 })
  .chain((terms) => {
    const letters = [...new Set(terms.flat())];
    return fc.record({
      terms: fc.constant(terms.map((term) => term.join(''))),
      result: fc.shuffledSubarray(letters).map((kept) => kept.join('')),
      extents: fc.array(fc.nat({ max: 3 }), { minLength: letters.length, maxLength: letters.length }),
      letters: fc.constant(letters),
    });
  });

/** Small whole numbers, different in each operand. */
function operandsFor({ terms, extents, letters }: { terms: string[]; extents: number[]; letters: string[] }): Tensor[] {
  return terms.map((term, k) =>
    counting([...term].map((letter) => extents[letters.indexOf(letter)]!))
      .mul(k + 2)
      .remainder(7)
      .sub(3),
  );
}

describe('einsum', () => {
  test('is the sum over all values of all letters, for any expression', () => {
    fc.assert(
      fc.property(expressions, (one) => {
        const operands = operandsFor(one);
        const got = einsum(`${one.terms.join(',')}->${one.result}`, ...operands);
        expect(got.add(0).toArray()).toEqual(build0(slowly(one.terms, one.result, operands)));
      }),
      { numRuns: 400 },
    );
  });

  test('without an arrow has the letters that occur once, in the order of the alphabet', () => {
    fc.assert(
      fc.property(expressions, (one) => {
        const all = one.terms.join('');
        const once = one.letters.filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter)).toSorted();
        const operands = operandsFor(one);
        expect(einsum(one.terms.join(', '), ...operands).toArray()).toEqual(
          einsum(`${one.terms.join(',')}->${once.join('')}`, ...operands).toArray(),
        );
      }),
    );
  });

  test('an ellipsis stands for axes that broadcast, wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('same', 'one', 'two', 'none'), { maxLength: 2 }), (kinds) => {
        // Axes of a and b behind the ellipsis, aligned at the last; leading ones of b may be missing.
        const lead = kinds.findIndex((kind) => kind !== 'none');
        const a = kinds.map((kind) => (kind === 'one' ? 1 : 2));
        const b = kinds.map((kind) => (kind === 'two' ? 1 : 2)).slice(lead < 0 ? kinds.length : lead);
        const common = kinds
          .map(() => 2)
          .map((extent, k) => (kinds[k] === 'one' && k < (lead < 0 ? 9 : lead) ? 1 : extent));
        const [x, y] = [counting([...a, 3]), counting([3, ...b])];
        const result = einsum('...i,i...->...', x, y);
        expect(result.shape).toEqual(common);
        const [p, q] = [x.toArray(), y.toArray()];
        expect(result.toArray()).toEqual(
          build(common, (index) => {
            const of = (shape: readonly number[]): number[] =>
              index.slice(index.length - shape.length).map((k, axis) => (shape[axis] === 1 ? 0 : k));
            return [0, 1, 2].reduce((sum, i) => sum + at(p, [...of(a), i]) * at(q, [i, ...of(b)]), 0);
          }),
        );
      }),
    );
    expect(einsum('i...j->j...', counting([2, 3, 4, 5])).shape).toEqual([5, 3, 4]);
    expect(einsum('...ij->...ji', counting([2, 3, 4])).shape).toEqual([2, 4, 3]);
    expect(einsum('b...,a...', counting([2, 3]), counting([4, 3])).shape).toEqual([3, 4, 2]);
  });

  test('an axis of extent 1 is repeated where another operand has a larger one, or none at all', () => {
    fc.assert(
      fc.property(expressions, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (one, ones) => {
        const given = operandsFor(one).map((x, k) => {
          const term = one.terms[k]!;
          // All axes of a letter in one operand alike
          const isNarrow = (letter: string): boolean => x.size > 0 && ones[3 * k + term.indexOf(letter)]!;
          return x.slice([...term].map((letter) => (isNarrow(letter) ? [0, 1] : null)));
        });
        const widest = (letter: string): number => {
          const found = given.flatMap((x, k) => x.shape.filter((_, axis) => one.terms[k]![axis] === letter));
          return found.find((extent) => extent !== 1) ?? 1;
        };
        const wide = given.map((x, k) => x.broadcastTo([...one.terms[k]!].map(widest)));
        const expression = `${one.terms.join(',')}->${one.result}`;
        expect(
          einsum(expression, ...given)
            .add(0)
            .toArray(),
        ).toEqual(build0(slowly(one.terms, one.result, wide)));
      }),
      { numRuns: 400 },
    );
    const [x, y] = [counting([2, 1]), counting([3, 4]).sub(5)];
    expect(einsum('ij,jk', x, y).add(0).toArray()).toEqual(x.broadcastTo([2, 3]).matmul(y).toArray());
    expect(einsum('i,i', [1, 2, 3], [10]).item()).toBe(60);
    checkGradients((a, b) => einsum('ij,jk->ik', a, b), [x.div(3), y.div(5)]);
  });

  test('has derivatives of every order, of diagonals and products of three too', () => {
    const x = counting([2, 2]).div(3);
    const y = counting([2, 3]).div(5).sub(0.5);
    const z = counting([3]).div(7);
    checkGradients((a, b, c) => einsum('ii,ij,j->i', a, b, c), [x, y, z]);
    checkGradients((a, b) => einsum('ij,ij,jk->k', a, a, b), [x, y]);
  });

  test('is made of permutations, reshapes and products of matrices', () => {
    const graph = trace(
      (a: Tensor, b: Tensor) => einsum('bhqd,bkhd->bhqk', a, b),
      spec([2, 4, 8, 16]),
      spec([2, 8, 4, 16]),
    );
    expect(String(graph)).toMatchInlineSnapshot(`
      "graph(a: f32 [2, 4, 8, 16], b: f32 [2, 8, 4, 16])
        %1 = reshape(a, [8, 8, 16]): f32 [8, 8, 16]       einsum
        %2 = permute(b, [0, 2, 3, 1]): f32 [2, 4, 16, 8]  einsum
        %3 = reshape(%2, [8, 16, 8]): f32 [8, 16, 8]      einsum
        %4 = matmul(%1, %3): f32 [8, 8, 8]                einsum
        %5 = reshape(%4, [2, 4, 8, 8]): f32 [2, 4, 8, 8]  einsum
        return %5"
    `);
  });

  test('promotes dtypes, and keeps whole numbers whole', () => {
    const whole = tensor([1, 2], { dtype: 'i32' });
    expect(einsum('i,i', whole, whole).toString()).toBe('tensor(5, i32 [])');
    expect(einsum('i,i', whole, tensor([0.5, 1])).toString()).toBe('tensor(2.5, f32 [])');
  });

  test('refusals', () => {
    const x = zeros([2, 3]);
    expect(refusal(() => einsum('ij->ik', x))).toMatchInlineSnapshot(`
      "ArgumentError not-an-expression
      einsum: "ij->ik": the result has "k", which no operand has"
    `);
    expect(refusal(() => einsum('ij->ii', x))).toMatchInlineSnapshot(`
      "ArgumentError not-an-expression
      einsum: "ij->ii": the result has "i" twice"
    `);
    expect(refusal(() => einsum('i1->i', x))).toMatchInlineSnapshot(`
      "ArgumentError not-an-expression
      einsum: "i1->i": "i1" is no list of axes"
    `);
    expect(refusal(() => einsum('i..j', x))).toMatchInlineSnapshot(`
      "ArgumentError not-an-expression
      einsum: "i..j": "i..j" is no list of axes"
    `);
    expect(refusal(() => einsum('i->j->k', x))).toMatchInlineSnapshot(`
      "ArgumentError not-an-expression
      einsum: "i->j->k": expected letters for axes, as in "ij,jk->ik""
    `);
    expect(refusal(() => einsum('...j->j', x))).toMatchInlineSnapshot(`
      "ArgumentError not-an-expression
      einsum: "...j->j": the result lacks the ellipsis that an operand has"
    `);
    expect(refusal(() => einsum('ij,jk', x))).toMatchInlineSnapshot(`
      "ArgumentError operand-count
      einsum: "ij,jk" is about 2 tensors; received 1"
    `);
    expect(refusal(() => einsum('ijk', x))).toMatchInlineSnapshot(`
      "ShapeError rank-mismatch
      einsum: "ijk" in "ijk" names 3 axes; operand 0 has shape [2, 3]"
    `);
    expect(refusal(() => einsum('ijk...', x))).toMatchInlineSnapshot(`
      "ShapeError rank-mismatch
      einsum: "ijk..." in "ijk..." names 3 axes or more; operand 0 has shape [2, 3]"
    `);
    expect(refusal(() => einsum('ij,jk', x, x))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      einsum: "j" in "ij,jk" has extent 3, and 2 in operand 1, shape [2, 3]"
    `);
    expect(refusal(() => einsum('ii', x))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      einsum: "i" in "ii" has extent 2, and 3 in operand 0, shape [2, 3]"
    `);
    expect(refusal(() => einsum('ii', zeros([1, 3])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      einsum: "i" in "ii" has extent 1, and 3 in operand 0, shape [1, 3]"
    `);
    expect(refusal(() => einsum('...i,...i', zeros([2, 3]), zeros([4, 3])))).toMatchInlineSnapshot(`
      "ShapeError shape-mismatch
      einsum: an axis of the ellipsis in "...i,...i" has extent 2, and 4 in operand 1, shape [4, 3]"
    `);
    expect(refusal(() => einsum('i', [true]))).toMatchInlineSnapshot(`
      "DtypeError dtype-refused
      einsum: the input is bool; expected i32, f32 or f64
        try x.cast('i32')"
    `);
    // @ts-expect-error -- tensors first
    expect(refusal(() => einsum(x, 'ij'))).toMatchInlineSnapshot(`
      "ArgumentError not-an-expression
      einsum: the first argument is the expression, a text
        try einsum('ij,jk->ik', x, y)"
    `);
  });
});

describe('the order of contraction', () => {
  const extents = (text: string): Map<string, number> =>
    new Map(text.split(' ').map((entry) => [entry[0]!, Number(entry.slice(1))]));

  test('of a chain of matrices is the cheap one', () => {
    // (10 x 1000)(1000 x 5)(5 x 500): 75,000 multiplications from the left, 7,500,000 from the right.
    expect(
      contractionOrder(
        [
          ['i', 'j'],
          ['j', 'k'],
          ['k', 'l'],
        ],
        ['i', 'l'],
        extents('i10 j1000 k5 l500'),
      ),
    ).toEqual({
      tree: [[0, 1], 2],
      cost: 75_000,
    });
    expect(
      contractionOrder(
        [
          ['i', 'j'],
          ['j', 'k'],
          ['k', 'l'],
        ],
        ['i', 'l'],
        extents('i500 j5 k1000 l10'),
      ).tree,
    ).toEqual([0, [1, 2]]);
  });

  test('is what einsum takes: the largest value in between stays small', () => {
    const graph = trace(
      (a: Tensor, b: Tensor, c: Tensor) => einsum('ij,jk,k->i', a, b, c),
      spec([100, 90]),
      spec([90, 80]),
      spec([80]),
    );
    const sizes = graph.nodes.flatMap(({ op, outputs }) => (op.leaf ? [] : outputs.map(({ size }) => size)));
    expect(Math.max(...sizes)).toBe(100);
  });

  test('is the cheapest of all, by trying every one', () => {
    /** Multiplications of the best order, by recursion over every pair that could go first. */
    const cheapest = (parts: readonly string[], result: string, size: (labels: string) => number): number => {
      if (parts.length <= 1) return 0;
      let best = Infinity;
      parts.forEach((a, i) =>
        parts.slice(i + 1).forEach((b, j) => {
          const rest = parts.filter((_, k) => k !== i && k !== i + 1 + j);
          const union = [...new Set(a + b)].join('');
          const kept = [...union].filter((l) => result.includes(l) || rest.some((other) => other.includes(l))).join('');
          best = Math.min(best, size(union) + cheapest([...rest, kept], result, size));
        }),
      );
      return best;
    };
    fc.assert(
      fc.property(
        fc.array(fc.subarray('abcde'.split(''), { minLength: 1 }), { minLength: 1, maxLength: 5 }),
        fc.subarray('abcde'.split('')),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 5, maxLength: 5 }),
        (operands, kept, sizes) => {
          const map = new Map('abcde'.split('').map((label, k) => [label, sizes[k]!]));
          const size = (labels: string): number => [...labels].reduce((product, label) => product * map.get(label)!, 1);
          const result = kept.filter((label) => operands.flat().includes(label));
          const { cost } = contractionOrder(operands, result, map);
          expect(cost).toBe(
            cheapest(
              operands.map((labels) => labels.join('')),
              result.join(''),
              size,
            ),
          );
        },
      ),
    );
  });

  test('of many operands is found step by step', () => {
    const letters = 'abcdefghijkl'.split('');
    const chain = letters.slice(1).map((letter, k) => letters[k]! + letter);
    const operands = chain.map(() => counting([2, 2]));
    const product = operands.slice(1).reduce((left, right) => left.matmul(right), operands[0]!);
    expect(einsum(`${chain.join(',')}->al`, ...operands).toArray()).toEqual(product.toArray());
  });
});

/** Sums start at 0, so there is no -0 but where a product alone is one. */
function build0(nested: unknown): unknown {
  return Array.isArray(nested) ? nested.map(build0) : Number(nested) + 0;
}
