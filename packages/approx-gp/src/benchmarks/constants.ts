/** Constants of Hartmann's functions; P in units of 1e-4. */
export const HARTMANN3 = {
  A: [
    [3, 10, 30],
    [0.1, 10, 35],
    [3, 10, 30],
    [0.1, 10, 35],
  ],
  P: [
    [3689, 1170, 2673],
    [4699, 4387, 7470],
    [1091, 8732, 5547],
    [381, 5743, 8828],
  ],
} as const;

/** As {@link HARTMANN3}, of 6 variables. */
export const HARTMANN6 = {
  A: [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  P: [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
  ],
} as const;

/** Foxholes of Shekel's function: coordinates 1 and 3, coordinates 2 and 4, widths. */
export const SHEKEL = {
  even: [4, 1, 8, 6, 3, 2, 5, 8, 6, 7],
  odd: [4, 1, 8, 6, 7, 9, 3, 1, 2, 3.6],
  beta: [0.1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.3, 0.7, 0.5, 0.5],
} as const;

/** Coordinates of the minimum of Michalewicz's function, which is a sum of functions of one variable. */
export const MICHALEWICZ_MINIMA: readonly number[] = [
  2.20290552, 1.57079633, 1.28499157, 1.92305847, 1.72046977, 1.57079633, 1.45441397, 1.75608652, 1.65571742,
  1.57079633,
];
