/** Checks a shape against names, and that one name has one extent. */
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { currentPath } from '../graph/scope.ts';
import { recording } from '../graph/recording.ts';
import { type TensorLike, asTensor } from './create.ts';
import type { Spec } from './spec.ts';

/** The names in `'batch time 64'`: each is a number in the result. */
export type Extents<Text extends string> = { readonly [Name in NameIn<Text>]: number };
type NameIn<Text extends string> = string extends Text
  ? string
  : Text extends `${infer First} ${infer Rest}`
    ? NameOf<First> | NameIn<Rest>
    : NameOf<Text>;
type NameOf<Word extends string> = Word extends '' | '_' | '...' | `${number}` ? never : Word;

interface Binding {
  readonly extent: number;
  readonly by: string;
}

/** What names stand for in a call that is open: of a module's `forward`, of a composite, of `scope`. */
const bindings = new WeakMap<object, Map<string, Binding>>();

/**
 * Checks that a shape is as described, and gives the extents that its names stand for. A word is a name, a number, `_` for
 * any extent, or `...` for any number of axes.
 *
 * A name keeps its extent within a call: of a module's `forward`, of a composite, or of what runs in `scope`. Outside of
 * these, or to hand extents on, `known` says what names stand for already.
 *
 * @throws ShapeError `unexpected-shape`, naming axis and word; ArgumentError `bad-description`
 * @example
 * const { batch } = expectShape(zeros([32, 10, 64]), 'batch time 64');
 * batch; // 32
 * expectShape(zeros([32, 5]), 'batch classes', { batch }).classes; // 5
 */
export function expectShape<const Text extends string>(
  x: TensorLike,
  description: Text,
  known: Readonly<Record<string, number>> = {},
): Extents<Text> {
  const { spec } = asTensor(x, 'expectShape');
  const words = wordsOf(description);
  const open = words.indexOf('...');
  const { shape } = spec;
  const fits = open < 0 ? shape.length === words.length : shape.length >= words.length - 1;
  if (!fits) {
    refuse(
      spec,
      `it has ${shape.length} ${shape.length === 1 ? 'axis' : 'axes'}, and "${description}" says ${open < 0 ? words.length : `at least ${words.length - 1}`}`,
    );
  }
  const call = recording.scope === undefined ? undefined : boundIn(recording.scope);
  const found: Record<string, number> = {};
  const bound = new Map<string, Binding>();
  words.forEach((word, k) => {
    if (word === '...' || word === '_') return;
    const axis = open >= 0 && k > open ? k + shape.length - words.length : k;
    const extent = shape[axis]!;
    if (/^\d/.test(word)) {
      if (Number(word) !== extent) refuse(spec, `axis ${axis} is ${extent}, and "${description}" says ${word}`);
      return;
    }
    const before =
      bound.get(word) ?? (Object.hasOwn(known, word) ? { extent: known[word]!, by: 'what is known' } : call?.get(word));
    if (before !== undefined && before.extent !== extent)
      refuse(spec, `axis ${axis}, "${word}", is ${extent}, and it is ${before.extent} by ${before.by}`);
    found[word] = extent;
    bound.set(word, before ?? { extent, by: String(spec) });
  });
  // Only a description that fits binds anything.
  for (const [word, binding] of bound) call?.set(word, binding);
  return found as Extents<Text>;
}

function boundIn(call: object): Map<string, Binding> {
  const before = bindings.get(call) ?? new Map<string, Binding>();
  bindings.set(call, before);
  return before;
}

function wordsOf(description: string): readonly string[] {
  const words = description.split(' ').filter((word) => word !== '');
  const wrong = words.find((word) => !/^(?:[A-Za-z_$][\w$]*|\d+|\.\.\.)$/.test(word));
  if (wrong === undefined && words.filter((word) => word === '...').length <= 1) return words;
  throw new ArgumentError({
    code: 'bad-description',
    op: 'expectShape',
    problem:
      wrong === undefined
        ? `"${description}" says "..." more than once`
        : `"${wrong}" in "${description}" is no name, number, "_" or "..."`,
    received: description,
    remedy: "expectShape(x, 'batch time 64')",
  });
}

function refuse(spec: Spec, problem: string): never {
  throw new ShapeError({
    code: 'unexpected-shape',
    op: 'expectShape',
    problem: `the tensor is ${spec}: ${problem}`,
    scope: currentPath(),
    received: spec.shape,
  });
}
