/** Models made of parts: parameters, names and scopes are found from plain class fields. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import { recording } from '../graph/recording.ts';
import { Scope, inScope } from '../graph/scope.ts';
import { showAsText } from '../tensor/format.ts';
import { Variable } from '../tensor/variable.ts';

/** Prototypes whose own `forward` opens a scope already. */
const scoped = new WeakSet<object>();
/** Modules whose forward is running, innermost last, with the name each is called by there. */
const running: Module[] = [];

/**
 * The base of models and layers. Fields that hold Variables, Modules, or arrays, Maps and plain objects of them are its
 * parts; their names are the names of the fields. `forward` runs in a scope of the part's name, so pictures and errors
 * show it. (A `forward` written as an arrow-function field has no scope: write it as a method.)
 *
 * @example
 * class Scale extends Module {
 *   factor = variable(2);
 *   forward(x: Tensor): Tensor {
 *     return x.mul(this.factor);
 *   }
 * }
 * new Scale().forward(tensor(3)).item(); // 6
 */
export abstract class Module {
  constructor() {
    // Each class's own forward is wrapped once, on its prototype: instances keep private fields and generics as they are.
    for (
      let at = Object.getPrototypeOf(this) as object;
      at !== Module.prototype && at !== null;
      at = Object.getPrototypeOf(at) as object
    ) {
      if (!scoped.has(at) && Object.hasOwn(at, 'forward')) wrapForward(at);
      scoped.add(at);
    }
  }

  abstract forward(...inputs: never[]): unknown;

  /**
   * All Variables of this module and its parts by path (`hidden0/weight`), each once, in order of fields.
   *
   * @throws ArgumentError `same-name` where two have one path, as `hidden1` and the second of a list `hidden`
   */
  variables(): Map<string, Variable> {
    const found = new Map<string, Variable>();
    const met = new Set<Variable | Module>();
    const collect = (module: Module, path: string): void => {
      if (met.has(module)) return;
      met.add(module);
      for (const [name, part] of partsOf(module)) {
        const at = path === '' ? name : `${path}/${name}`;
        if (part instanceof Module) collect(part, at);
        else if (!met.has(part)) {
          met.add(part);
          part.name ??= name;
          if (found.has(at)) refuseSameName(this.constructor.name, at);
          found.set(at, part);
        }
      }
    };
    collect(this, '');
    return found;
  }

  /** The Variables that training changes, each once. */
  parameters(): Variable[] {
    return [...this.variables().values()].filter((variable) => variable.trainable);
  }

  /** A tree of the parts with shapes, and the number of trainable numbers. */
  toString(): string {
    const lines: string[] = [];
    const describe = (module: Module, name: string, indent: string, around: readonly Module[]): void => {
      lines.push(`${indent}${name}${name === '' ? '' : ': '}${module.constructor.name}`);
      if (around.includes(module)) return;
      for (const [part, value] of partsOf(module)) {
        if (value instanceof Module) describe(value, part, `${indent}  `, [...around, module]);
        else lines.push(`${indent}  ${part}: ${value.spec.toString()}${value.trainable ? '' : ', not trained'}`);
      }
    };
    describe(this, '', '', []);
    const count = this.parameters().reduce((sum, { spec }) => sum + spec.shape.reduce((a, b) => a * b, 1), 0);
    lines.push(`${count} parameters`);
    return lines.join('\n');
  }
}

showAsText(Module.prototype);

function wrapForward(prototype: object): void {
  const inner: unknown = Object.getOwnPropertyDescriptor(prototype, 'forward')?.value;
  if (typeof inner !== 'function') return;
  const call = (self: Module, inputs: unknown[]): unknown => Reflect.apply(inner, self, inputs);
  const forward = function (this: Module, ...inputs: unknown[]): unknown {
    // super.forward(): the scope is open already.
    if (running.at(-1) === this) return call(this, inputs);
    const parent = running.at(-1);
    running.push(this);
    try {
      return inScope(new Scope(nameWithin(parent, this), recording.scope), () => call(this, inputs));
    } finally {
      running.pop();
    }
  };
  Object.defineProperty(prototype, 'forward', { value: forward, writable: true, configurable: true });
}

/** What a module is called: the field of the module that calls it, or at the root its class. */
function nameWithin(parent: Module | undefined, module: Module): string {
  for (const [name, part] of partsOf(module)) if (part instanceof Variable) part.name ??= name;
  if (parent !== undefined) for (const [name, part] of partsOf(parent)) if (part === module) return name;
  const { name } = module.constructor;
  return name === name.toUpperCase() ? name.toLowerCase() : name.charAt(0).toLowerCase() + name.slice(1);
}

function refuseSameName(op: string, path: string): never {
  throw new ArgumentError({
    code: 'same-name',
    op,
    problem: `two Variables are called "${path}", as entry 1 of a list "a" is called a1`,
  });
}

/** Variables and modules in the fields; those in a list or record carry its name and their place: `hidden0`. */
function* partsOf(module: Module): Generator<[name: string, part: Variable | Module]> {
  for (const [field, value] of Object.entries(module)) yield* partsIn(field, value, []);
}

/** `around` are the lists and records that the value lies in, one of which it may be itself. */
function* partsIn(
  name: string,
  value: unknown,
  around: readonly unknown[],
): Generator<[name: string, part: Variable | Module]> {
  if (value instanceof Variable || value instanceof Module) yield [name, value];
  else if (typeof value === 'object' && value !== null && !around.includes(value)) {
    const dot = Array.isArray(value) ? '' : '.';
    const entries = value instanceof Map ? value : isPlain(value) ? Object.entries(value) : [];
    for (const [key, item] of entries) yield* partsIn(`${name}${dot}${String(key)}`, item, [...around, value]);
  }
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
