/** The closest known names to a misspelt one. */

/** Names within a third of their length in edits, nearest first, at most three. */
export function nearestNames(wrong: string, known: Iterable<string>): string[] {
  const ranked: { name: string; distance: number }[] = [];
  for (const name of known) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
    if (distance <= Math.max(1, Math.ceil(Math.max(name.length, wrong.length) / 3))) ranked.push({ name, distance });
  }
  return ranked
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map((r) => r.name);
}

/** Insertions, deletions and substitutions between two words (Levenshtein 1966), one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
