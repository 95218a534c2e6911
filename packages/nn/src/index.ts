/** Layers, losses and data for neural networks, as plain modules and plain functions. */
export { Module } from '@edgewise/core';

// Layers
export { Linear, type LinearOptions } from './linear.ts';
export { MLP, type MLPOptions } from './mlp.ts';
export type { KeyOptions } from './keys.ts';

// Activations and initializers
export { type Activation, type ActivationName, activations } from './activations.ts';
export {
  type Initializer,
  type WeightSpec,
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
} from './initializers.ts';

// Losses and metrics
export { crossEntropy, meanSquaredError } from './losses.ts';
export { accuracy } from './metrics.ts';

// Data
export { type BatchOptions, batches } from './data/batches.ts';
export { type IdxArray, type IdxFile, type IdxOptions, idxMagic, parseIdx } from './data/idx.ts';
export { type SpiralOptions, twoSpirals } from './data/spirals.ts';
