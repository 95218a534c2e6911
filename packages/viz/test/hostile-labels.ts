/** Labels that have broken pictures and pages elsewhere. */
export const hostileLabels: readonly string[] = [
  '</script><script>alert(1)</script>',
  '</text></svg><img src=x onerror=alert(1)>',
  '" onload="alert(1)',
  'it\'s "quoted"',
  'a <b> & c > d &amp; &#60;script&#62;',
  ']]> --> <!-- <![CDATA[ <?xml ?>',
  'javascript:alert(1)',
  '😀 émoji 日本語 العربية',
  'null',
  'undefined',
  '__proto__',
  '${1 + 1} {{ 1 + 1 }} %s',
  ' spaces  around ',
  'C:\\new\\N \\G \\l',
];
