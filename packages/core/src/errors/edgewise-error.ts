/** How this library says no: an error is data (code, facts, place, remedy), and its text is made here. Knows nothing else. */

/** What is known about a refusal. `problem` is the first line's sentence; the rest are facts a program can read. */
export interface ErrorFacts {
  /** A stable, kebab-case name of the kind of mistake, for programs. */
  readonly code: string;
  /** What is wrong, with the facts, lower case, without a full stop. */
  readonly problem: string;
  /** The op or function that refuses. */
  readonly op?: string | undefined;
  /** Path of names to where the mistake was made: `mlp/hidden0/matmul`. */
  readonly scope?: string | undefined;
  readonly expected?: unknown;
  readonly received?: unknown;
  /** A statement to paste; only where it is known to help. */
  readonly remedy?: string | undefined;
  /** The graph as far as it was built, for pictures. */
  readonly graph?: object | undefined;
}

/**
 * The base of every error that Edgewise throws on purpose.
 *
 * @example
 * try {
 *   tensor([1, 2]).add(tensor([1, 2, 3]));
 * } catch (error) {
 *   if (error instanceof EdgewiseError) error.code; // 'shape-mismatch'
 * }
 */
export class EdgewiseError extends Error {
  override readonly name: string = 'EdgewiseError';
  readonly code: string;
  readonly problem: string;
  readonly expected: unknown;
  readonly received: unknown;
  readonly remedy: string | undefined;
  op: string | undefined;
  scope: string | undefined;
  graph: object | undefined;

  constructor(facts: ErrorFacts) {
    super(render(facts));
    this.code = facts.code;
    this.problem = facts.problem;
    this.op = facts.op;
    this.scope = facts.scope;
    this.expected = facts.expected;
    this.received = facts.received;
    this.remedy = facts.remedy;
    this.graph = facts.graph;
  }

  /** Completes the error with where it happened, unless somebody nearer to the mistake has said so already. */
  at(place: { op?: string; scope?: string | undefined; graph?: object | undefined }): this {
    // Engines copy the message into the stack when the error is made, or when the stack is first read.
    const [before, { stack }] = [this.message, this];
    this.op ??= place.op;
    if (this.scope === undefined && place.scope !== undefined) this.scope = pathOf(place.scope, this.op);
    this.graph ??= place.graph;
    this.message = render(this);
    if (stack !== undefined) this.stack = stack.replace(before, () => this.message);
    return this;
  }
}

/** Shapes that do not fit. */
export class ShapeError extends EdgewiseError {
  override readonly name = 'ShapeError';
}

/** A dtype where another is needed. */
export class DtypeError extends EdgewiseError {
  override readonly name = 'DtypeError';
}

/** An argument or option that makes no sense. */
export class ArgumentError extends EdgewiseError {
  override readonly name = 'ArgumentError';
}

/** A file that is not what it claims to be. */
export class FileError extends EdgewiseError {
  override readonly name = 'FileError';
}

/** The scope with the op at its end, said once: a named function may be called as the op in it is. */
function pathOf(scope: string, op: string | undefined): string | undefined {
  const names = scope === '' ? [] : scope.split('/');
  if (op !== undefined && names.at(-1) !== op) names.push(op);
  return names.length > 1 ? names.join('/') : undefined;
}

function render({ op, problem, scope, remedy }: Pick<ErrorFacts, 'op' | 'problem' | 'scope' | 'remedy'>): string {
  const lines = [op === undefined ? problem : `${op}: ${problem}`];
  if (scope !== undefined && scope !== '') lines.push(`  at ${scope}`);
  if (remedy !== undefined) lines.push(`  try ${remedy}`);
  return lines.join('\n');
}
