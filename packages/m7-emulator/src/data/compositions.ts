/** What the particles of a regime are made of. */
export type AirMass = 'remote' | 'marine' | 'continental' | 'dusty' | 'smoky';

/** Shares of volume of one mode: medians before each is varied and they are divided by their sum. */
export type VolumeShares = {
  readonly SO4?: number;
  readonly BC?: number;
  readonly OC?: number;
  readonly SS?: number;
  readonly DU?: number;
};

/** What the modes are made of, by air mass. NS is always sulfate, AI and CI always dust. */
export const compositions: Readonly<
  Record<AirMass, Readonly<Record<'KS' | 'AS' | 'CS' | 'KI', VolumeShares>>>
> = {
  remote: {
    KS: { SO4: 1, BC: 0.005, OC: 0.12 },
    AS: { SO4: 1, BC: 8e-4, OC: 0.06, DU: 0.015 },
    CS: { SO4: 0.08, BC: 1e-5, OC: 1e-4, DU: 1 },
    KI: { BC: 0.25, OC: 1 },
  },
  marine: {
    KS: { SO4: 1, BC: 0.005, OC: 0.06 },
    AS: { SO4: 1, BC: 0.003, OC: 0.06, SS: 0.5, DU: 0.01 },
    CS: { SO4: 0.01, BC: 1e-5, OC: 1e-4, SS: 1, DU: 0.05 },
    KI: { BC: 0.25, OC: 1 },
  },
  continental: {
    KS: { SO4: 1, BC: 0.03, OC: 0.5 },
    AS: { SO4: 1, BC: 0.02, OC: 0.35, DU: 0.05 },
    CS: { SO4: 0.01, BC: 1e-4, OC: 1e-3, DU: 1 },
    KI: { BC: 0.25, OC: 1 },
  },
  dusty: {
    KS: { SO4: 1, BC: 0.02, OC: 0.3 },
    AS: { SO4: 0.5, BC: 0.02, OC: 0.2, DU: 1 },
    CS: { SO4: 0.01, BC: 2e-5, OC: 2e-4, DU: 1 },
    KI: { BC: 0.25, OC: 1 },
  },
  smoky: {
    KS: { SO4: 0.5, BC: 0.1, OC: 1 },
    AS: { SO4: 0.3, BC: 0.06, OC: 1, DU: 0.01 },
    CS: { SO4: 0.03, BC: 1e-3, OC: 0.01, DU: 1 },
    KI: { BC: 0.15, OC: 1 },
  },
};
