/** Seven stars in a plane, with close encounters. Hairer, Nørsett, Wanner, Solving ODEs I, 2nd ed., II.10, eq. (10.2). */
import { type Problem, referenceOf } from './problem.ts';

const stars = 7;

export const pleiades: Problem = {
  name: 'pleiades',
  t: [0, 3],
  y0: [3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4, 0, 0, 0, 0, 0, 1.75, -1.5, 0, 0, 0, -1.25, 1, 0, 0],
  f: (_t, w, dw) => {
    for (let i = 0; i < stars; i++) {
      let [ax, ay] = [0, 0];
      for (let j = 0; j < stars; j++) {
        if (j === i) continue;
        const dx = w[j]! - w[i]!;
        const dy = w[stars + j]! - w[stars + i]!;
        const pull = (j + 1) / (dx * dx + dy * dy) ** 1.5; // star j weighs j + 1
        ax += pull * dx;
        ay += pull * dy;
      }
      dw[i] = w[2 * stars + i]!;
      dw[stars + i] = w[3 * stars + i]!;
      dw[2 * stars + i] = ax;
      dw[3 * stars + i] = ay;
    }
  },
  atol: (rtol) => 1e-3 * rtol,
  reference: referenceOf('pleiades'),
  // Mazzia, Magherini, Test Set for Initial Value Problem Solvers, release 2.4, PLEI.
  published: [
    0.3706139143970502, 3.237284092057233, -3.222559032418324, 0.659709145577531, 0.3425581707156584, 1.562172101400631,
    -0.7003092922212495, -3.943437585517392, -3.27138097397255, 5.225081843456543, -2.59061243497747, 1.198213693392275,
    -0.2429682344935824, 1.09144924042898, 3.417003806314313, 1.354584501625501, -2.590065597810775, 2.025053734714242,
    -1.155815100160448, -0.8072988170223021, 0.595239635420871, -3.74124496123401, 0.377345968575063, 0.938685886955107,
    0.366792222720057, -0.347404635380849, 2.344915448180937, -1.947020434263292,
  ],
};
