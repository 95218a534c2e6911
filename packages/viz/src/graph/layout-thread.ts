/** A thread in which Graphviz runs, so that a layout can be stopped and nobody waits for it who need not. */
import { nodeModule } from '../node-modules.ts';
import { type Drawn, type Engine, type Layout, startGraphviz } from './graphviz.ts';

export interface LayoutRequest {
  readonly dot: string;
  readonly engine: Engine;
}

/** `ready` comes once, when Graphviz is loaded. */
export type LayoutAnswer = Drawn | 'ready';

/** A layout took longer than it may. */
export class TooSlow extends Error {}

/** A thread, of Node or of a page. */
interface Thread {
  send(request: LayoutRequest): void;
  end(): void;
  /** Whether the process waits for it. */
  hold(isHeld: boolean): void;
  /** Who is told of what comes back, and of a thread that has failed. */
  onAnswer: (answer: LayoutAnswer) => void;
  onFailure: () => void;
}

let starting: Promise<Thread | undefined> | undefined;

/** Layouts follow each other: there is one thread. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Lays a graph out in the thread, or in this one where none can be started: then nothing stops it.
 *
 * @param timeLimit in milliseconds, from when Graphviz is loaded and free
 * @throws TooSlow
 */
export async function layoutAside(dot: string, engine: Engine, timeLimit: number): Promise<Drawn> {
  const drawing = last.then(async () => {
    starting ??= start();
    const thread = await starting;
    return thread === undefined ? (await here())(dot, engine) : inThread(thread, { dot, engine }, timeLimit);
  });
  last = drawing.catch(() => undefined);
  return drawing;
}

let loadedHere: Promise<Layout> | undefined;

/** Graphviz in this thread, loaded at first use: it is over a megabyte. */
async function here(): Promise<Layout> {
  loadedHere ??= import('graphviz-wasm').then(async ({ default: graphviz }) => startGraphviz(graphviz));
  try {
    return await loadedHere;
  } catch (error) {
    loadedHere = undefined;
    throw error;
  }
}

async function inThread(thread: Thread, request: LayoutRequest, timeLimit: number): Promise<Drawn> {
  thread.hold(true);
  return new Promise((resolve, reject) => {
    const giveUp = (error: Error): void => {
      clearTimeout(timer);
      thread.onFailure = () => {}; // its end is no failure of the next one
      starting = undefined;
      thread.end();
      reject(error);
    };
    const timer = setTimeout(() => giveUp(new TooSlow()), timeLimit);
    thread.onAnswer = (answer) => {
      if (answer === 'ready') return;
      clearTimeout(timer);
      thread.hold(false);
      resolve(answer);
    };
    thread.onFailure = () => giveUp(new Error('the thread in which Graphviz runs has ended; please report the graph'));
    thread.send(request);
  });
}

/** Undefined where there are no threads, or where the thread's file is not found: in a bundle that left it out. */
async function start(): Promise<Thread | undefined> {
  const thread = newThread();
  if (thread === undefined) return undefined;
  return new Promise((resolve) => {
    thread.onAnswer = () => {
      thread.hold(false);
      resolve(thread);
    };
    thread.onFailure = () => {
      thread.onFailure = () => {};
      thread.end();
      resolve(undefined);
    };
  });
}

function newThread(): Thread | undefined {
  const threads = nodeModule('node:worker_threads');
  if (threads !== undefined) return nodeThread(threads.Worker);
  return typeof Worker === 'undefined' ? undefined : pageThread();
}

function nodeThread(NodeWorker: NonNullable<ReturnType<typeof nodeModule<'node:worker_threads'>>>['Worker']): Thread {
  const here = import.meta.url; // a name, so that bundlers see one worker below and not another file here
  const worker = new NodeWorker(new URL('./layout-worker.js', here));
  const thread: Thread = {
    send: (request) => worker.postMessage(request),
    end: () => void worker.terminate(),
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    onAnswer: () => {},
    onFailure: () => {},
  };
  // Who sends these is `layout-worker.ts`, with the same type.
  worker.on('message', (answer) => thread.onAnswer(answer as LayoutAnswer));
  worker.on('error', () => thread.onFailure());
  worker.on('exit', () => thread.onFailure());
  return thread;
}

function pageThread(): Thread | undefined {
  let worker: Worker;
  try {
    // In these words bundlers find the worker.
    worker = new Worker(new URL('./layout-worker.js', import.meta.url), { type: 'module' });
  } catch {
    return undefined; // the page's policy, or its origin, allows none
  }
  const thread: Thread = {
    send: (request) => worker.postMessage(request),
    end: () => worker.terminate(),
    hold: () => {},
    onAnswer: () => {},
    onFailure: () => {},
  };
  worker.addEventListener('message', ({ data }: MessageEvent<LayoutAnswer>) => thread.onAnswer(data));
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    thread.onFailure();
  });
  return thread;
}
