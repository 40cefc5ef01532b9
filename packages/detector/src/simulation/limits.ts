/** Protons below this energy stop where they are: they have 25 µm of water left, MeV. */
export const stopMeV = 1;

/** Particles that leave the forward cone are not followed: cosine to the beam. */
export const smallestCosine = 0.15;
