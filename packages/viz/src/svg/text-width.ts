/** An estimate of how wide text is, for leaving room; nothing measures text where there is no screen. */

/** Width in pixels, rather too much than too little: about 0.6 of the font size a letter, and all of it for wide scripts and emoji. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const character of text) width += isWide(character) ? 1.05 : /[A-Z@%mwMW]/.test(character) ? 0.75 : 0.56;
  return width * fontSize;
}

/** The text, or as much of its beginning as fits with an ellipsis. */
export function shortened(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, fontSize) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

/** The text in lines that fit, broken at spaces where there are any; a no-break space is none. */
export function wrapped(text: string, fontSize: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[ \t\r\n]+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, fontSize) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}

function isWide(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (
    code >= 0x1100 &&
    (code <= 0x115f ||
      (code >= 0x2e80 && code <= 0xd7ff) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xff00 && code <= 0xff60) ||
      code >= 0x1f000)
  );
}
