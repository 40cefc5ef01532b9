import {
  categorical,
  createStudy,
  float,
  int,
  randomSampler,
  studyReport,
  TrialPruned,
  when,
} from '@hpo/approx-gp';
import { describe, expect, it } from 'vitest';
import { lineSpace } from '../support.js';

const space = {
  lr: float(1e-5, 1e-1, { log: true }),
  layers: int(1, 40),
  optimizer: categorical(['adam', 'sgd', '<b>&"']),
  momentum: when('optimizer', 'sgd', float(0, 0.99)),
};

/** Throws unless every tag is closed in order; gives the names of all elements. */
function elementsOf(html: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  for (const [, closing, name = '', , empty] of html.matchAll(
    /<(\/?)([a-z0-9]+)((?:[^<>"]|"[^"]*")*?)(\/?)>/g,
  )) {
    if (closing === '/') expect(open.pop()).toBe(name);
    else {
      names.push(name);
      if (empty !== '/' && name !== 'meta') open.push(name);
    }
  }
  expect(open).toEqual([]);
  return names;
}

describe('a report', () => {
  const study = createStudy({ name: 'a <study>', space, sampler: randomSampler(), seed: 2 });
  const run = study.optimize(
    (trial) => {
      trial.setConstraints([trial.params.layers - 35]);
      if (trial.number % 10 === 3) throw new TrialPruned();
      return trial.number % 10 === 4 ? NaN : Math.log10(trial.params.lr) + trial.params.layers / 10;
    },
    { trials: 60 },
  );

  it('is one page that needs nothing else', async () => {
    await run;
    study.ask();
    study.enqueue({ layers: 3 });
    const html = studyReport(study);
    const elements = elementsOf(html);
    expect(new Set(elements)).not.toContain('script');
    expect(html).not.toMatch(/https?:|url\(|@import|\bsrc=|\bhref=/);
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html).not.toMatch(/="[^"]*(NaN|Infinity|undefined)/);
    expect(html.length).toBeLessThan(200_000);
    const headings = [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, heading]) => heading!);
    for (const part of [
      'Trials',
      'History of value',
      'Importances for value',
      'value along lr',
      'value along momentum',
      'Parallel coordinates of value',
      'Timeline',
    ])
      expect(headings).toContain(part);
    expect(headings.filter((heading) => heading.startsWith('value over ')).length).toBe(3);
    expect(html).toContain('62 trials: 48 complete, 6 pruned, 6 fail, 1 running, 1 waiting.');
    expect(html).toContain('a &#60;study&#62;');
    expect(html).toContain(`<tr><td>${study.best!.number}</td>`);
  });

  it('shows every complete trial in the history, and the best so far', async () => {
    await run;
    const html = studyReport(study);
    const history = html.slice(html.indexOf('History of'), html.indexOf('Importances for'));
    expect(history.match(/<circle/g)!.length).toBe(48);
    expect(history.match(/class="best"/g)!.length).toBe(1);
    const fewer = studyReport(study, { maxTrials: 10, title: 'T', objectives: ['loss'] });
    expect(fewer.length).toBeLessThan(html.length / 2);
    expect(fewer).toContain('<h1>T</h1>');
    expect(fewer).toContain('History of loss');
    expect(() => studyReport(study, { maxTrials: 1 })).toThrow('maxTrials must be');
  });

  it('shows what a model says, through the best trial', async () => {
    await run;
    const asked: number[][] = [];
    const html = studyReport(study, {
      prediction: (point, objective) => {
        asked.push([...point]);
        expect(objective).toBe(0);
        return { mean: point[0]!, standardDeviation: 0.25 };
      },
    });
    elementsOf(html);
    expect(html.match(/class="mean"/g)!.length).toBe(4);
    expect(html).toContain('class="band"');
    expect(html.match(/class="cell"/g)!.length).toBe(3 * 400);
    const best = study.encodedTrials[study.best!.number]!.point;
    // Along lr all else is as in the best trial.
    expect(asked.filter((point) => point[1] === best[1] && point[2] === best[2]).length).toBeGreaterThan(81);
    expect(studyReport(study)).not.toContain('class="mean"');
  });

  it('shows what trials reported, if they did', async () => {
    const reporting = createStudy({ space: lineSpace, sampler: randomSampler(), seed: 1 });
    await reporting.optimize(
      (trial) => {
        const steps = trial.number % 3 === 0 ? 1 : 4;
        for (let step = 0; step < steps; step++) trial.report(step, step === 2 ? NaN : trial.params.x - step);
        if (steps === 1) throw new TrialPruned();
        return trial.params.x;
      },
      { trials: 9 },
    );
    const html = studyReport(reporting);
    elementsOf(html);
    const curves = html.slice(html.indexOf('Learning curves'), html.indexOf('Timeline'));
    expect(curves.match(/class="curve"/g)!.length).toBe(6);
    expect(curves.match(/class="curve cut"/g)!.length).toBe(3);
    expect(curves.match(/class="end( cut)?"/g)!.length).toBe(9);
    expect(html).not.toMatch(/="[^"]*(NaN|Infinity|undefined)/);
    await run;
    expect(studyReport(study)).not.toContain('Learning curves');
  });

  it('shows the front of several objectives', async () => {
    const two = createStudy({
      space: lineSpace,
      directions: ['minimize', 'minimize'],
      sampler: randomSampler(),
    });
    await two.optimize(({ params: { x }, number }) => [x, 1 - x + (number % 2)], { trials: 20 });
    const html = studyReport(two, { objectives: ['time', 'error'] });
    elementsOf(html);
    expect(html.match(/class="front"/g)!.length).toBe(two.paretoFront.length);
    expect(html).toContain('History of error');
  });

  it('is made of studies without trials, with one, and with equal or huge values', async () => {
    const values = [[], [1], [2, 2, 2, 2, 2], [-Number.MAX_VALUE, Number.MAX_VALUE, 0, 1, 2]];
    for (const list of values) {
      const small = createStudy({ space: { x: float(1, 1), c: categorical([true]) } });
      await small.optimize(({ number }) => list[number]!, { trials: list.length });
      const html = studyReport(small);
      elementsOf(html);
      expect(html).not.toMatch(/="[^"]*(NaN|Infinity|undefined)/);
    }
  });
});
