/**
 * Pictures for Edgewise: graphs laid out by Graphviz, plots, and pages that show them together, as text that needs nothing else.
 * Works in Node and in a page; every picture is there in light and dark.
 */
export { renderSvg } from './graph/render-svg.ts';
export type { RenderSvgOptions } from './graph/render-svg.ts';
export type { Fold, FoldChoice } from './graph/fold-states.ts';
export type { Engine } from './graph/graphviz.ts';
export { renderPng } from './png/render-png.ts';
export type { Rasteriser, RenderPngOptions } from './png/render-png.ts';
export { linePlot } from './plots/line-plot.ts';
export type { LinePlotOptions, Series } from './plots/line-plot.ts';
export { contourPlot } from './plots/contour-plot.ts';
export type { ContourPlotOptions, ContourPoint, Field, SampledFunction } from './plots/contour-plot.ts';
export { matrixPlot } from './plots/matrix-plot.ts';
export type { MatrixPlotOptions } from './plots/matrix-plot.ts';
export { imageGrid } from './plots/image-grid.ts';
export type { ImageGridOptions } from './plots/image-grid.ts';
export type { PictureOptions } from './plots/plot-picture.ts';
export { reportPage } from './page/report-page.ts';
export type { Report, ReportLink, ReportSection, ReportTable } from './page/report-page.ts';
export { toHtml } from './page/graph-page.ts';
export type { HtmlOptions, Shown } from './page/graph-page.ts';
export { RunComparison, compareRuns } from './graph/compare-runs.ts';
export type { CompareOptions, NodeDifference } from './graph/compare-runs.ts';
export { exportHtml } from './page/export-html.ts';
export type { CompiledProgram } from './graph/program-models.ts';
export { recordWalk } from './graph/record-walk.ts';
export type { RecordedWalk, WalkStep } from './graph/record-walk.ts';
export type { Statistics } from './graph/model.ts';
export { notices, noticesText } from './page/notices.ts';
export type { Notice } from './page/notices.ts';
export type { Theme } from './theme.ts';
