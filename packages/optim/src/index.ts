/** Rules for moving parameters along gradients, and the optimizer that binds one to a model. */
export { type SgdOptions, type SgdState, sgd } from './rules/sgd.ts';
export { type AdamOptions, type AdamState, adam } from './rules/adam.ts';
export { type Optimizer, type Trained, optimizer } from './optimizer.ts';
export { type LearningRate, type Schedule } from './learning-rate.ts';
