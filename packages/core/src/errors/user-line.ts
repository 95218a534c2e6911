/** Where in the user's own code a call was made: the first line of the stack that is none of this library's. */

/** The folder that this library's modules lie in, or the one file that they have been bundled into. */
const own: string = new URL('..', import.meta.url).href;

/** `model.ts:12:5`, with the path as the stack has it; undefined where the stack does not say. */
export function userLine(stack: string | undefined = new Error('where').stack): string | undefined {
  for (const line of (stack ?? '').split('\n')) {
    // V8 writes "at name (place)" or "at place"; other engines write "name@place".
    const place = /(?:\(|at (?:async )?|@)([^()@\s][^()@]*:\d+:\d+)\)?\s*$/.exec(line)?.[1];
    if (place === undefined || /^(?:node:|native|<anonymous>)/.test(place)) continue;
    if (!withoutScheme(place).startsWith(withoutScheme(own))) return withoutScheme(place);
  }
  return undefined;
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
