import { FileFormatError } from '@pct/core';

/** Version of GATE whose way to number the layers a file follows. */
export type GateVersion = '9.1' | '9.2';

/** How the columns of a file give the layer of a hit. */
export type LayerScheme = 'layer' | 'levels' | 'volumes' | 'bases';

/** Columns that every hit file has; the first four hold real numbers, the others integers. */
export const plainColumns = ['posX', 'posY', 'posZ', 'edep', 'eventID', 'trackID', 'parentID'] as const;

/** The first of {@link plainColumns} that holds integers. */
export const firstIntegerSlot = 4;

/** The columns that each scheme reads, in the order of the slots behind {@link plainColumns}. */
export const schemeColumns: Record<LayerScheme, readonly string[]> = {
  layer: ['layer'],
  levels: ['level1ID', 'level2ID'],
  volumes: ['volumeID[2]', 'volumeID[3]'],
  bases: ['level1ID', 'baseID'],
};

/** Which columns of a file are read, and what they mean. */
export interface ColumnPlan {
  /** For each column of the file the slot that it fills, or -1 where it is skipped. */
  readonly slots: Int32Array;
  /** Name of the column in each slot. */
  readonly names: readonly string[];
  readonly scheme: LayerScheme;
  /** The header fits GATE 9.1 as well, and its `baseID` is in the last slot. */
  readonly ambiguous: boolean;
}

/** What the columns of a file may be; part of the options of `decodeHits`. */
export interface ColumnOptions {
  /**
   * Version of GATE that wrote the file. Only files that have `baseID`, `level1ID` and `level2ID` need it.
   * @defaultValue told by the header; 9.2 where it fits both
   */
  readonly gateVersion?: GateVersion | undefined;
  /**
   * What to do with columns whose name is none of GATE's.
   * @defaultValue `'error'`
   */
  readonly extraColumns?: 'error' | 'ignore' | undefined;
}

/** Names of the hits tree of GATE 8 and 9, and of its spot-scanning and phase-space outputs, that hits do not need. */
const skippedColumns = new Set(
  [
    'PDGEncoding trackLocalTime time edep stepLength trackLength localPosX localPosY localPosZ momDirX momDirY momDirZ',
    'baseID level1ID level2ID level3ID level4ID level5ID layerID headID crystalID pixelID gantryID rsectorID moduleID',
    'submoduleID blockID sectorID photonID nPhantomCompton nCrystalCompton nPhantomRayleigh nCrystalRayleigh',
    'primaryID sourcePosX sourcePosY sourcePosZ sourceID runID axialPos rotationAngle volumeID processName',
    'comptVolName RayleighVolName comptonVolumeName RayleighVolumeName septalNb sourceType decayType gammaType',
    'spotX spotY spotID particleName kineticEnergy creatorProcess systemID',
  ]
    .join(' ')
    .split(' '),
);

/** The row numbers that pandas writes as a column: no name in CSV, others in the binary formats. */
const indexColumn = /^(?:|Unnamed: \d+|index|__index_level_\d+__)$/;

function isSkippable(name: string): boolean {
  return skippedColumns.has(name) || /^volumeID\[\d\]$/.test(name) || indexColumn.test(name);
}

/**
 * Finds the columns that hits are made of.
 *
 * @param header - names of the file's columns
 * @param row - row of the header, for text files
 * @throws {@link FileFormatError} where a needed column is missing, one appears twice, or one is unknown
 */
export function planColumns(
  header: readonly string[],
  file: string,
  row: number | undefined,
  { gateVersion, extraColumns = 'error' }: ColumnOptions,
): ColumnPlan {
  if (header.length > 1 && header.every((name) => name !== '' && !Number.isNaN(Number(name)))) {
    throw new FileFormatError(
      { file, row },
      'the first line holds numbers: add a header line with column names',
    );
  }
  const present = new Set<string>();
  for (const name of header) {
    if (present.has(name) && !indexColumn.test(name)) {
      throw new FileFormatError({ file, row, column: name }, 'the column appears twice');
    }
    present.add(name);
  }

  const missing: string[] = plainColumns.filter((name) => !present.has(name));
  const scheme = chooseScheme(present, gateVersion);
  if (missing.length > 0 || scheme === undefined) {
    if (scheme === undefined) missing.push(`the layer (${describeSchemes(gateVersion)})`);
    throw new FileFormatError(
      { file, row },
      `missing ${missing.join(', ')}; found ${present.size === 0 ? 'no columns' : shortened([...present])}`,
    );
  }

  const ambiguous = scheme === 'levels' && gateVersion === undefined && present.has('baseID');
  const names = [...plainColumns, ...schemeColumns[scheme], ...(ambiguous ? ['baseID'] : [])];
  const unknown = header.filter((name) => !names.includes(name) && !isSkippable(name) && name !== 'layer');
  if (unknown.length > 0 && extraColumns === 'error') {
    throw new FileFormatError(
      { file, row, column: unknown[0] },
      `${unknown.length === 1 ? 'unknown column' : `unknown columns ${shortened(unknown)}`}; ` +
        "pass extraColumns: 'ignore' to skip what GATE does not write",
    );
  }
  return { slots: Int32Array.from(header, (name) => names.indexOf(name)), names, scheme, ambiguous };
}

function chooseScheme(
  present: ReadonlySet<string>,
  version: GateVersion | undefined,
): LayerScheme | undefined {
  const candidates: LayerScheme[] =
    version === undefined
      ? ['layer', 'levels', 'volumes', 'bases']
      : version === '9.1'
        ? ['bases']
        : ['levels', 'volumes'];
  return candidates.find((scheme) => schemeColumns[scheme].every((name) => present.has(name)));
}

function describeSchemes(version: GateVersion | undefined): string {
  const all = {
    '9.2': 'level1ID and level2ID, or volumeID[2] and volumeID[3], of GATE 9.2',
    '9.1': 'baseID and level1ID of GATE 9.1',
  };
  return version === undefined ? `${all['9.2']}; or ${all['9.1']}; or layer` : all[version];
}

function shortened(names: readonly string[]): string {
  const listed = names.slice(0, 12).map((name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name));
  return listed.join(', ') + (names.length > 12 ? `, … (${names.length} in all)` : '');
}
