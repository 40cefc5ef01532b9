import { createRng } from '@pct/core';
import { actor, rollout, rolloutBlocks, trackingEnvironment } from '@pct/tracking-rl';
import { describe, expect, it } from 'vitest';
import { frameOf, randomFrame } from '../environment/frames.js';

const straight = actor((decision) => ({ logits: decision.cosine }));

function environment(options = {}) {
  const frames = [7, 3, 5].map((deepest, index) => randomFrame(index, { deepest, particles: 6, index }));
  return trackingEnvironment(frames, options);
}

describe('rollout', () => {
  it('stores what a loop by hand gets, step by step', async () => {
    const result = await rollout(environment(), straight);
    const other = environment();
    const { decisions, starts, actions, rewards, individual, groups, terminated, truncated } = result;
    expect(decisions.length).toBe(7);
    for (const [d, decision] of decisions.entries()) {
      expect(other.decision).toEqual(decision);
      const step = other.step(actions[d]!);
      const [first, last] = [starts[d]!, starts[d + 1]!];
      expect(last - first).toBe(decision.agents);
      expect(rewards.slice(first, last)).toEqual(step.rewards);
      expect(individual.slice(first, last)).toEqual(step.info.individual);
      expect(groups.slice(first, last)).toEqual(step.info.group);
      expect(terminated.slice(first, last)).toEqual(step.terminated);
      expect(truncated.slice(first, last)).toEqual(step.truncated);
    }
    expect(other.decision.agents).toBe(0);
  });

  it('links the steps of each track in time', async () => {
    const played = environment();
    const { decisions, starts, actions, next, terminated, statics } = await rollout(played, straight);
    const stepOf = (s: number): [d: number, i: number] => {
      const d = starts.findLastIndex((start) => start <= s);
      return [d, s - starts[d]!];
    };
    const entered = new Set(next.filter((step) => step >= 0));
    expect(entered.size).toBe(next.filter((step) => step >= 0).length);
    const walked: string[] = [];
    for (let s = 0; s < next.length; s++) {
      expect(next[s]! >= 0).toBe(terminated[s] === 0);
      if (entered.has(s)) continue;
      const hits: number[] = [];
      let frame = -1;
      for (let at = s; at >= 0; at = next[at]!) {
        const [d, i] = stepOf(at);
        const decision = decisions[d]!;
        frame = decision.environment[i]!;
        hits.push(decision.hit[i]!);
        const pair = actions[d]![i]!;
        if (next[at] === -1 && pair >= 0) hits.push(statics[frame]!.graph.targets[decision.edge[pair]!]!);
      }
      walked.push(`${frame}: ${hits.join(' ')}`);
    }
    const tracks = played
      .tracks()
      .flatMap((list, f) => list.map(({ hits }) => `${f}: ${[...hits].join(' ')}`));
    // Hits where nobody had anything to decide are tracks too.
    expect(walked.length).toBeGreaterThan(10);
    for (const track of walked) expect(tracks).toContain(track);
    expect(tracks.filter((track) => /: \d+ \d/.test(track) && !walked.includes(track))).toEqual([]);
  });

  it('knows teams and assignment problems', async () => {
    const result = await rollout(environment(), straight);
    const { agentOffsets, pairOffsets, columns } = rolloutBlocks(result);
    const { teams, decisions } = result;
    expect(agentOffsets.length - 1).toBe(teams.at(-1)! + 1);
    for (let b = 0; b + 1 < agentOffsets.length; b++)
      for (let s = agentOffsets[b]!; s < agentOffsets[b + 1]!; s++) expect(teams[s]).toBe(b);
    expect(pairOffsets.length - 1).toBe(teams.length);
    expect(columns.length).toBe(decisions.reduce((sum, { pairs }) => sum + pairs, 0));
  });

  it('resets with its seed, and ends at once where there is nothing to decide', async () => {
    const drawn = environment({ parallel: 1 });
    const one = await rollout(drawn, straight, { seed: 5 });
    await rollout(drawn, straight);
    expect(await rollout(drawn, straight, { seed: 5 })).toEqual(one);
    const empty = await rollout(trackingEnvironment([frameOf([{ layer: 2 }])]), straight);
    expect(empty.decisions).toEqual([]);
    expect(empty.starts).toEqual(Int32Array.of(0));
  });

  it('stops between joint actions when its signal says so', async () => {
    const controller = new AbortController();
    let calls = 0;
    const act: typeof straight = (decision, statics) => {
      if (++calls === 2) controller.abort(new Error('enough'));
      return straight(decision, statics);
    };
    await expect(rollout(environment(), act, { signal: controller.signal })).rejects.toThrow('enough');
    expect(calls).toBe(2);
  });
});

describe('actor', () => {
  it('explores with noise, without constraint too', async () => {
    const played = environment({ sharedHits: true });
    const free = (seed: number) =>
      actor((decision) => ({ logits: new Float64Array(decision.pairs) }), {
        constraint: 'none',
        rng: createRng(seed),
      });
    const one = await rollout(played, free(1));
    expect((await rollout(played, free(1))).actions).toEqual(one.actions);
    expect((await rollout(played, free(2))).actions).not.toEqual(one.actions);
  });

  it('refuses constraints that it does not know', () => {
    expect(() => actor(() => ({ logits: [] }), { constraint: 'some' as 'none' })).toThrow(
      /constraint must be one of "assignment", "none"/,
    );
  });
});
