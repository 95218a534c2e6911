/**
 * Modules of Node, asked for at run time: an import of them would keep this package out of pages. This file is the only one
 * that asks; a test says so, because the rule for imports does not see it.
 */

/** What is used of each module. */
interface NodeModules {
  readonly 'node:fs/promises': {
    writeFile(file: string, text: string): Promise<void>;
    readFile(file: string): Promise<Uint8Array<ArrayBuffer>>;
  };
  readonly 'node:worker_threads': {
    readonly Worker: new (file: URL) => NodeWorker;
    /** Null in the main thread. */
    readonly parentPort: NodePort | null;
  };
  readonly 'node:module': {
    createRequire(from: string): { resolve(module: string): string };
  };
}

/** A thread of Node, as far as it is used. */
export interface NodeWorker {
  on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void;
  postMessage(message: unknown): void;
  terminate(): unknown;
  ref(): void;
  unref(): void;
}

/** The other end, inside the thread. */
export interface NodePort {
  on(event: 'message', listener: (value: unknown) => void): void;
  postMessage(message: unknown): void;
}

/** A module of Node; undefined where this is not Node, or one before 20.16. */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(wanted: Name): NodeModules[Name] | undefined } };
  return process?.getBuiltinModule?.(name);
}
