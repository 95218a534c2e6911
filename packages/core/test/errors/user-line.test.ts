/** Which line of a stack is the user's own, as engines write stacks and packages are installed. */
import { expect, test } from 'vitest';
import { userLine } from '../../src/errors/user-line.ts';

const v8 = (...frames: string[]): string => ['Error: where', ...frames.map((frame) => `    at ${frame}`)].join('\n');

test('lines of an installed library are passed over, whatever its folder is called', () => {
  for (const folder of [
    '/home/me/app/node_modules/@edgewise/core/dist/bundle',
    '/home/me/my app (2)/node_modules/@edgewise/nn/dist',
    '/srv/.pnpm/@edgewise+core@1.0.0/node_modules/@edgewise/core/dist/bundle',
    'C:\\app\\node_modules\\@edgewise\\core\\dist',
  ]) {
    const stack = v8(
      `userLine (file://${folder}/shared.js:10:5)`,
      `${folder}/shared.js:20:5`,
      `async apply (${folder}/shared.js:30:5)`,
      'train (/home/me/app/train.js:7:9)',
    );
    expect(userLine(stack)).toBe('/home/me/app/train.js:7:9');
  }
});

test('a path of the user’s may have spaces, brackets and "@" in it', () => {
  expect(userLine(v8('main (file:///home/me/my%20app%20(2)/@mine/a.js:1:2)'))).toBe(
    '/home/me/my app (2)/@mine/a.js:1:2',
  );
  expect(userLine(v8('/home/me/my app (2)/@mine/a.js:1:2'))).toBe('/home/me/my app (2)/@mine/a.js:1:2');
  expect(userLine(v8('async file:///home/me/a.js:1:2'))).toBe('/home/me/a.js:1:2');
  expect(userLine(v8('new Net (/home/me/a.js:1:2)'))).toBe('/home/me/a.js:1:2');
  expect(userLine(v8('f (/home/100%/a.js:1:2)'))).toBe('/home/100%/a.js:1:2');
});

test('other engines name a place behind "@"', () => {
  expect(
    userLine('f@http://localhost/node_modules/@edgewise/core/dist/a.js:1:2\ntrain@http://localhost/@me/train.js:7:9'),
  ).toBe('http://localhost/@me/train.js:7:9');
  expect(userLine('@http://localhost/train.js:7:9')).toBe('http://localhost/train.js:7:9');
});

test('what is no file is no line: Node’s own, native code, code that was evaluated', () => {
  expect(
    userLine(
      v8(
        'Array.map (<anonymous>)',
        'Module._compile (node:internal/modules/cjs/loader:1554:14)',
        'eval (eval at run (/home/me/a.js:1:2), <anonymous>:1:1)',
      ),
    ),
  ).toBeUndefined();
});
