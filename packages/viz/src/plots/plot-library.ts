/** The parts of Observable Plot in use, in a file of their own, so that a bundler leaves the others out of what is loaded later. */
export { axisX, axisY, cell, contour, dot, frame, line, plot, rect, text } from '@observablehq/plot';
