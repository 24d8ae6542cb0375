import type { Refusal } from '../../dns/records.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { PlanStep } from '../model/plan.ts';
import { secondsFor } from './readiness.ts';

/** GitHub's limit of a job on its own runners (GitHub docs, "Actions limits"); on others it is five days. */
const hostedJobSeconds = 6 * 3600;

export function describeLength(inputs: ShiftInputs, steps: readonly PlanStep[]): readonly string[] {
  const seconds = secondsFor(inputs, steps);
  return seconds === 0 ? [] : [`The steps take about ${renderMinutes(seconds)}, if nothing delays them`];
}

/** A job that is ended by its runner in the middle of a step leaves it to the post step, or to nobody. */
export function judgeLength(
  inputs: ShiftInputs,
  steps: readonly PlanStep[],
  isGithubHosted: boolean,
): readonly Refusal[] {
  const seconds = secondsFor(inputs, steps);
  if (!isGithubHosted || seconds <= hostedJobSeconds) return [];
  return [
    {
      because: `the steps take about ${renderMinutes(seconds)}, and GitHub ends a job on its own runners after 360 min`,
      wayOut: 'Make fewer steps in one job, or lower bake-minutes or drain-seconds.',
    },
  ];
}

export function noticesOfLength(inputs: ShiftInputs, steps: readonly PlanStep[]): readonly string[] {
  const seconds = secondsFor(inputs, steps);
  if (seconds <= hostedJobSeconds) return [];
  return [
    `The steps take about ${renderMinutes(seconds)}. This runner may allow that. A runner of GitHub ends the job after 360 min.`,
  ];
}

function renderMinutes(seconds: number): string {
  return `${Math.ceil(seconds / 60)} min`;
}
