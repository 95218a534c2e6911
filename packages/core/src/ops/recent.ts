/** What was worked out last, by what it was worked out from: a network asks for the same few windows again and again. */
export class Recent<Key, Value> {
  readonly #isSame: (a: Key, b: Key) => boolean;
  readonly #entries: { readonly key: Key; readonly value: Value }[] = [];

  constructor(isSame: (a: Key, b: Key) => boolean) {
    this.#isSame = isSame;
  }

  get(key: Key): Value | undefined {
    for (const entry of this.#entries) if (this.#isSame(entry.key, key)) return entry.value;
    return undefined;
  }

  /** Keeps it until eight others have been kept. */
  keep(key: Key, value: Value): Value {
    this.#entries.unshift({ key, value });
    this.#entries.length = Math.min(this.#entries.length, 8);
    return value;
  }
}
