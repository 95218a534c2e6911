/** Randomness is counter-based: a key is a tensor, the same key gives the same numbers, and keys split into keys. */
export {
  bernoulli,
  categorical,
  type CategoricalOptions,
  integers,
  type IntegersOptions,
  permutation,
} from './random-choices.ts';
export { key, split, splitKeys } from './random-keys.ts';
export {
  normal,
  truncatedNormal,
  type TruncatedNormalOptions,
  uniform,
  type UniformOptions,
  unitUniform,
} from './random-numbers.ts';
