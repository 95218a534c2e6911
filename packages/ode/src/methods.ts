/** Every method by its name; the list of names there is. */
import type { Method } from './method.ts';
import { dopri5 } from './methods/dopri5.ts';
import { euler } from './methods/euler.ts';

export const methods: { readonly euler: Method; readonly dopri5: Method } = { euler, dopri5 };
