/** Refuses what is not a list of numbers, with the place of the first wrong entry. */
import { badArgument, described, isList } from '../bad-argument.ts';

/** Throws unless `values` is an array or typed array of numbers (NaN and infinities are numbers); `name` says which in messages. */
export function checkNumbers(functionName: string, name: string, values: unknown): asserts values is ArrayLike<number> {
  if (!isList(values) && (!ArrayBuffer.isView(values) || values instanceof DataView)) {
    throw badArgument(functionName, {
      code: 'not-numbers',
      problem: `${name} is ${described(values)}; expected an array or typed array of numbers`,
      expected: 'an array or typed array of numbers',
      received: values,
      remedy: 'tensor.data for the values of a tensor',
    });
  }
  // A typed array is array-like; the check above does not tell TypeScript.
  const list = values as ArrayLike<unknown>;
  for (let index = 0; index < list.length; index++) {
    if (typeof list[index] === 'number') continue;
    throw badArgument(functionName, {
      code: 'not-numbers',
      problem: `${name}[${index}] is ${described(list[index])}; expected a number`,
      expected: 'a number',
      received: list[index],
    });
  }
}
