/** Gives the ids of a picture a prefix, so that two pictures in one page do not take each other's clip paths and gradients. */
import { type SvgElement, everyElement } from './svg-tree.ts';

/** Attributes that hold ids, separated by spaces. */
const idLists = new Set(['aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns']);

/** Changes ids and every reference to them within the tree; references to what is not in the tree stay. */
export function prefixIds(root: SvgElement, prefix: string): void {
  const ids = new Set<string>();
  for (const { attributes } of everyElement(root)) {
    const id = attributes.get('id');
    if (id !== undefined) ids.add(id);
  }
  const renamed = (id: string) => (ids.has(id) ? `${prefix}${id}` : id);
  for (const { attributes } of everyElement(root)) {
    for (const [name, value] of attributes) {
      if (name === 'id') attributes.set(name, renamed(value));
      else if (name === 'href' && value.startsWith('#')) attributes.set(name, `#${renamed(value.slice(1))}`);
      else if (idLists.has(name)) attributes.set(name, value.split(/\s+/).map(renamed).join(' '));
      else if (value.includes('url(')) {
        attributes.set(
          name,
          value.replace(/url\(\s*["']?#([^"')]*)["']?\s*\)/g, (_, id: string) => `url(#${renamed(id)})`),
        );
      }
    }
  }
}
