/** Solvers of ordinary differential equations. */
export { solve } from './solve.ts';
export { type InPlace, type RightHandSide, inPlace } from './problem.ts';
export type { Solution } from './solution.ts';
export type { SolveOptions } from './options.ts';
export { type MethodName, methods } from './methods.ts';
export type { DenseOutput, Method, MethodState, Trouble } from './method.ts';
export type { Derivative, Jacobian, MassMatrix, Sparsity, System } from './system.ts';
export type { Statistics } from './statistics.ts';
export type { Failure, Status } from './status.ts';
export type { Tolerance } from './tolerance.ts';
