/** What an einsum expression says: a label for each axis of each operand, and those of the result. */
import { ArgumentError, ShapeError } from '../errors/edgewise-error.ts';
import { type Shape, shapeText } from '../tensor/shape.ts';

/**
 * Labels are letters; axes that an ellipsis stands for have the labels `.0`, `.1`, ... counted from the last, so that
 * those of several operands align as in broadcasting.
 */
export interface Expression {
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
}

/**
 * Reads `'ij,jk->ik'` for operands of known shapes. Without an arrow the result has the labels that occur once, in the
 * order of the alphabet, after those of the ellipsis.
 *
 * @throws ArgumentError `not-an-expression`, `operand-count`; ShapeError `rank-mismatch`
 */
export function readExpression(text: string, shapes: readonly Shape[]): Expression {
  const compact = text.replace(/\s/g, '');
  const [left = '', right, ...more] = compact.split('->');
  const terms = left.split(',');
  const isTerm = (term: string): boolean => /^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term);
  const wrong = [...terms, right ?? ''].find((term) => !isTerm(term));
  if (wrong !== undefined || more.length > 0) {
    refuse(
      text,
      wrong === undefined ? 'expected letters for axes, as in "ij,jk->ik"' : `"${wrong}" is no list of axes`,
    );
  }
  if (terms.length !== shapes.length) {
    throw new ArgumentError({
      code: 'operand-count',
      problem: `"${text}" is about ${terms.length} ${terms.length === 1 ? 'tensor' : 'tensors'}; received ${shapes.length}`,
      expected: terms.length,
      received: shapes.length,
    });
  }
  const operands = terms.map((term, k) => labelsOf(term, text, shapes[k]!, k));
  const all = new Set(operands.flat());
  const dots = [...all]
    .filter((label) => label.startsWith('.'))
    .toSorted((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
  if (right === undefined) return { operands, result: [...dots, ...onlyOnce(left)] };
  if (dots.length > 0 && !right.includes('...')) {
    refuse(text, 'the result lacks the ellipsis that an operand has');
  }
  const [before, after] = right.includes('...') ? right.split('...') : [right, ''];
  const result = [...before!, ...(right.includes('...') ? dots : []), ...after!];
  for (const [k, label] of result.entries()) {
    if (!all.has(label)) refuse(text, `the result has "${label}", which no operand has`);
    if (result.indexOf(label) !== k) refuse(text, `the result has "${label}" twice`);
  }
  return { operands, result };
}

function labelsOf(term: string, text: string, shape: Shape, number: number): string[] {
  const [before, after] = term.split('...');
  const letters = term.replace('...', '').length;
  const rest = shape.length - letters;
  if (after === undefined ? rest !== 0 : rest < 0) {
    throw new ShapeError({
      code: 'rank-mismatch',
      problem: `"${term}" in "${text}" names ${letters} ${letters === 1 ? 'axis' : 'axes'}${after === undefined ? '' : ' or more'}; operand ${number} has shape ${shapeText(shape)}`,
      expected: letters,
      received: shape.length,
    });
  }
  const dots = Array.from({ length: after === undefined ? 0 : rest }, (_, k) => `.${rest - 1 - k}`);
  return [...before!, ...dots, ...(after ?? '')];
}

function onlyOnce(left: string): string[] {
  const letters = [...left.replace(/[,.]/g, '')];
  return letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter)).toSorted();
}

function refuse(text: string, why: string): never {
  throw new ArgumentError({ code: 'not-an-expression', problem: `"${text}": ${why}`, received: text });
}

/** The expression comes first, before the tensors. */
export function checkIsText(expression: unknown): void {
  if (typeof expression === 'string') return;
  throw new ArgumentError({
    code: 'not-an-expression',
    problem: 'the first argument is the expression, a text',
    received: expression,
    remedy: "einsum('ij,jk->ik', x, y)",
  });
}
