/** The public names of @edgewise/core/testing. */
export { type CheckOptions, type GradientReport, checkGradients } from './check-gradients.ts';
export { type SampleInput, samplesOf } from './samples.ts';
