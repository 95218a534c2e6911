/** The shell of every page: a policy that lets nothing in, colours in both themes and a choice between them. */
import { type ColourName, themeCss } from '../theme.ts';
import { escaped } from '../svg/svg-tree.ts';

export interface HtmlDocument {
  readonly title: string;
  readonly colours: readonly ColourName[];
  readonly css: string;
  readonly body: string;
  /** Scripts with their SHA-256 in base64: the policy lets these run and no others. */
  readonly scripts: readonly { readonly text: string; readonly hash: string }[];
  /** SHA-256 of the scripts of pages in its frames, which its policy holds for, too. */
  readonly framed?: readonly string[];
}

/** The choice of colours that `themeScript` brings to life. */
export const themeChoice: string = `<fieldset class="themes" hidden>
<legend>Colours</legend>
<label><input type="radio" name="theme" value="auto" checked> system</label>
<label><input type="radio" name="theme" value="light"> light</label>
<label><input type="radio" name="theme" value="dark"> dark</label>
</fieldset>`;

/** A whole document; `body` is markup, everything else text. */
export function htmlDocument({ title, colours, css, body, scripts, framed = [] }: HtmlDocument): string {
  const hashes = [...scripts.map(({ hash }) => hash), ...framed].map((hash) => `'sha256-${hash}'`).join(' ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src ${hashes}; base-uri 'none'; form-action 'none'">
<title>${escaped(title)}</title>
<style>
${themeCss('page', colours)}
${css}
</style>
</head>
<body class="page" data-theme="auto">
${body}
${scripts.map(({ text }) => `<script>${text}</script>`).join('\n')}
</body>
</html>
`;
}
