/** The form of a tree as plain data: what a graph takes and gives. */
import { ArgumentError } from '../errors/edgewise-error.ts';
import type { Structure } from '../tensor/tree.ts';
import type { FormJson, PlainJson } from './graph-json.ts';

/**
 * The form as data; instances of classes are saved as objects of their fields.
 *
 * @param isArgument whatever is no tensor in an argument has had its say when the function was traced: it is saved where it
 *   is data, and may be anything
 * @throws ArgumentError `not-saved`
 */
export function formToJson(structure: Structure, path: string, isArgument: boolean): FormJson {
  const inside = (item: Structure, at: string): FormJson => formToJson(item, path + at, isArgument);
  switch (structure.kind) {
    case 'leaf':
      return 'tensor';
    case 'static': {
      const { value } = structure;
      if (isPlain(value)) return { value };
      return value === undefined || isArgument ? 'nothing' : refuse(`${path} is a ${typeof value}`);
    }
    case 'array':
      return structure.items.map((item, k) => inside(item, `[${k}]`));
    case 'map': {
      const { keys, items } = structure;
      return {
        map: items.map((item, k) => {
          const key = keys[k];
          return isPlain(key)
            ? ([key, inside(item, `.get(${String(key)})`)] as const)
            : refuse(`a key of ${path} is ${typeof key === 'object' ? 'an' : 'a'} ${typeof key}`);
        }),
      };
    }
    case 'object': {
      const { keys, items } = structure;
      return { object: Object.fromEntries(items.map((item, k) => [keys[k]!, inside(item, `.${keys[k]!}`)] as const)) };
    }
  }
}

function isPlain(value: unknown): value is PlainJson {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function refuse(what: string): never {
  throw new ArgumentError({
    code: 'not-saved',
    op: 'toJson',
    problem: `${what}, which is not data`,
    remedy: 'a traced function that takes and gives tensors, numbers and texts in objects, lists and Maps',
  });
}
