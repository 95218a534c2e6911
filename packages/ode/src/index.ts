/** Solvers of ordinary differential equations. */
export { solve } from './solve.ts';
export { type InPlace, type RightHandSide, inPlace } from './problem.ts';
export type { Occurrence, Solution } from './solution.ts';
export { type Step, steps } from './steps.ts';
export type { CommonOptions, Event, PlainEvent, PlainSolveOptions, Progress, SolveOptions } from './options.ts';
export type { ImplicitOptions, PlainImplicitOptions } from './implicit-options.ts';
export type { FillJacobian } from './jacobian.ts';
export type { Crossing } from './events.ts';
export { type MethodName, methods } from './methods.ts';
export type { DenseOutput, Method, MethodState, Switching, Trouble } from './method.ts';
export type { Controller } from './control/controller.ts';
export { controllers } from './control/controllers.ts';
export type { Derivative, Jacobian, MassMatrix, SparseStructure, Sparsity, StoredSparsity, System } from './system.ts';
export type { Statistics } from './statistics.ts';
export type { Failure, Status } from './status.ts';
export type { Tolerance } from './tolerance.ts';
