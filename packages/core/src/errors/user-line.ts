/** Where in the user's own code a call was made: the first line of the stack that is none of this library's. */

/** The folder that this library's modules lie in, or the one file that they have been bundled into. */
const own: string = import.meta.url.replace(/[^/]*\/[^/]*$/, ''); // by hand: bundlers take a `new URL` of it for a file to put in

/** The folder in which this package lies, where it is `core/src/` or `core/dist/`; else nothing that a line begins with. */
const beside: string = /^(.*[\\/])core[\\/](?:src|dist)[\\/]$/.exec(withoutScheme(own))?.[1] ?? '\0';

/** `model.ts:12:5`, with the path as the stack has it; undefined where the stack does not say. */
export function userLine(stack: string | undefined = new Error('where').stack): string | undefined {
  for (const line of (stack ?? '').split('\n')) {
    const place = placeIn(line);
    if (place === undefined || /^(?:node:|native|<anonymous>|eval at )/.test(place)) continue;
    if (!isOurs(withoutScheme(place))) return withoutScheme(place);
  }
  return undefined;
}

/** A layer inside a loop inside a training step lies deeper than the ten lines that engines keep of a stack. */
const DEEP = 200;

/** The stack of the caller with more lines than engines keep of themselves: costs more. */
export function deepStack(): string | undefined {
  return deepTrace().stack;
}

/** The same before it is written out, which is where most of the time goes. */
export function deepTrace(): Error {
  // Of V8 alone; elsewhere nobody reads it.
  const engine = Error as { stackTraceLimit?: number };
  const limit = engine.stackTraceLimit;
  engine.stackTraceLimit = DEEP;
  const trace = new Error('where');
  if (limit === undefined) delete engine.stackTraceLimit;
  else engine.stackTraceLimit = limit;
  return trace;
}

/**
 * V8 writes "at name (place)" or "at place"; other engines write "name@place". A place may have spaces, parentheses and "@"
 * in it: where this library is installed, each of its lines has one.
 */
function placeIn(line: string): string | undefined {
  const [, inBrackets, bare] = /^\s*at (?:.*? \((.*)\)|(?:async )?(.*))$/.exec(line) ?? [];
  const place = inBrackets ?? bare ?? /^[^@]*@(.*)$/.exec(line)?.[1];
  return place !== undefined && /:\d+:\d+$/.test(place) ? place : undefined;
}

/** Whether a line is of this package, or of another of this library: a layer's own call is not what its user wrote. */
function isOurs(place: string): boolean {
  return (
    place.startsWith(withoutScheme(own)) ||
    /[\\/]node_modules[\\/]@edgewise[\\/]/.test(place) ||
    // In the workspace the packages lie beside each other, and are not in node_modules.
    (place.startsWith(beside) && /^\w+[\\/](?:src|dist)[\\/]/.test(place.slice(beside.length)))
  );
}

/** As a path: engines write addresses, in which a space is "%20", where others write paths. */
function withoutScheme(place: string): string {
  const path = place.replace(/^file:\/\//, '');
  try {
    return decodeURI(path);
  } catch {
    return path; // a percent sign of its own
  }
}
