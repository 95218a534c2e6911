/** A rule bound to the Variables that it moves: the form for training loops with `loss.backward()`. */
import {
  ArgumentError,
  Module,
  ShapeError,
  Tensor,
  type UpdateRule,
  Variable,
  flatten,
  inference,
  scope,
  unflatten,
  variable,
  zerosLike,
} from '@edgewise/core';

/** What an optimizer can be made for: a model, or Variables with or without names. */
export type Trained = Module | ReadonlyMap<string, Variable> | Iterable<Variable>;

/** One tensor of the rule's state, and the parameter that it belongs to, if to any one. */
interface StateCell {
  readonly variable: Variable;
  readonly parameter: string | undefined;
}

/** A rule together with the parameters that it moves and the Variables that hold its state. Made by `optimizer`. */
export class Optimizer {
  readonly rule: UpdateRule;
  /** What `step()` moves, by name. */
  readonly parameters: ReadonlyMap<string, Variable>;
  readonly #state: readonly StateCell[];
  readonly #structure: ReturnType<typeof flatten>['structure'];

  /** @internal Users call `optimizer`. */
  constructor(rule: UpdateRule, parameters: ReadonlyMap<string, Variable>) {
    this.rule = rule;
    this.parameters = parameters;
    const initial = flatten(rule.init(this.#read((parameter) => parameter.value)), 'optimizer');
    this.#structure = initial.structure;
    this.#state = initial.leaves.map((leaf, k) => {
      const { name, parameter } = namesIn(initial.paths[k] ?? '');
      return { variable: variable(leaf as Tensor, { name: `${rule.name}/${name}`, trainable: false }), parameter };
    });
  }

  /** The Variables that hold the rule's state, by name: `adam/step`, `adam/m/hidden0/weight`. */
  variables(): Map<string, Variable> {
    return new Map(this.#state.map(({ variable: cell }) => [cell.name ?? '', cell]));
  }

  /**
   * Moves every parameter that has a gradient, and clears the gradients. Parameters without one stay as they are, and
   * so does their state; only what the rule counts for all of them, such as steps, goes on. If the rule throws, nothing
   * has changed.
   *
   * @throws ArgumentError `no-gradient`; ShapeError `rule-changed-shape`
   */
  step(): void {
    const moving = new Set([...this.parameters].flatMap(([name, { grad }]) => (grad === undefined ? [] : [name])));
    if (moving.size === 0) {
      throw new ArgumentError({
        code: 'no-gradient',
        op: `${this.rule.name}.step`,
        problem: 'no parameter has a gradient; a step clears those that it has used',
        expected: [...this.parameters.keys()],
        remedy: 'loss.backward() before each step()',
      });
    }
    // The rule sees whole trees; what it makes of a missing gradient is left unused.
    const next = inference(() =>
      scope(this.rule.name, () => {
        const { parameters, state } = this.rule.update(
          this.#read((parameter) => parameter.grad ?? zerosLike(parameter.value)),
          unflatten(
            this.#structure,
            this.#state.map((cell) => cell.variable.value),
          ),
          this.#read((parameter) => parameter.value),
        );
        return { parameters, state: flatten(state, 'optimizer').leaves };
      }),
    );
    const writes: (readonly [Variable, Tensor])[] = [];
    const write = (cell: Variable, value: Tensor | undefined): void => {
      checkFits(this.rule.name, cell, value);
      writes.push([cell, value]);
    };
    for (const name of moving) write(this.parameters.get(name)!, next.parameters.get(name));
    this.#state.forEach(({ variable: cell, parameter }, k) => {
      if (parameter === undefined || moving.has(parameter)) write(cell, next.state[k] as Tensor | undefined);
    });
    for (const [cell, value] of writes) cell.assign(value);
    this.clear();
  }

  /** Empties all gradients without a step. */
  clear(): void {
    for (const parameter of this.parameters.values()) parameter.clearGrad();
  }

  toString(): string {
    return `optimizer(${this.rule.name}, ${this.parameters.size} parameters)`;
  }

  #read(what: (parameter: Variable) => Tensor): Map<string, Tensor> {
    return new Map([...this.parameters].map(([name, parameter]) => [name, what(parameter)]));
  }
}

/**
 * Binds a rule to a model's trainable parameters, or to Variables, each moved once however often it is listed. The
 * state lives in Variables too, so a whole step (forward, `loss.backward()`, `step()`) traces into one pure graph.
 *
 * @throws ArgumentError `no-parameters`, `not-a-rule`, `not-variables`
 * @example
 * const w = variable(3, { name: 'w' });
 * const descent = optimizer(sgd({ learningRate: 0.1 }), [w]);
 * w.value.square().backward();
 * descent.step();
 * w.value.item(); // 2.4
 */
export function optimizer(rule: UpdateRule, trained: Trained): Optimizer {
  checkRule(rule);
  const parameters = parametersOf(trained);
  if (parameters.size > 0) return new Optimizer(rule, parameters);
  throw new ArgumentError({
    code: 'no-parameters',
    op: 'optimizer',
    problem: `nothing to train: ${trained instanceof Module ? 'the model has' : 'there are'} no trainable Variables`,
    expected: 'at least one trainable Variable',
    received: trained,
    remedy: 'variable(value) in a field of the model',
  });
}

function checkRule(rule: unknown): void {
  if (typeof rule === 'object' && rule !== null && 'init' in rule && 'update' in rule) return;
  throw new ArgumentError({
    code: 'not-a-rule',
    op: 'optimizer',
    problem: `expected a rule first, received ${nameOf(rule)}`,
    expected: 'init and update',
    received: rule,
    remedy: 'optimizer(sgd({ learningRate: 0.1 }), model)',
  });
}

function nameOf(value: unknown): string {
  if (value instanceof Module) return 'a model';
  if (value instanceof Variable || value instanceof Tensor) return String(value);
  if (value === undefined) return 'nothing';
  return value === null ? 'null' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function refuseTrained(problem: string, received: unknown, remedy: string): never {
  throw new ArgumentError({
    code: 'not-variables',
    op: 'optimizer',
    problem: `${problem}; expected a model, or Variables in a list or a Map`,
    expected: 'a model, or Variables',
    received,
    remedy,
  });
}

function isIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function parametersOf(trained: Trained): Map<string, Variable> {
  const named =
    trained instanceof Module
      ? trained.variables()
      : trained instanceof Map
        ? (trained as ReadonlyMap<string, Variable>)
        : undefined;
  if (named === undefined && !isIterable(trained)) {
    const one: unknown = trained;
    const listed = one instanceof Variable ? `[${one.name ?? 'w'}]` : 'Object.values(variables)';
    refuseTrained(`received ${nameOf(one)}`, trained, `optimizer(rule, ${listed})`);
  }
  const parameters = new Map<string, Variable>();
  const met = new Set<Variable>();
  const take = (candidate: Variable | undefined, name: string): void => {
    if (!(candidate instanceof Variable)) {
      const parts = '[...encoder.parameters(), ...decoder.parameters()]';
      refuseTrained(`received ${nameOf(candidate)} among Variables`, candidate, `optimizer(rule, ${parts})`);
    }
    if (!candidate.trainable || met.has(candidate)) return;
    met.add(candidate);
    parameters.set(name, candidate);
  };
  if (named !== undefined) for (const [name, candidate] of named) take(candidate, name);
  else {
    for (const candidate of trained as Iterable<Variable | undefined>) {
      take(candidate, freeName(candidate?.name, parameters));
    }
  }
  return parameters;
}

/** Two layers' weights are both called "weight" when they are listed without a model. */
function freeName(name = 'parameter', taken: ReadonlyMap<string, unknown>): string {
  let free = name;
  for (let k = 1; taken.has(free); k++) free = `${name}${k}`;
  return free;
}

/** `m.get("hidden0/weight")` in the state's tree is `m/hidden0/weight`, and belongs to parameter `hidden0/weight`. */
function namesIn(path: string): { name: string; parameter: string | undefined } {
  const [, field = path, quoted, rest = ''] = /^(.*)\.get\((".*")\)(.*)$/.exec(path) ?? [];
  const parameter = quoted === undefined ? undefined : (JSON.parse(quoted) as string);
  const parts = [field.replaceAll('.', '/'), parameter, rest.replace('.', '')];
  return { name: parts.filter((part) => part !== undefined && part !== '').join('/'), parameter };
}

function checkFits(rule: string, cell: Variable, value: Tensor | undefined): asserts value is Tensor {
  const received = value === undefined ? 'nothing' : String(value.spec);
  if (received === String(cell.spec)) return;
  throw new ShapeError({
    code: 'rule-changed-shape',
    op: `${rule}.step`,
    problem: `the rule gives ${received} for ${cell.toString()}; nothing was assigned`,
    expected: cell.spec,
    received,
  });
}
