/** How a report looks: one column, pictures in frames that scroll, black on white on paper. */

/** Style sheet of a report, in the colours that the theme defines for `.page`. */
export const pageCss: string = `:root{color-scheme:light dark}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
*{box-sizing:border-box}
body{margin:0;padding:0 1rem 3rem;background:var(--ew-paper);color:var(--ew-ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
header,nav,main,footer{max-width:960px;margin:0 auto}
header{padding-top:2rem}
h1{margin:0 0 .5rem;font-size:1.9rem;line-height:1.2;overflow-wrap:anywhere}
h2{margin:2.5rem 0 .5rem;font-size:1.35rem;line-height:1.25;overflow-wrap:anywhere}
p{margin:.5rem 0;max-width:70ch;overflow-wrap:anywhere}
header p{font-size:1.1rem}
a{color:var(--ew-link)}
nav ol{margin:1.25rem 0 0;padding:.75rem 1rem .75rem 2.25rem;border:1px solid var(--ew-line);border-radius:8px;background:var(--ew-module-fill);columns:18rem auto;column-gap:2.5rem}
.themes{border:0;padding:0;margin:1rem 0 0;color:var(--ew-soft);font-size:.9rem}
.themes legend{float:left;padding:0;margin-right:.75rem}
.themes label{margin-right:.75rem;cursor:pointer}
main:focus{outline:none}
:focus-visible{outline:3px solid var(--ew-link);outline-offset:2px}
figure{margin:1rem 0}
.frame{overflow:auto;border:1px solid var(--ew-line);border-radius:8px;background:var(--ew-paper)}
.frame svg{display:block;margin:0 auto}
.full:checked~.frame{max-height:90vh}
.full:checked~.frame svg{max-width:none}
.table{width:fit-content;max-width:100%}
/* On a narrow screen text keeps its size, and the frame scrolls. */
@media (max-width:40rem){.frame svg{max-width:none}}
.full,.full+label{cursor:pointer;color:var(--ew-soft);font-size:.9rem}
.full+label{display:inline-block;padding:.25rem .5rem .25rem .25rem}
iframe.inner{display:block;width:100%;height:min(46rem,90vh);margin:1rem 0;border:1px solid var(--ew-line);border-radius:8px;background:var(--ew-paper)}
figcaption,caption{padding:.5rem 0;color:var(--ew-soft);font-size:.95rem;text-align:left}
ul.links{margin:.3rem 0 .8rem;padding-left:1.2rem}
figcaption{max-width:70ch}
caption{padding:.5rem .75rem}
table{border-collapse:collapse;font-size:.95rem;min-width:18rem}
th,td{padding:.35rem .75rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--ew-line)}
tbody tr:last-child td{border-bottom:0}
.number{text-align:right;font-variant-numeric:tabular-nums}
footer{margin-top:3rem;padding-top:.75rem;border-top:1px solid var(--ew-line);color:var(--ew-soft);font-size:.85rem}
.skip{position:absolute;left:-100vw;top:0;padding:.5rem 1rem;background:var(--ew-paper)}
.skip:focus{left:0}
@media print{
body{padding:0;font-size:11pt}
.themes,.skip,.full,.full+label{display:none}
.frame{overflow:visible;max-height:none;border:0}
.frame svg,.full:checked~.frame svg{max-width:100%;max-height:24cm;width:auto}
figure,tr{break-inside:avoid}
h2{break-after:avoid}
}`;
