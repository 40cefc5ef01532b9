import { captionOf } from '../../figures/frame.js';
import type { Result } from '../../results/types.js';

const number = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : String(Number(value.toPrecision(7)));

/** A result in a few lines of text. */
export function describeResult(result: Result): string {
  return [`${result.kind}: ${captionOf(result.provenance)}`, ...factsOf(result)].join('\n') + '\n';
}

function factsOf(result: Result): string[] {
  switch (result.kind) {
    case 'surface': {
      const { axes, values, status } = result;
      const computed = status.reduce((sum, one) => sum + one, 0);
      const finite = values.filter((value, at) => status[at] === 1 && Number.isFinite(value));
      const least = finite.reduce((a, b) => Math.min(a, b), Infinity);
      const most = finite.reduce((a, b) => Math.max(a, b), -Infinity);
      return [
        ...axes.map(({ name, coordinates }) => {
          const ends = `${number(coordinates[0]!)} to ${number(coordinates.at(-1)!)}`;
          return `axis ${name}: ${coordinates.length} points from ${ends}`;
        }),
        `${computed} of ${values.length} losses computed, ${computed - finite.length} not finite`,
        ...(finite.length === 0 ? [] : [`losses from ${number(least)} to ${number(most)}`]),
      ];
    }
    case 'trajectory': {
      const { steps, trueLosses, projectedLosses, residuals, variances } = result;
      const shares = [...variances.slice(0, 4)].map((share) => `${(100 * share).toFixed(1)} %`);
      return [
        `${steps.length} checkpoints, variance ${shares.join(', ')}`,
        `loss from ${number(trueLosses[0]!)} to ${number(trueLosses.at(-1)!)} (projected ${number(projectedLosses[0]!)} to ${number(projectedLosses.at(-1)!)})`,
        `off the plane at most ${(100 * residuals.reduce((a, b) => Math.max(a, b), 0)).toFixed(1)} % of the distance`,
      ];
    }
    case 'spectrum': {
      const { matrix, size, nodes } = result;
      const [low, high] = [
        Math.min(...nodes.map((run) => run[0]!)),
        Math.max(...nodes.map((run) => run.at(-1)!)),
      ];
      return [
        `${matrix} of order ${size}, ${nodes.length} runs`,
        `eigenvalues from ${number(low)} to ${number(high)}`,
      ];
    }
    case 'eigenpairs':
      return [...result.values].map((value, k) => {
        const converged = result.converged[k] === 1 ? '' : ', not converged';
        return `${number(value)} (residual ${result.residuals[k]!.toExponential(1)}${converged})`;
      });
    case 'path': {
      const { shape, places, barrier, mean, stretch } = result;
      return [
        `${shape} of ${places.length} points: barrier ${number(barrier)}, mean ${number(mean)}, ${number(stretch)} times the distance`,
      ];
    }
    case 'merge-tree': {
      const { shape, minima, births } = result;
      const count = `${minima.length} local ${minima.length === 1 ? 'minimum' : 'minima'}`;
      return [`${count} on a grid of ${shape.join(' by ')}, the least ${number(births[0] ?? NaN)}`];
    }
  }
}
