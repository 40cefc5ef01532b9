import type { Frame, Track } from '../frame.js';
import { sensorPositionsMm } from '../checkGeometry.js';
import type { DetectorGeometry } from '../geometry.js';
import { energyBins } from './palette.js';
import { brief, grouped } from './scale.js';

/** Outcome of a reconstructed track; `'none'` marks hits in no track. The position is the code in {@link Scene}. */
const trackStatuses = ['none', 'correct', 'secondary', 'wrong'] as const;

/** A particle of the truth, with its hits from the deepest forward. */
export interface Particle {
  readonly event: number;
  readonly track: number;
  readonly parent: number;
  readonly hits: readonly number[];
}

/** A reconstructed track and what the truth says about it. */
export interface JudgedTrack {
  readonly hits: readonly number[];
  /** Index in {@link trackStatuses}. */
  readonly status: number;
  /** Event that most hits belong to; of equals the one met first. */
  readonly event: number;
  /** Hits of that event. */
  readonly matching: number;
}

/** z of a layer, mm. */
export interface LayerLine {
  readonly index: number;
  readonly z: number;
}

/** Smallest and largest value. */
export type Range = readonly [low: number, high: number];

/** A frame as the drawings need it; nothing here depends on format, size or colours. */
export interface Scene {
  readonly frame: Frame;
  readonly particles: readonly Particle[];
  /** Undefined if no reconstruction was given. */
  readonly tracks: readonly JudgedTrack[] | undefined;
  /** Index of each hit's particle. Length [hits]. */
  readonly hitParticle: Int32Array;
  /** Reconstructed tracks of each hit. Length [hits]. */
  readonly hitTracks: readonly (readonly number[])[];
  /** Worst status of the tracks of each hit, 0 for a hit in no track. Length [hits]. */
  readonly hitStatus: Uint8Array;
  /** Position of each hit's event among the frame's events. Length [hits]. */
  readonly hitEvent: Int32Array;
  /** Event numbers, ascending. */
  readonly events: readonly number[];
  /** Place of each hit on the logarithmic energy scale, 0 to {@link energyBins} - 1. Length [hits]. */
  readonly hitEnergy: Uint8Array;
  /** Smallest and largest positive deposit, keV. */
  readonly energyRange: Range;
  /** Layers within the z range, ascending. */
  readonly layers: readonly LayerLine[];
  /** What the axes cover, mm. The ranges of x and y have the same length. */
  readonly x: Range;
  readonly y: Range;
  readonly z: Range;
  /** Short statements for the footer. */
  readonly counts: readonly string[];
}

/** Joins hits to particles, judges tracks, and finds the ranges. Input is taken to be checked. */
export function buildScene(
  frame: Frame,
  tracks: readonly Track[] | undefined,
  geometry: DetectorGeometry | undefined,
): Scene {
  const { particles, hitParticle } = particlesOf(frame);
  const judged = tracks?.map((track) => judge(frame, track));
  const hitTracks: number[][] = Array.from({ length: frame.count }, () => []);
  const hitStatus = new Uint8Array(frame.count);
  judged?.forEach((track, t) => {
    for (const hit of track.hits) {
      hitTracks[hit]!.push(t);
      hitStatus[hit] = Math.max(hitStatus[hit]!, track.status);
    }
  });
  const events = [...new Set(frame.eventID)].sort((a, b) => a - b);
  const rank = new Map(events.map((event, k) => [event, k]));
  const energyRange = positiveRange(frame.edep, 1000);
  const layers = layerLines(frame, geometry);
  const z = padded(extent([...layers.map((layer) => layer.z), ...frame.posZ], [0, 100]), 0.02, 10);
  const [x, y] = equalLength(extent(frame.posX, [0, 0]), extent(frame.posY, [0, 0]));
  return {
    frame,
    particles,
    tracks: judged,
    hitParticle,
    hitTracks,
    hitStatus,
    hitEvent: Int32Array.from(frame.eventID, (event) => rank.get(event)!),
    events,
    hitEnergy: Uint8Array.from(frame.edep, (edep) => energyBin(edep * 1000, energyRange)),
    energyRange,
    layers,
    x,
    y,
    z,
    counts: countsOf(frame, events.length, judged, hitTracks),
  };
}

function particlesOf(frame: Frame): { particles: Particle[]; hitParticle: Int32Array } {
  const particles: (Particle & { hits: number[] })[] = [];
  const hitParticle = new Int32Array(frame.count);
  const seen = new Map<string, number>();
  for (let i = 0; i < frame.count; i++) {
    const event = frame.eventID[i]!;
    const track = frame.trackID[i]!;
    const key = `${event}/${track}`;
    let particle = seen.get(key);
    if (particle === undefined) {
      particle = particles.push({ event, track, parent: frame.parentID[i]!, hits: [] }) - 1;
      seen.set(key, particle);
    }
    particles[particle]!.hits.push(i);
    hitParticle[i] = particle;
  }
  return { particles, hitParticle };
}

function judge(frame: Frame, track: Track): JudgedTrack {
  const hits = Array.from(track.hits);
  const votes = new Map<number, number>();
  let allPrimary = true;
  for (const hit of hits) {
    const event = frame.eventID[hit]!;
    votes.set(event, (votes.get(event) ?? 0) + 1);
    allPrimary &&= frame.parentID[hit] === 0;
  }
  let [event, matching] = [frame.eventID[hits[0]!]!, 0];
  for (const [candidate, count] of votes) if (count > matching) [event, matching] = [candidate, count];
  return { hits, status: votes.size > 1 ? 3 : allPrimary ? 1 : 2, event, matching };
}

/** z of the layers to draw: with a geometry also the empty ones, up to two behind the deepest hit. */
function layerLines(frame: Frame, geometry: DetectorGeometry | undefined): LayerLine[] {
  if (geometry !== undefined) {
    const shown = frame.count > 0 ? frame.layer[0]! + 3 : geometry.layers.length;
    return Array.from(sensorPositionsMm(geometry).subarray(0, shown), (z, index) => ({ index, z }));
  }
  const sums = new Map<number, { z: number; hits: number }>();
  for (let i = 0; i < frame.count; i++) {
    const sum = sums.get(frame.layer[i]!) ?? { z: 0, hits: 0 };
    sum.z += frame.posZ[i]!;
    sum.hits++;
    sums.set(frame.layer[i]!, sum);
  }
  return [...sums].map(([index, sum]) => ({ index, z: sum.z / sum.hits })).reverse();
}

function extent(values: ArrayLike<number>, empty: Range): Range {
  if (values.length === 0) return empty;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return [low, high];
}

function padded([low, high]: Range, part: number, least: number): Range {
  const margin = Math.max((high - low) * part, (least - (high - low)) / 2);
  return [low - margin, high + margin];
}

/** Pads both to one length, so that x and y are drawn at one scale. */
function equalLength(x: Range, y: Range): [Range, Range] {
  const length = Math.max(10, 1.08 * Math.max(x[1] - x[0], y[1] - y[0]));
  const around = ([low, high]: Range): Range => [(low + high - length) / 2, (low + high + length) / 2];
  return [around(x), around(y)];
}

function positiveRange(values: Float64Array, factor: number): Range {
  const positive = values.filter((value) => value > 0);
  const [low, high] = extent(positive, [0.001, 0.001]);
  return [low * factor, high * factor];
}

function energyBin(value: number, [low, high]: Range): number {
  if (!(value > low)) return 0;
  const part = Math.log(value / low) / Math.log(high / low);
  return Math.min(energyBins - 1, Math.floor(part * energyBins));
}

function countsOf(
  frame: Frame,
  events: number,
  tracks: readonly JudgedTrack[] | undefined,
  hitTracks: readonly (readonly number[])[],
): string[] {
  const secondaries = frame.parentID.reduce((sum, parent) => sum + (parent === 0 ? 0 : 1), 0);
  const layers = new Set(frame.layer).size;
  const counts = [
    `frame ${frame.index}`,
    plural(events, 'event'),
    `${plural(frame.count, 'hit')}, ${grouped(secondaries)} of secondaries`,
    `${plural(layers, 'layer')} hit`,
  ];
  if (tracks !== undefined) {
    const [, correct, secondary, wrong] = trackStatuses.map(
      (_, s) => tracks.filter((t) => t.status === s).length,
    );
    const unused = hitTracks.reduce((sum, list) => sum + (list.length === 0 ? 1 : 0), 0);
    const parts = [`${grouped(correct!)} correct`, `${grouped(wrong!)} wrong`];
    if (secondary! > 0) parts.push(`${grouped(secondary!)} with secondaries`);
    counts.push(`${plural(tracks.length, 'reconstructed track')}: ${parts.join(', ')}`);
    counts.push(`${plural(unused, 'hit')} in no track`);
  }
  return counts;
}

function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Words for a track's status. */
export function describeStatus(status: number): string {
  return ['in no track', 'correct', 'one event, with secondaries', 'wrong'][status] ?? '';
}

/** What is known about a hit, in one line. */
export function describeHit(scene: Scene, hit: number): string {
  const { frame } = scene;
  const mm = (value: number): string => (Math.round(value * 100) / 100 + 0).toFixed(2).replace('-', '\u2212');
  const parent = frame.parentID[hit]!;
  const found = scene.hitTracks[hit]!.map((t) => `${t} (${describeStatus(scene.tracks![t]!.status)})`);
  return [
    `event ${frame.eventID[hit]}`,
    parent === 0 ? 'primary' : `secondary ${frame.trackID[hit]} of particle ${parent}`,
    `layer ${frame.layer[hit]}`,
    `(${mm(frame.posX[hit]!)}, ${mm(frame.posY[hit]!)}, ${mm(frame.posZ[hit]!)}) mm`,
    `${brief(frame.edep[hit]! * 1000)} keV`,
    `${frame.clusterSize[hit]} px`,
    ...(scene.tracks === undefined ? [] : [found.length === 0 ? 'in no track' : `track ${found.join(', ')}`]),
  ].join(' \u00b7 ');
}
