/** The only script of a report: it offers a choice of colours and remembers it. Without it the page follows the system. */

/** Kept free of anything that HTML would read as markup. */
export const themeScript: string = `
'use strict';
const root = document.documentElement;
const choice = document.querySelector('.themes');
const radios = [...choice.querySelectorAll('input')];
const show = (theme) => {
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const radio of radios) radio.checked = radio.value === (root.dataset.theme ?? 'auto');
};
// A page opened from a file may be refused storage.
const stored = (act) => { try { return act(localStorage); } catch { return null; } };
show(stored((storage) => storage.getItem('edgewise-theme')));
// In a frame it follows the page around, which has a choice of its own.
choice.hidden = window !== window.parent;
choice.addEventListener('change', ({ target }) => {
  show(target.value);
  stored((storage) => storage.setItem('edgewise-theme', target.value));
});
`;

/** SHA-256 of the script in base64: the page's security policy lets this script run and no other. A test keeps the two together. */
export const themeScriptHash: string = 'aC172Iyii7eVfwkNh1nQKzqfxGN3L9lm5cIOsX0nbq0=';
