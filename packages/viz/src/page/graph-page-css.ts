/** How a graph's page looks: the graph takes the room there is, details stand beside it, the player below. */

/** Style sheet of a graph's page, in the colours that the theme defines for `.page`. */
export const graphPageCss: string = `:root{color-scheme:light dark}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{display:flex;flex-direction:column;min-height:100vh;margin:0;background:var(--ew-paper);color:var(--ew-ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
header{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;padding:.5rem 1rem}
h1{margin:0;font-size:1.2rem;overflow-wrap:anywhere}
h2{margin:0 0 .4rem;font-size:1.1rem;overflow-wrap:anywhere}
h3{margin:.9rem 0 .2rem;font-size:.95rem}
p{margin:0}
#caption,#count,footer,#found{color:var(--ew-soft);font-size:.9rem}
button,input,select{font:inherit;color:var(--ew-ink);background:var(--ew-paper);border:1px solid var(--ew-module-edge);border-radius:6px;padding:.2rem .55rem}
button{cursor:pointer}
button[aria-pressed=true]{background:var(--ew-input-fill);border-color:var(--ew-input-edge)}
button:disabled{color:var(--ew-soft);cursor:default}
:focus-visible{outline:3px solid var(--ew-link);outline-offset:1px}
#views{max-width:20rem}
#find{width:17rem;max-width:60vw}
form{display:flex;gap:.4rem;align-items:center}
.buttons{display:flex;gap:.25rem;flex-wrap:wrap}
.themes{border:0;padding:0;margin:0 0 0 auto;color:var(--ew-soft);font-size:.85rem}
.themes legend{float:left;padding:0;margin-right:.5rem}
.themes label{margin-right:.4rem}
main{flex:1 0 auto;display:grid;grid-template:minmax(26rem,1fr) auto/minmax(0,1fr) 20rem;border-block:1px solid var(--ew-line)}
#stage{position:relative;overflow:hidden;touch-action:none;cursor:grab}
#stage:focus-visible{outline-offset:-3px}
#scene{position:absolute;left:0;top:0;transform-origin:0 0}
#scene.moving{will-change:transform;cursor:grabbing}
#scene .ew-picture>rect{fill:none}
#scene.far :is(text,.edge polygon){display:none}
#scene .ew-picture{max-width:none}
#scene .node,#scene .edge{cursor:pointer}
#scene .edge path{stroke-width:1.3}
#overlay{position:absolute;left:0;top:0;overflow:visible;pointer-events:none}
#overlay text{font-size:13px;font-weight:600;text-anchor:middle;paint-order:stroke;stroke:var(--ew-paper);stroke-width:4px;stroke-linejoin:round}
#overlay .value{fill:var(--ew-output-edge)}
#overlay .sum,#overlay .share{fill:var(--ew-backward-edge)}
#overlay .now{font-size:15px}
#map{position:absolute;right:.5rem;bottom:.5rem;border:1px solid var(--ew-module-edge);background:var(--ew-paper);overflow:hidden;line-height:0}
#map rect{fill:var(--ew-soft)}
#map .view{position:absolute;left:0;top:0;border:2px solid var(--ew-alarm);will-change:transform}
#details{border-left:1px solid var(--ew-line);padding:.8rem 1rem;overflow:auto}
@media (min-width:46.01rem){#details{contain:size}}
#details pre{margin:.6rem 0;white-space:pre-wrap;overflow-wrap:anywhere;font:12px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
#details dl{display:grid;grid-template-columns:auto 1fr;gap:.15rem .7rem;margin:.4rem 0}
#details dt{color:var(--ew-soft)}
#details dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
#details ul{margin:.2rem 0;padding:0;list-style:none}
#details li{margin:.2rem 0}
#details li button{text-align:left;width:100%;overflow-wrap:anywhere}
.histogram{display:block;width:100%;height:64px;margin:.3rem 0}
.histogram rect{fill:var(--ew-input-edge)}
.histogram.gradient rect{fill:var(--ew-backward-edge)}
#player{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;padding:.5rem 1rem;border-top:1px solid var(--ew-line)}
#jump{flex:1;min-width:10rem;padding:0}
#rule{flex-basis:100%;min-height:1.5em;font-variant-numeric:tabular-nums}
#said{position:absolute;left:-100vw;width:1px;height:1px;overflow:hidden}
#keys{padding:.5rem 1rem}
#keys dl{columns:22rem auto;margin:0}
#keys div{break-inside:avoid;display:flex;gap:.7rem}
#keys dt{min-width:6.5rem;font-weight:600}
#keys dd{margin:0}
#text{padding:.5rem 1rem}
#text pre{overflow:auto;max-height:60vh;padding:.6rem;border:1px solid var(--ew-line);background:var(--ew-module-fill)}
footer{padding:.2rem 1rem .6rem}
#problem,#legend pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
#problem{margin:0 1rem .6rem;padding:.4rem .7rem;max-height:9rem;overflow:auto;border-left:4px solid var(--ew-alarm);background:var(--ew-module-fill)}
#legend{margin:0 1rem .6rem;font-size:.9rem}
#legend pre{max-height:7rem;overflow:auto;color:var(--ew-soft)}
.shade{display:inline-block;width:1.1rem;height:.8rem;border:1px solid var(--ew-module-edge)}
${[0, 1, 2, 3, 4, 5]
  .map(
    (heat) =>
      `.shade.heat${heat}{background:var(--ew-sequential-${2 * heat})}.node.heat${heat}>:is(polygon,ellipse,path){fill:var(--ew-sequential-${2 * heat})!important}.node.heat${heat}>text{fill:var(--ew-on-sequential-${2 * heat})!important}`,
  )
  .join('\n')}
.problem>:is(polygon,ellipse,path){stroke:var(--ew-alarm)!important;stroke-width:3.4px!important}
.found>:is(polygon,ellipse,path){stroke:var(--ew-alarm)!important;stroke-width:2.6px!important}
.selected>:is(polygon,ellipse,path),.selected>g>:is(polygon,ellipse,path){stroke:var(--ew-link)!important;stroke-width:3.4px!important}
.selected.problem>:is(polygon,ellipse,path),.selected.problem>g>:is(polygon,ellipse,path){stroke:var(--ew-alarm)!important}
.selected.problem{filter:drop-shadow(0 0 2px var(--ew-link)) drop-shadow(0 0 4px var(--ew-link))}
.now>:is(polygon,ellipse,path){stroke:var(--ew-alarm)!important;stroke-width:3.4px!important}
.dim{opacity:.22}
@media (max-width:46rem){main{grid-template:60vh auto auto/minmax(0,1fr)}#details{border-left:0;border-top:1px solid var(--ew-line)}}
@media (prefers-reduced-motion:no-preference){.node,.edge{transition:opacity .15s}}
@media print{header>:not(h1,#caption),#player,#map,#keys,#details{display:none}main{display:block;border:0}#stage{overflow:visible;height:auto}#scene{position:static;transform:none!important}#scene .ew-picture{max-width:100%}}`;
