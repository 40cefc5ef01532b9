/** What the study compares, by the names on the command line. */
import { attentionPolicy, simplePolicy, type TrainPolicyOptions } from '@pct/tracking-rl';

/** A policy of the study: how it is trained and how it tracks. */
export interface Config {
  /** As on the command line. */
  readonly name: string;
  /** As in the tables. */
  readonly title: string;
  /** Options of the training, none for the supervised one. */
  readonly training: TrainPolicyOptions | undefined;
  /** Whether the safety layer is used when it tracks. */
  readonly constraint: 'assignment' | 'none';
  /** Configuration whose training it shares. */
  readonly trainedAs?: string;
  /** Configuration whose weights of the same seed it starts from. */
  readonly startsFrom?: string;
  /** Primaries per frame of the training; one hundred if left out. */
  readonly densities?: readonly number[];
}

/** One agent per track that knows of no other: its own reward, and a critic that sees what it sees. */
const single: TrainPolicyOptions = {
  policy: simplePolicy({ critic: 'decentralised' }),
  constraint: 'none',
};
/** Agents with a critic that sees all of them. */
const multi: TrainPolicyOptions = { policy: simplePolicy({ critic: 'centralised' }) };

export const configs: readonly Config[] = [
  { name: 'single', title: 'single agent', training: single, constraint: 'none' },
  {
    name: 'single-assigned',
    title: 'single agent, assignment afterwards',
    training: single,
    constraint: 'assignment',
    trainedAs: 'single',
  },
  { name: 'multi', title: 'multi-agent', training: { ...multi, constraint: 'none' }, constraint: 'none' },
  {
    name: 'multi-assigned',
    title: 'multi-agent, assignment afterwards',
    training: { ...multi, constraint: 'none' },
    constraint: 'assignment',
    trainedAs: 'multi',
  },
  {
    name: 'independent',
    title: 'constrained, log π alone, decentralised critic',
    training: { ...single, constraint: 'assignment' },
    constraint: 'assignment',
  },
  { name: 'projected', title: 'constrained, log π alone', training: multi, constraint: 'assignment' },
  {
    name: 'constrained',
    title: 'constrained',
    training: { ...multi, assignment: {} },
    constraint: 'assignment',
  },
  {
    name: 'margin',
    title: 'constrained with margin',
    training: {
      ...multi,
      assignment: { margin: { kind: 'totalCost', alpha: 0.01 } },
    },
    constraint: 'assignment',
  },
  {
    name: 'warm',
    title: 'multi-agent, then constrained with margin',
    training: {
      ...multi,
      assignment: { margin: { kind: 'totalCost', alpha: 0.01 } },
      learningRate: 3e-4,
    },
    constraint: 'assignment',
    startsFrom: 'multi',
  },
  {
    name: 'team',
    title: "constrained, half of the reward the team's",
    training: { ...multi, assignment: {}, environment: { individualShare: 0.5 } },
    constraint: 'assignment',
  },
  {
    name: 'attention',
    title: 'constrained, log π alone, attention',
    // One minibatch: the frame is embedded anew in each.
    training: {
      policy: attentionPolicy({ critic: 'centralised' }),
      ...{ minibatches: 1, learningRate: 3e-3 },
    },
    constraint: 'assignment',
  },
  {
    name: 'mixed',
    title: 'constrained, log π alone, 10 to 150 primaries',
    training: multi,
    constraint: 'assignment',
    densities: [10, 50, 100, 150],
  },
  { name: 'supervised', title: 'supervised', training: undefined, constraint: 'assignment' },
];

/** Configurations by a list of names with commas between them. */
export function configsNamed(names: string): Config[] {
  return names.split(',').map((name) => {
    const found = configs.find((config) => config.name === name);
    if (found !== undefined) return found;
    throw new Error(
      `--configs must be some of ${configs.map((config) => config.name).join(', ')}, got ${name}`,
    );
  });
}
