/** What the worker of the browser test runs. */
import { stepsTaken } from './steps-taken.ts';

addEventListener('message', () => postMessage(stepsTaken()));
